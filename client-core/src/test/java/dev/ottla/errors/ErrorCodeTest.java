package dev.ottla.errors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.errors.ApplicationRecoverableException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidMetadataException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorCodeTest {

    @Test
    void should_have_the_codes_of_the_official_client_under_the_same_names() {
        // given
        List<String> official = Arrays.stream(Errors.values())
                .map(error -> error.code() + " " + error.name())
                .toList();

        // when
        List<String> ours = Arrays.stream(ErrorCode.values())
                .map(error -> error.code() + " " + error.name())
                .toList();

        // then
        assertThat(ours).containsExactlyInAnyOrderElementsOf(official);
    }

    @ParameterizedTest
    @EnumSource(Errors.class)
    void should_have_the_flags_of_the_official_client(Errors official) {
        // when
        ErrorCode ours = ErrorCode.of(official.code());

        // then
        assertThat(ours.name()).isEqualTo(official.name());
        assertThat(ours.isRetriable()).isEqualTo(official.exception() instanceof RetriableException);
        assertThat(ours.needsMetadataRefresh()).isEqualTo(official.exception() instanceof InvalidMetadataException);
    }

    @ParameterizedTest
    @EnumSource(value = ErrorCode.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void should_map_to_the_exception_that_says_what_the_caller_can_do(ErrorCode code) {
        // given
        Throwable official = Errors.forCode(code.code()).exception();

        // when
        KafkaException exception = ErrorDetails.ofCode(code).toException();

        // then
        assertThat(exception.code()).isEqualTo(code);
        assertThat(exception instanceof dev.ottla.errors.RetriableException).isEqualTo(code.isRetriable());
        if (official instanceof ApplicationRecoverableException) {
            assertThat(exception).isInstanceOf(dev.ottla.errors.ApplicationRecoverableException.class);
        }
        if (official instanceof AuthenticationException) {
            assertThat(exception).isInstanceOf(dev.ottla.errors.AuthenticationException.class);
        }
        if (official instanceof AuthorizationException) {
            assertThat(exception).isInstanceOf(dev.ottla.errors.AuthorizationException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void should_have_a_text_of_its_own_and_hints_that_are_sentences(ErrorCode code) {
        assertThat(code.text())
                .endsWith(".")
                .isNotEqualTo(Errors.forCode(code.code()).message());
        assertThat(code.hint())
                .satisfiesAnyOf(
                        hint -> assertThat(hint).isEmpty(),
                        hint -> assertThat(hint).endsWith("."));
    }

    @ParameterizedTest
    @ValueSource(shorts = {134, 500, Short.MAX_VALUE, -2, Short.MIN_VALUE})
    void should_take_a_code_of_the_future_for_an_unknown_server_error_and_keep_its_number(short future) {
        // when
        KafkaException exception = ErrorDetails.ofCode(future).toException();

        // then
        assertThat(exception.code()).isEqualTo(ErrorCode.UNKNOWN_SERVER_ERROR);
        assertThat(exception.details().errorCode()).isEqualTo(future);
        assertThat(exception).hasMessageContaining("error code " + future + ", unknown to this client");
    }

    @ParameterizedTest
    @EnumSource(
            value = ErrorCode.class,
            names = {
                "UNKNOWN_SERVER_ERROR",
                "REQUEST_TIMED_OUT",
                "NETWORK_EXCEPTION",
                "NOT_ENOUGH_REPLICAS_AFTER_APPEND"
            })
    void should_not_claim_to_know_the_outcome_where_the_broker_may_have_made_the_change(ErrorCode code) {
        assertThat(ErrorDetails.ofCode(code).toException().outcome()).isEqualTo(Outcome.UNKNOWN);
    }

    @Test
    void should_know_that_a_refused_change_did_not_happen() {
        assertThat(ErrorCode.MESSAGE_TOO_LARGE.outcome()).isEqualTo(Outcome.REJECTED);
        assertThat(ErrorCode.DUPLICATE_SEQUENCE_NUMBER.outcome()).isEqualTo(Outcome.ACKED);
    }

    @Test
    void should_have_no_exception_for_success() {
        assertThatThrownBy(() -> ErrorDetails.ofCode(ErrorCode.NONE).toException())
                .isInstanceOf(IllegalStateException.class);
    }
}
