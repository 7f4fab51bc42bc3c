package dev.ottla.consumer.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.common.TopicPartition;
import dev.ottla.config.AutoOffsetReset;
import dev.ottla.consumer.internal.offsets.FetchPosition;
import dev.ottla.consumer.internal.offsets.HeldOffset;
import dev.ottla.consumer.internal.offsets.StartingPoint;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.LogTruncatedException;
import dev.ottla.internal.protocol.message.ApiKey;
import dev.ottla.internal.protocol.message.FetchResponse;
import dev.ottla.internal.protocol.message.OffsetCommitRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What happens when the leader does not have what was read (KIP-320). */
class TruncationTest extends EngineFixture {
    /** The epoch of all batches of a {@link TestLog}. */
    private static final int EPOCH = 5;

    private final List<String> events = new ArrayList<>();

    private final RebalanceCallbacks callbacks = new RebalanceCallbacks() {
        @Override
        public void onAssigned(Set<TopicPartition> partitions) {}

        @Override
        public void onRevoking(Set<TopicPartition> partitions, Duration remaining) {}

        @Override
        public void onLost(Set<TopicPartition> partitions) {}

        @Override
        public void onTruncated(TopicPartition partition, long position, long offset) {
            events.add(partition + " from " + position + " to " + offset);
        }
    };

    private ConsumerEngine reader(AutoOffsetReset reset, int pollRecords) {
        return engine(
                options().autoOffsetReset(reset).maxPollRecords(pollRecords),
                new StartingPoint.AtOffset(0),
                callbacks,
                FIRST);
    }

    private static FetchResponse diverging(int epoch, long endOffset) {
        return response(answer(FIRST)
                .divergingEpoch(new FetchResponse.EpochEndOffset(epoch, endOffset))
                .build());
    }

    @Test
    void should_say_with_each_fetch_in_which_epoch_it_has_read() {
        // given
        log.append(10);
        ConsumerEngine engine = reader(AutoOffsetReset.earliest(), 100);

        // when
        assertThat(asked(fetch(), FIRST).lastFetchedEpoch()).isEqualTo(-1);
        fetch().answer(fromLog(0));

        // then
        assertThat(asked(fetch(), FIRST).fetchOffset()).isEqualTo(10);
        assertThat(asked(fetch(), FIRST).lastFetchedEpoch()).isEqualTo(EPOCH);
        assertThat(poll(engine)).hasSize(10);
    }

    @Test
    void should_begin_with_the_epoch_that_was_committed() {
        // given
        ConsumerEngine engine =
                engine(options().groupId("g").enableAutoCommit(false), StartingPoint.earliest(), callbacks, FIRST);

        // when
        engine.seek(FIRST, new FetchPosition(7, 3));
        kafka.loop.run();

        // then
        assertThat(asked(fetch(), FIRST).lastFetchedEpoch()).isEqualTo(3);
    }

    @Test
    void should_go_on_where_the_logs_part_and_tell() {
        // given
        log.append(10);
        ConsumerEngine engine = reader(AutoOffsetReset.latest(), 100);
        fetch().answer(fromLog(0));
        assertThat(poll(engine)).isEqualTo(range(0, 10));

        // when
        fetch().answer(diverging(4, 6));
        assertThat(asked(fetch(), FIRST).fetchOffset()).isEqualTo(6);
        assertThat(asked(fetch(), FIRST).lastFetchedEpoch()).isEqualTo(4);
        fetch().answer(fromLog(6));

        // then
        assertThat(poll(engine)).isEqualTo(range(6, 10));
        assertThat(events).containsExactly("orders-0 from 10 to 6");
        assertThat(kafka.sent(ApiKey.LIST_OFFSETS)).as("no reset").isZero();
    }

    @Test
    void should_not_deliver_what_was_fetched_ahead_and_is_gone() {
        // given
        log.append(10);
        ConsumerEngine engine = reader(AutoOffsetReset.earliest(), 3);
        fetch().answer(fromLog(0));
        assertThat(poll(engine)).isEqualTo(range(0, 3));

        // when
        fetch().answer(diverging(5, 6));

        // then
        assertThat(poll(engine)).isEmpty();
        assertThat(events).as("nothing that was returned is gone").isEmpty();
        assertThat(asked(fetch(), FIRST).fetchOffset()).isEqualTo(3);
        assertThat(asked(fetch(), FIRST).lastFetchedEpoch()).isEqualTo(EPOCH);
    }

    @Test
    void should_not_ask_for_ever_about_an_epoch_that_compaction_has_emptied() {
        // given
        log.append(10);
        ConsumerEngine engine = reader(AutoOffsetReset.earliest(), 100);
        fetch().answer(fromLog(0));
        assertThat(poll(engine)).isEqualTo(range(0, 10));

        // when
        fetch().answer(diverging(2, 10));

        // then
        assertThat(asked(fetch(), FIRST).fetchOffset()).isEqualTo(10);
        assertThat(asked(fetch(), FIRST).lastFetchedEpoch()).isEqualTo(2);
        assertThat(poll(engine)).isEmpty();
        assertThat(events).isEmpty();
    }

    @Test
    void should_fail_until_a_seek_if_it_must_not_choose_where_to_go_on() {
        // given
        log.append(10);
        ConsumerEngine engine = reader(AutoOffsetReset.none(), 100);
        fetch().answer(fromLog(0));
        assertThat(poll(engine)).hasSize(10);

        // when
        fetch().answer(diverging(4, 6));

        // then
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> poll(engine))
                    .isInstanceOfSatisfying(
                            LogTruncatedException.class,
                            truncated -> assertThat(truncated.offset()).isEqualTo(6))
                    .hasMessageContaining("orders-0");
        }
        assertThat(events).isEmpty();
        assertThat(kafka.waiting(ApiKey.FETCH)).isZero();
        engine.seek(FIRST, new FetchPosition(6));
        assertThat(poll(engine)).isEmpty();
        fetch().answer(fromLog(6));
        assertThat(poll(engine)).isEqualTo(range(6, 10));
    }

    @Test
    void should_ignore_a_truncation_that_a_seek_came_before() {
        // given
        log.append(10);
        ConsumerEngine engine = reader(AutoOffsetReset.earliest(), 100);
        fetch().answer(fromLog(0));
        assertThat(poll(engine)).hasSize(10);
        ScriptedCluster.Request asked = fetch();

        // when
        engine.seek(FIRST, new FetchPosition(2));
        asked.answer(diverging(4, 6));

        // then
        assertThat(poll(engine)).isEmpty();
        assertThat(events).isEmpty();
        assertThat(asked(fetch(), FIRST).fetchOffset()).isEqualTo(2);
    }

    @Test
    void should_ask_in_the_new_epoch_of_the_same_leader() {
        // given
        reader(AutoOffsetReset.earliest(), 100);
        assertThat(asked(fetch(), FIRST).currentLeaderEpoch()).isEqualTo(5);

        // when
        kafka.leaderEpoch = 6;
        kafka.refreshMetadata();
        fetch().answer(response());

        // then
        assertThat(asked(fetch(), FIRST).currentLeaderEpoch()).isEqualTo(6);
        assertThat(kafka.sent(ApiKey.FETCH)).isEqualTo(2);
    }

    @Test
    void should_refresh_metadata_and_ask_again_when_its_epoch_is_old() {
        // given
        log.append(3);
        ConsumerEngine engine = reader(AutoOffsetReset.earliest(), 100);
        kafka.leaderEpoch = 6;

        // when
        fetch().answer(refusal(ErrorCode.FENCED_LEADER_EPOCH));
        kafka.loop.advance(A_WHILE);

        // then
        assertThat(asked(fetch(), FIRST).currentLeaderEpoch()).isEqualTo(6);
        fetch().answer(fromLog(0));
        assertThat(poll(engine)).hasSize(3);
    }

    @Test
    void should_ask_again_when_the_broker_does_not_know_the_epoch_yet() {
        // given
        log.append(3);
        ConsumerEngine engine = reader(AutoOffsetReset.earliest(), 100);

        // when
        fetch().answer(refusal(ErrorCode.UNKNOWN_LEADER_EPOCH));
        kafka.loop.advance(A_WHILE);
        fetch().answer(fromLog(0));

        // then
        assertThat(poll(engine)).hasSize(3);
    }

    @Test
    void should_commit_the_epoch_that_the_last_record_was_read_in() {
        // given
        log.append(10);
        kafka.script.put(ApiKey.OFFSET_FETCH, request -> committed(0, ErrorCode.NONE));
        ConsumerEngine engine =
                engine(options().groupId("g").enableAutoCommit(false), StartingPoint.earliest(), callbacks, FIRST);
        fetch().answer(fromLog(0));
        assertThat(poll(engine)).hasSize(10);

        // when
        CompletableFuture<Void> commit = engine.commits().consumed(Duration.ofSeconds(60));
        kafka.loop.run();

        // then
        OffsetCommitRequest sent = (OffsetCommitRequest) kafka.next(ApiKey.OFFSET_COMMIT).message;
        assertThat(sent.topics().get(0).partitions().get(0).committedLeaderEpoch())
                .isEqualTo(EPOCH);
        kafka.next(ApiKey.OFFSET_COMMIT).answer(commitAnswer(ErrorCode.NONE));
        assertThat(commit).isCompleted();
    }

    @Test
    void should_know_the_epoch_of_offsets_that_it_has_handed_out_and_of_no_others() {
        // given
        log.append(10);
        ConsumerEngine engine =
                engine(options().groupId("g").enableAutoCommit(false), new StartingPoint.AtOffset(0), callbacks, FIRST);
        kafka.next(ApiKey.OFFSET_FETCH).answer(committed(-1, ErrorCode.NONE));
        kafka.loop.advance(A_WHILE);
        fetch().answer(fromLog(0));
        assertThat(poll(engine)).hasSize(10);
        log.append(10);
        fetch().answer(fromLog(10));
        assertThat(poll(engine)).hasSize(10);

        // then
        assertThat(epochCommittedFor(engine, 15)).isEqualTo(EPOCH);
        assertThat(epochCommittedFor(engine, 20)).isEqualTo(EPOCH);
        assertThat(epochCommittedFor(engine, 5))
                .as("may have been read in an earlier one")
                .isEqualTo(-1);
    }

    private int epochCommittedFor(ConsumerEngine engine, long offset) {
        engine.commits().held(Map.of(FIRST, new HeldOffset(engine.tenure(FIRST), offset)), Duration.ofSeconds(60));
        kafka.loop.run();
        ScriptedCluster.Request commit = kafka.next(ApiKey.OFFSET_COMMIT);
        commit.answer(commitAnswer(ErrorCode.NONE));
        return ((OffsetCommitRequest) commit.message)
                .topics()
                .get(0)
                .partitions()
                .get(0)
                .committedLeaderEpoch();
    }
}
