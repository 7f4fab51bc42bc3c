package dev.ottla.producer;

import static dev.ottla.producer.ProducerHarness.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.common.ByteSize;
import dev.ottla.config.Acks;
import dev.ottla.config.Compression;
import dev.ottla.config.ProducerOptions;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.Outcome;
import dev.ottla.internal.protocol.message.ProduceResponse.BatchIndexAndErrorMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DividedBatchTest {
    private static final Duration LATER = Duration.ofSeconds(5);

    enum Kind {
        IDEMPOTENT,
        COMPRESSED,
        NOT_IDEMPOTENT;

        ProducerHarness harness() {
            return new ProducerHarness(options -> with(options.batchSize(ByteSize.kib(4)))).warm();
        }

        private ProducerOptions.Builder with(ProducerOptions.Builder options) {
            return switch (this) {
                case IDEMPOTENT -> options;
                case COMPRESSED -> options.compression(Compression.gzip());
                case NOT_IDEMPOTENT -> options.acks(Acks.LEADER);
            };
        }
    }

    @ParameterizedTest
    @EnumSource
    void should_halve_a_batch_that_is_too_large_until_only_the_guilty_record_fails(Kind kind) {
        // given
        ProducerHarness harness = kind.harness();
        List<CompletableFuture<RecordMetadata>> sends = sendBatch(harness, 7);
        List<String> written = new ArrayList<>();

        // when
        for (int i = 0; i < 40 && sends.stream().anyMatch(send -> !send.isDone()); i++) {
            answer(harness, written);
        }

        // then
        assertThat(failureOf(sends.get(4)).code()).isEqualTo(ErrorCode.MESSAGE_TOO_LARGE);
        assertThat(failureOf(sends.get(4)).outcome()).isEqualTo(Outcome.REJECTED);
        assertThat(written).containsExactly("r0", "r1", "r2", "r3", "r5", "r6");
        assertThat(sends).filteredOn(send -> !send.isCompletedExceptionally()).hasSize(6);
        assertThat(harness.completed).containsExactly("r0", "r1", "r2", "r3", "r4", "r5", "r6");
        harness.producer.flush();
        harness.assertMemoryIsBack();
    }

    /** Refuses what has record 4. */
    private static void answer(ProducerHarness harness, List<String> written) {
        if (!harness.network.requests.isEmpty()) {
            FakeProduce request = harness.network.next();
            if (request.values().contains("r4")) {
                request.answer(ErrorCode.MESSAGE_TOO_LARGE);
            } else {
                written.addAll(request.values());
                request.ack();
            }
        }
        harness.runtime.advance(LATER);
    }

    @ParameterizedTest
    @EnumSource
    void should_fail_only_the_records_that_the_broker_names(Kind kind) {
        // given
        ProducerHarness harness = kind.harness();
        List<CompletableFuture<RecordMetadata>> sends = sendBatch(harness, 6);

        // when
        harness.network
                .next()
                .answer(partition -> partition
                        .errorCode(ErrorCode.INVALID_RECORD.code())
                        .baseOffset(-1)
                        .recordErrors(List.of(
                                new BatchIndexAndErrorMessage(0, "no key"), new BatchIndexAndErrorMessage(3, null)))
                        .errorMessage("some are wrong"));
        harness.network.answersAtOnce = ErrorCode.NONE;
        harness.runtime.advance(LATER);

        // then
        assertThat(failureOf(sends.get(0))).hasMessageContaining("no key");
        assertThat(failureOf(sends.get(3))).hasMessageContaining("some are wrong");
        assertThat(sends)
                .filteredOn(send -> !send.isCompletedExceptionally())
                .hasSize(4)
                .allMatch(CompletableFuture::isDone);
        assertThat(harness.completed).containsExactly("r0", "r1", "r2", "r3", "r4", "r5");
        harness.assertMemoryIsBack();
    }

    @Test
    void should_fail_the_whole_batch_when_the_broker_names_records_that_it_does_not_have() {
        // given
        ProducerHarness harness = Kind.IDEMPOTENT.harness();
        List<CompletableFuture<RecordMetadata>> sends = sendBatch(harness, 3);

        // when
        harness.network
                .next()
                .answer(partition -> partition
                        .errorCode(ErrorCode.INVALID_RECORD.code())
                        .baseOffset(-1)
                        .recordErrors(List.of(new BatchIndexAndErrorMessage(3, "beyond the end"))));
        harness.runtime.advance(LATER);

        // then
        assertThat(sends).allMatch(CompletableFuture::isCompletedExceptionally);
    }

    /** In one batch, which is in flight. */
    private static List<CompletableFuture<RecordMetadata>> sendBatch(ProducerHarness harness, int count) {
        List<CompletableFuture<RecordMetadata>> sends = IntStream.range(0, count)
                .mapToObj(i -> harness.send(0, "r" + i))
                .toList();
        harness.runtime.run();
        assertThat(harness.network.requests).hasSize(1);
        return sends;
    }
}
