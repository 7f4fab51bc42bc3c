package dev.ottla.consumer.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.common.TopicPartition;
import dev.ottla.config.IsolationLevel;
import dev.ottla.consumer.internal.offsets.FetchPosition;
import dev.ottla.consumer.internal.offsets.StartingPoint;
import dev.ottla.internal.protocol.message.FetchRequest;
import dev.ottla.internal.protocol.message.FetchResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** When it is said that a log has been read to its end. */
class PartitionEndTest extends EngineFixture {
    private final List<String> ends = new ArrayList<>();

    private final RebalanceCallbacks callbacks = new RebalanceCallbacks() {
        @Override
        public void onAssigned(Set<TopicPartition> partitions) {}

        @Override
        public void onRevoking(Set<TopicPartition> partitions, Duration remaining) {}

        @Override
        public void onLost(Set<TopicPartition> partitions) {}

        @Override
        public boolean hearsOfEnds() {
            return true;
        }

        @Override
        public void onEndReached(TopicPartition partition, long offset) {
            ends.add(partition + "@" + offset);
        }
    };

    private ConsumerEngine reader(TopicPartition... partitions) {
        return engine(options().maxPollRecords(100), new StartingPoint.AtOffset(0), callbacks, partitions);
    }

    private FetchResponse fromLog(long offset, long highWatermark) {
        return response(answer(FIRST)
                .records(log.from(offset))
                .highWatermark(highWatermark)
                .lastStableOffset(highWatermark)
                .build());
    }

    @Test
    void should_tell_of_the_end_in_the_poll_after_the_one_that_returned_the_last_record() {
        // given
        log.append(10);
        ConsumerEngine engine = reader(FIRST);
        fetch().answer(fromLog(0, 10));

        // when, then
        assertThat(poll(engine)).hasSize(10);
        assertThat(ends).as("the last records are still being processed").isEmpty();
        assertThat(poll(engine)).isEmpty();
        assertThat(ends).containsExactly("orders-0@10");
        assertThat(poll(engine)).isEmpty();
        assertThat(ends).as("once").hasSize(1);
    }

    @Test
    void should_tell_again_when_there_was_more() {
        // given
        log.append(10);
        ConsumerEngine engine = reader(FIRST);
        fetch().answer(fromLog(0, 10));
        poll(engine);
        poll(engine);

        // when
        log.append(5);
        fetch().answer(fromLog(10, 15));
        poll(engine);
        poll(engine);

        // then
        assertThat(ends).containsExactly("orders-0@10", "orders-0@15");
    }

    @Test
    void should_tell_of_an_empty_log() {
        // given
        ConsumerEngine engine = reader(FIRST);

        // when
        fetch().answer(fromLog(0, 0));
        poll(engine);

        // then
        assertThat(ends).containsExactly("orders-0@0");
    }

    @Test
    void should_not_tell_before_the_end() {
        // given
        log.append(10);
        ConsumerEngine engine = reader(FIRST);

        // when
        fetch().answer(fromLog(0, 11));
        poll(engine);
        poll(engine);

        // then
        assertThat(ends).isEmpty();
    }

    @Test
    void should_count_only_what_may_be_read() {
        // given
        log.append(10);
        ConsumerEngine engine = engine(
                options().isolationLevel(IsolationLevel.READ_COMMITTED),
                new StartingPoint.AtOffset(0),
                callbacks,
                FIRST);

        // when
        fetch().answer(response(answer(FIRST)
                .records(log.from(0))
                .highWatermark(20)
                .lastStableOffset(10)
                .build()));
        poll(engine);
        poll(engine);

        // then
        assertThat(ends).containsExactly("orders-0@10");
        assertThat(engine.lag(FIRST)).hasValue(0);
    }

    @Test
    void should_tell_after_a_seek_to_the_end_of_which_the_broker_says_nothing_new() {
        // given
        log.append(10);
        ConsumerEngine engine = reader(FIRST);
        fetch().answer(inSession(fromLog(0, 10)));
        poll(engine);
        poll(engine);
        ends.clear();

        // when
        engine.seek(FIRST, new FetchPosition(10));
        kafka.loop.run();
        fetch().answer(inSession(response()));
        assertThat(asked(fetch(), FIRST).fetchOffset()).isEqualTo(10);
        fetch().answer(inSession(response()));
        poll(engine);

        // then
        assertThat(ends).containsExactly("orders-0@10");
    }

    @Test
    void should_know_and_tell_of_the_end_after_the_log_was_cut() {
        // given
        log.append(10);
        ConsumerEngine engine = reader(FIRST);
        fetch().answer(inSession(fromLog(0, 10)));
        poll(engine);
        poll(engine);
        ends.clear();

        // when
        fetch().answer(inSession(response(answer(FIRST)
                .divergingEpoch(new FetchResponse.EpochEndOffset(4, 6))
                .highWatermark(6)
                .build())));
        answerInSession(6, 6);
        poll(engine);

        // then
        assertThat(ends).containsExactly("orders-0@6");
        assertThat(engine.lag(FIRST)).hasValue(0);
    }

    @Test
    void should_know_and_tell_of_an_end_that_was_said_during_a_seek() {
        // given
        log.append(10);
        ConsumerEngine engine = reader(FIRST);
        ScriptedCluster.Request early = fetch();

        // when
        engine.seek(FIRST, new FetchPosition(10));
        kafka.loop.run();
        early.answer(inSession(fromLog(0, 10)));
        answerInSession(10, 10);
        poll(engine);

        // then
        assertThat(ends).containsExactly("orders-0@10");
        assertThat(engine.lag(FIRST)).hasValue(0);
    }

    @Test
    void should_not_take_an_old_end_for_the_present_one_after_a_seek() {
        // given
        log.append(10);
        ConsumerEngine engine = reader(FIRST);
        fetch().answer(inSession(fromLog(0, 10)));
        poll(engine);
        poll(engine);
        ends.clear();
        ScriptedCluster.Request early = fetch();

        // when
        log.append(5);
        engine.seek(FIRST, new FetchPosition(12));
        kafka.loop.run();
        early.answer(inSession(fromLog(10, 15)));
        answerInSession(12, 15);
        poll(engine);

        // then
        assertThat(engine.lag(FIRST)).hasValue(3);
        assertThat(ends).isEmpty();
    }

    /** As a broker does: of what has not changed since its last answer it says nothing, unless the session is new. */
    private void answerInSession(long offset, long end) {
        ScriptedCluster.Request request = fetch();
        assertThat(asked(request, FIRST).fetchOffset()).isEqualTo(offset);
        boolean isNew = ((FetchRequest) request.message).sessionEpoch() == 0;
        FetchResponse unchanged =
                response(answer(FIRST).highWatermark(end).lastStableOffset(end).build());
        request.answer(inSession(isNew ? unchanged : response()));
    }

    private static FetchResponse inSession(FetchResponse response) {
        return FetchResponse.builder()
                .sessionId(7)
                .responses(response.responses())
                .build();
    }

    @Test
    void should_not_tell_of_an_end_from_before_a_seek() {
        // given
        log.append(10);
        ConsumerEngine engine = reader(FIRST);
        fetch().answer(fromLog(0, 10));
        poll(engine);

        // when
        engine.seek(FIRST, new FetchPosition(3));
        poll(engine);

        // then
        assertThat(ends).isEmpty();
    }

    @Test
    void should_tell_of_each_partition_by_itself() {
        // given
        log.append(10);
        ConsumerEngine engine = reader(FIRST, SECOND);

        // when
        fetch().answer(response(
                answer(FIRST).records(log.from(0)).highWatermark(10).build(),
                answer(SECOND).highWatermark(0).build()));
        poll(engine);
        poll(engine);

        // then
        assertThat(ends).containsExactlyInAnyOrder("orders-0@10", "orders-1@0");
    }
}
