package dev.ottla.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.common.Headers;
import dev.ottla.common.TimestampType;
import dev.ottla.common.TopicPartition;
import dev.ottla.consumer.internal.ScriptedCluster;
import dev.ottla.consumer.internal.work.WorkBoard;
import java.time.Duration;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The end of reading while a partition is being given up. */
class IntakeTest {
    private static final TopicPartition PARTITION = new TopicPartition("orders", 0);
    private static final Duration A_WHILE = Duration.ofSeconds(5);

    private static Intake intake(boolean worksByItself) {
        WorkOptions options = new WorkOptions(
                Ordering.KEY,
                8,
                100,
                new WorkOptions.Times(A_WHILE, A_WHILE, Duration.ofSeconds(30), A_WHILE),
                worksByItself,
                true);
        return new Intake(options, new RebalanceListener() {}, new ScriptedCluster().cluster.runtime());
    }

    private static ConsumerRecord<byte[], byte[]> record(long offset) {
        return new ConsumerRecord<>(
                PARTITION.topic(),
                PARTITION.partition(),
                offset,
                0,
                TimestampType.CREATE_TIME,
                null,
                null,
                Headers.empty(),
                OptionalInt.empty());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void should_wait_for_records_in_front_of_finished_ones_only_if_they_are_sure_to_be_handled(boolean worksByItself)
            throws InterruptedException {
        // given
        Intake intake = intake(worksByItself);
        WorkBoard<ConsumerRecord<byte[], byte[]>> board = intake.board();
        board.open(PARTITION, 1);
        board.add(PARTITION, 0, "a", record(0));
        board.add(PARTITION, 1, "a", record(1));
        board.add(PARTITION, 2, "b", record(2));
        var first = Objects.requireNonNull(board.tryBegin());
        board.finish(Objects.requireNonNull(board.tryBegin()));
        board.finish(first);
        board.stopWithoutGaps(board.partitions());
        assertThat(board.awaitIdle(Set.of(PARTITION), 0)).isFalse();

        // when
        intake.stop(A_WHILE);

        // then
        assertThat(board.awaitIdle(Set.of(PARTITION), 0)).isEqualTo(!worksByItself);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void should_let_nobody_wait_for_records_longer_than_who_stops_wants_to(boolean worksByItself) throws Exception {
        // given a revocation that waits for a record
        Intake intake = intake(worksByItself);
        WorkBoard<ConsumerRecord<byte[], byte[]>> board = intake.board();
        board.open(PARTITION, 1);
        board.add(PARTITION, 0, "a", record(0));
        assertThat(board.tryBegin()).isNotNull();
        CompletableFuture<Boolean> idle = new CompletableFuture<>();
        Thread waiting = new Thread(() -> {
            try {
                idle.complete(board.awaitIdle(Set.of(PARTITION), TimeUnit.MINUTES.toNanos(10)));
            } catch (InterruptedException e) {
                idle.completeExceptionally(e);
            }
        });
        waiting.start();
        while (waiting.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }

        // when
        intake.stop(Duration.ZERO);

        // then
        assertThat(idle.get(30, TimeUnit.SECONDS)).isFalse();
    }
}
