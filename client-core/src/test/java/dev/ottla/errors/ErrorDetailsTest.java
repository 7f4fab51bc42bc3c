package dev.ottla.errors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.common.Node;
import dev.ottla.common.TopicPartition;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import org.junit.jupiter.api.Test;

class ErrorDetailsTest {
    private static final Node BROKER = new Node(3, "b3", 9092);
    private static final TopicPartition PARTITION = new TopicPartition("orders", 7);

    @Test
    void should_say_what_happened_where_and_what_to_do() {
        // when
        KafkaException exception = ErrorDetails.ofCode(ErrorCode.NOT_LEADER_OR_FOLLOWER)
                .api("Produce")
                .broker(BROKER)
                .topicPartition(PARTITION)
                .attempts(4)
                .toException();

        // then
        assertThat(exception)
                .isInstanceOf(RetriableException.class)
                .hasMessage("The broker is not the leader, or not a replica, of this partition."
                        + " [NOT_LEADER_OR_FOLLOWER (6), Produce, node 3 (b3:9092), orders-7, attempts: 4]"
                        + " Retry after a while; the client refreshes its metadata meanwhile.");
        assertThat(exception.broker()).contains(BROKER);
        assertThat(exception.api()).contains("Produce");
        assertThat(exception.topicPartition()).contains(PARTITION);
        assertThat(exception.attempts()).isEqualTo(4);
        assertThat(exception.hint()).isEqualTo("Retry after a while; the client refreshes its metadata meanwhile.");
    }

    @Test
    void should_add_nothing_when_nothing_is_known() {
        // when
        KafkaException exception = new ClosedException("The producer is closed.", null);

        // then
        assertThat(exception).hasMessage("The producer is closed.");
        assertThat(exception.code()).isEqualTo(ErrorCode.NONE);
        assertThat(exception.hint()).isEmpty();
        assertThat(exception.broker()).isEmpty();
        assertThat(exception.attempts()).isZero();
        assertThat(exception.outcome()).isEqualTo(Outcome.REJECTED);
    }

    @Test
    void should_not_take_a_lost_connection_for_a_change_that_did_not_happen() {
        assertThat(new ConnectionException("Connection reset.", null).outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(new MalformedMessageException("Bad length.").outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(new RequestTimeoutException(
                                "Late.", ErrorDetails.builder().attempts(1).build(), null)
                        .outcome())
                .isEqualTo(Outcome.UNKNOWN);
        assertThat(ErrorDetails.ofCode(ErrorCode.INVALID_RECORD).build().outcome())
                .isEqualTo(Outcome.REJECTED);
    }

    @Test
    void should_cut_and_clean_what_a_broker_says() {
        // given
        String hostile = "a\u001b[31m\n" + "x".repeat(1_000_000);

        // when
        KafkaException exception = ErrorDetails.ofCode(ErrorCode.INVALID_CONFIG)
                .brokerMessage(hostile)
                .toException();

        // then
        assertThat(exception.details().brokerMessage().orElseThrow())
                .startsWith("a?[31m?xxx")
                .endsWith("...")
                .hasSize(503);
    }

    @Test
    void should_let_the_caller_decide_outcome_and_hint() {
        // when
        KafkaException exception = new RequestTimeoutException(
                "No answer within 30 s.",
                ErrorDetails.builder()
                        .outcome(Outcome.UNKNOWN)
                        .hint("Raise request.timeout.ms.")
                        .build(),
                null);

        // then
        assertThat(exception.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(exception).hasMessage("No answer within 30 s. [outcome UNKNOWN] Raise request.timeout.ms.");
    }

    @Test
    void should_copy_all_details_into_a_new_builder() {
        // given
        ErrorDetails details = ErrorDetails.ofCode(ErrorCode.REQUEST_TIMED_OUT)
                .api("Fetch")
                .broker(BROKER)
                .topicPartition(PARTITION)
                .attempts(2)
                .brokerMessage("slow")
                .hint("Wait.")
                .build();

        // when
        ErrorDetails copy = details.toBuilder().attempts(3).build();

        // then
        assertThat(copy).hasToString(details.toString().replace("attempts: 2", "attempts: 3"));
    }

    @Test
    void should_survive_serialization() throws IOException, ClassNotFoundException {
        // given
        KafkaException exception = ErrorDetails.ofCode(ErrorCode.REQUEST_TIMED_OUT)
                .broker(BROKER)
                .topicPartition(PARTITION)
                .toException();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        // when
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(exception);
        }
        Object copy = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();

        // then
        assertThat(copy).isInstanceOfSatisfying(RequestTimeoutException.class, read -> {
            assertThat(read).hasMessage(exception.getMessage());
            assertThat(read.broker()).contains(BROKER);
        });
    }
}
