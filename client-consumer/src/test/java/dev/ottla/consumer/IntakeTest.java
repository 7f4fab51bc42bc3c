package dev.ottla.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.common.Headers;
import dev.ottla.common.TimestampType;
import dev.ottla.common.TopicPartition;
import dev.ottla.config.ConsumerOptions;
import dev.ottla.consumer.internal.ConsumerSetup;
import dev.ottla.consumer.internal.ScriptedCluster;
import dev.ottla.consumer.internal.TopicSelection;
import dev.ottla.consumer.internal.offsets.StartingPoint;
import dev.ottla.consumer.internal.work.Waiting;
import dev.ottla.consumer.internal.work.WorkBoard;
import dev.ottla.errors.ClosedException;
import dev.ottla.internal.concurrent.ClientRuntime;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.concurrent.WallClock;
import dev.ottla.serialization.Deserializers;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The end of reading while a partition is being given up. */
class IntakeTest {
    private static final Waiting BLOCKING = (change, nanos) -> change.get(nanos, TimeUnit.NANOSECONDS);

    private static final TopicPartition PARTITION = new TopicPartition("orders", 0);
    private static final Duration A_WHILE = Duration.ofSeconds(5);

    private static Intake intake(boolean worksByItself) {
        return intake(worksByItself, new ScriptedCluster().cluster.runtime());
    }

    private static Intake intake(boolean worksByItself, ClientRuntime runtime) {
        WorkOptions options = new WorkOptions(
                Ordering.KEY,
                8,
                100,
                new WorkOptions.Times(A_WHILE, A_WHILE, Duration.ofSeconds(30), A_WHILE),
                worksByItself,
                true);
        return new Intake(options, new RebalanceListener() {}, runtime);
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
        assertThat(board.awaitIdle(Set.of(PARTITION), 0, BLOCKING)).isFalse();

        // when
        intake.stop(A_WHILE);

        // then
        assertThat(board.awaitIdle(Set.of(PARTITION), 0, BLOCKING)).isEqualTo(!worksByItself);
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
        CompletableFuture<Boolean> idle = awaitIdle(board);

        // when
        intake.stop(Duration.ZERO);

        // then
        assertThat(idle.get(30, TimeUnit.SECONDS)).isFalse();
    }

    private static CompletableFuture<Boolean> awaitIdle(WorkBoard<?> board) {
        CompletableFuture<Boolean> idle = new CompletableFuture<>();
        Thread waiting = new Thread(() -> {
            try {
                idle.complete(board.awaitIdle(Set.of(PARTITION), TimeUnit.MINUTES.toNanos(10), BLOCKING));
            } catch (InterruptedException e) {
                idle.completeExceptionally(e);
            }
        });
        waiting.start();
        while (waiting.getState() != Thread.State.TIMED_WAITING && !idle.isDone()) {
            Thread.onSpinWait();
        }
        return idle;
    }

    /** A loop whose clock does something when it is read next. */
    private record Interrupted(AtomicReference<Runnable> onClock) implements EventLoop {
        @Override
        public long nanoTime() {
            onClock.getAndSet(() -> {}).run();
            return 0;
        }

        @Override
        public boolean inEventLoop() {
            return false;
        }

        @Override
        public void execute(Runnable task) {
            throw new AssertionError("nothing is to be done here");
        }

        @Override
        public Timer schedule(Runnable task, long delayNanos) {
            throw new AssertionError("nothing is to be done here");
        }
    }

    private record OneLoop(EventLoop homeLoop) implements ClientRuntime {
        @Override
        public EventLoop nextLoop() {
            return homeLoop;
        }

        @Override
        public WallClock wallClock() {
            return () -> 0;
        }

        @Override
        public RandomGenerator newRandom() {
            return new SplittableRandom(42);
        }
    }

    @Test
    void should_keep_to_the_deadline_of_who_stops_first() throws Exception {
        // given two that stop at once, so that one has read the clock when the other does all of it
        Interrupted loop = new Interrupted(new AtomicReference<>(() -> {}));
        Intake intake = intake(true, new OneLoop(loop));
        WorkBoard<ConsumerRecord<byte[], byte[]>> board = intake.board();
        board.open(PARTITION, 1);
        board.add(PARTITION, 0, "a", record(0));
        var work = Objects.requireNonNull(board.tryBegin());
        loop.onClock().set(() -> intake.stop(Duration.ofHours(1)));
        intake.stop(Duration.ZERO);

        // when
        CompletableFuture<Boolean> idle = awaitIdle(board);
        board.finish(work);

        // then
        assertThat(idle.get(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void should_come_to_its_end_though_it_can_not_stop_as_it_should() {
        // given a consumer that is closed, so that the next poll fails
        ScriptedCluster kafka = new ScriptedCluster();
        PollingConsumer<byte[], byte[]> reader = reader(kafka);
        kafka.loop.run(() -> reader.close(Duration.ZERO));
        Interrupted loop = new Interrupted(new AtomicReference<>(() -> {}));
        Intake intake = intake(true, new OneLoop(loop));
        intake.begin(reader, () -> {});
        loop.onClock().set(() -> {
            throw new IllegalStateException("no time");
        });

        // when
        assertThatThrownBy(() -> intake.turn(Duration.ZERO)).hasMessage("no time");

        // then
        assertThat(intake.ended())
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(ClosedException.class);
    }

    private static PollingConsumer<byte[], byte[]> reader(ScriptedCluster kafka) {
        TopicDeserializers<byte[]> bytes = new TopicDeserializers<>(Deserializers.bytes());
        return new PollingConsumer<>(
                kafka.cluster,
                callbacks -> new ConsumerSetup(
                        ConsumerOptions.builder().build(kafka.cluster.options()),
                        TopicSelection.none(),
                        Set.of(PARTITION),
                        StartingPoint.earliest(),
                        List.of(),
                        A_WHILE,
                        callbacks),
                new PollingConsumer.Listeners(new RebalanceListener() {}, null, partitions -> {}),
                bytes,
                bytes,
                new PoisonRecords(kafka.cluster, PoisonPolicy.fail(), ""));
    }
}
