package dev.ottla.consumer.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.common.TopicPartition;
import dev.ottla.consumer.internal.delivery.RecordSink;
import dev.ottla.consumer.internal.offsets.StartingPoint;
import dev.ottla.errors.ClosedException;
import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.concurrent.LendableLoop;
import dev.ottla.internal.protocol.message.ApiKey;
import dev.ottla.internal.record.RecordCursor;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** Calls from where they would wait for themselves. */
class ClosingTest extends EngineFixture {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** Does something else with the consumer while a poll reads a record. */
    private record Interfering(Runnable call, List<Throwable> thrown) implements RecordSink {
        @Override
        public void begin(TopicPartition partition, int recordsMax) {}

        @Override
        public void accept(RecordCursor record, int leaderEpoch) {
            try {
                call.run();
            } catch (IllegalStateException e) {
                thrown.add(e);
            }
        }

        @Override
        public void keep() {}

        @Override
        public void drop() {}
    }

    @Test
    void should_give_back_what_was_fetched_when_it_is_closed_on_the_loop() {
        // given
        log.append(10);
        ConsumerEngine engine = engine(FIRST);
        fetch().answer(fromLog(0));
        assertThat(kafka.bodies).extracting(ByteBuf::refCnt).contains(1);

        // when
        kafka.loop.run(() -> engine.close(TIMEOUT));

        // then
        assertThat(kafka.bodies).extracting(ByteBuf::refCnt).containsOnly(0);
        assertThatThrownBy(() -> poll(engine)).isInstanceOf(ClosedException.class);
    }

    @Test
    void should_commit_what_was_processed_when_it_is_closed_on_the_loop() {
        // given
        kafka.script.put(ApiKey.OFFSET_FETCH, request -> committed(0, ErrorCode.NONE));
        log.append(10);
        ConsumerEngine engine = engine(options().groupId("g").enableAutoCommit(true), StartingPoint.earliest(), FIRST);
        fetch().answer(fromLog(0));
        poll(engine);
        poll(engine);

        // when
        kafka.loop.run(() -> engine.close(TIMEOUT));

        // then
        assertThat(committed(kafka.next(ApiKey.OFFSET_COMMIT).message)).isEqualTo(10);
        kafka.next(ApiKey.OFFSET_COMMIT).answer(commitAnswer(ErrorCode.NONE));
        assertThat(kafka.waiting(ApiKey.FETCH)).as("fetching has ended").isZero();
    }

    @Test
    void should_refuse_to_be_polled_or_closed_within_a_poll() {
        // given
        log.append(10);
        ConsumerEngine engine = engine(options().maxPollRecords(1), new StartingPoint.AtOffset(0), FIRST);
        fetch().answer(fromLog(0));

        List<Throwable> thrown = new ArrayList<>();

        // when
        engine.poll(new Interfering(() -> poll(engine), thrown), Duration.ZERO);
        engine.poll(new Interfering(() -> engine.close(TIMEOUT), thrown), Duration.ZERO);

        // then
        assertThat(thrown)
                .extracting(Throwable::getMessage)
                .satisfiesExactly(
                        first -> assertThat(first).contains("poll was called within a poll"),
                        second -> assertThat(second).contains("close was called within a poll"));
        assertThat(engine.isClosed()).isFalse();
        assertThat(poll(engine)).as("the turn was given back").containsExactly(2L);
    }

    private static final class UnusedLoop implements LendableLoop {
        private boolean ended;

        @Override
        public boolean runUntil(BooleanSupplier enough, long timeoutNanos) {
            return false;
        }

        @Override
        public void nudge() {}

        @Override
        public void shutdown() {
            ended = true;
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

        @Override
        public long nanoTime() {
            return 0;
        }
    }

    @Test
    void should_leave_no_event_loop_behind_when_it_can_not_be_made() {
        // given
        UnusedLoop loop = new UnusedLoop();
        kafka.lendableLoop = loop;
        kafka.randoms = () -> {
            throw new IllegalStateException("nothing is left to chance");
        };

        // when
        assertThatThrownBy(() -> engine(FIRST)).hasMessage("nothing is left to chance");

        // then
        assertThat(loop.ended).isTrue();
    }
}
