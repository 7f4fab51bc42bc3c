package dev.ottla.consumer.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.common.ByteSize;
import dev.ottla.common.OffsetAndMetadata;
import dev.ottla.common.TopicPartition;
import dev.ottla.config.AutoOffsetReset;
import dev.ottla.config.ConsumerOptions;
import dev.ottla.config.IsolationLevel;
import dev.ottla.consumer.internal.delivery.RecordSink;
import dev.ottla.consumer.internal.offsets.FetchPosition;
import dev.ottla.consumer.internal.offsets.StartingPoint;
import dev.ottla.errors.BrokerException;
import dev.ottla.errors.CorruptRecordException;
import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.protocol.RequestMessage;
import dev.ottla.internal.protocol.ResponseMessage;
import dev.ottla.internal.protocol.message.ApiKey;
import dev.ottla.internal.protocol.message.FetchRequest;
import dev.ottla.internal.protocol.message.FetchResponse;
import dev.ottla.internal.protocol.message.FetchResponse.AbortedTransaction;
import dev.ottla.internal.protocol.message.FetchResponse.PartitionData;
import dev.ottla.internal.protocol.message.ListOffsetsResponse;
import dev.ottla.internal.protocol.message.OffsetCommitRequest;
import dev.ottla.internal.protocol.message.OffsetCommitResponse;
import dev.ottla.internal.protocol.message.OffsetFetchResponse;
import dev.ottla.internal.record.ControlRecordType;
import dev.ottla.internal.record.RecordCursor;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** One consumer with assigned partitions, from the broker's answer to the record, in one thread on a virtual clock. */
class ConsumerEngineTest {
    private static final String TOPIC = "orders";
    private static final TopicPartition FIRST = new TopicPartition(TOPIC, 0);
    private static final TopicPartition SECOND = new TopicPartition(TOPIC, 1);
    private static final Duration A_WHILE = Duration.ofSeconds(2);

    private static final RebalanceCallbacks NO_CALLBACKS = new RebalanceCallbacks() {
        @Override
        public void onAssigned(Set<TopicPartition> partitions) {}

        @Override
        public void onRevoking(Set<TopicPartition> partitions, Duration remaining) {}

        @Override
        public void onLost(Set<TopicPartition> partitions) {}
    };

    /** Collects the offsets of records, after checking that their values say the same. */
    private static final class Offsets implements RecordSink {
        private final List<Long> kept = new ArrayList<>();
        private final List<Long> current = new ArrayList<>();

        @Override
        public void begin(TopicPartition partition) {
            current.clear();
        }

        @Override
        public void accept(RecordCursor record, int leaderEpoch) {
            assertThat(new String(record.valueBytes(), StandardCharsets.US_ASCII))
                    .isEqualTo("" + record.offset());
            assertThat(leaderEpoch).isEqualTo(5);
            current.add(record.offset());
        }

        @Override
        public void keep() {
            kept.addAll(current);
        }

        @Override
        public void drop() {
            current.clear();
        }
    }

    private final ScriptedCluster kafka = new ScriptedCluster();
    private final TestLog log = new TestLog();

    ConsumerEngineTest() {
        kafka.partitions.put(TOPIC, 2);
        kafka.leaderEpoch = 5;
    }

    private ConsumerOptions.Builder options() {
        return ConsumerOptions.builder();
    }

    private ConsumerEngine engine(ConsumerOptions.Builder options, StartingPoint start, TopicPartition... partitions) {
        ConsumerSetup setup = new ConsumerSetup(
                options.build(kafka.cluster.options()), Set.of(), Set.of(partitions), start, List.of(), NO_CALLBACKS);
        ConsumerEngine engine = new ConsumerEngine(kafka.cluster, setup);
        engine.start();
        kafka.loop.advance(A_WHILE);
        return engine;
    }

    private ConsumerEngine engine(TopicPartition... partitions) {
        return engine(options(), new StartingPoint.AtOffset(0), partitions);
    }

    private List<Long> poll(ConsumerEngine engine) {
        Offsets offsets = new Offsets();
        engine.poll(offsets, Duration.ZERO);
        kafka.loop.advance(A_WHILE);
        return offsets.kept;
    }

    private static List<Long> range(long from, long to) {
        return LongStream.range(from, to).boxed().toList();
    }

    private ScriptedCluster.Request fetch() {
        return kafka.next(ApiKey.FETCH);
    }

    private static FetchRequest.FetchPartition asked(ScriptedCluster.Request request, TopicPartition partition) {
        return ((FetchRequest) request.message)
                .topics().stream()
                        .flatMap(topic -> topic.partitions().stream())
                        .filter(each -> each.partition() == partition.partition())
                        .findFirst()
                        .orElseThrow(() -> new AssertionError(partition + " was not asked for"));
    }

    private static PartitionData.Builder answer(TopicPartition partition) {
        return PartitionData.builder().partitionIndex(partition.partition());
    }

    private static FetchResponse response(PartitionData... partitions) {
        return FetchResponse.builder()
                .responses(List.of(new FetchResponse.FetchableTopicResponse(
                        "", ScriptedCluster.topicId(TOPIC), List.of(partitions))))
                .build();
    }

    private FetchResponse fromLog(long offset) {
        return response(answer(FIRST).records(log.from(offset)).build());
    }

    private static FetchResponse refusal(ErrorCode error) {
        return response(answer(FIRST).errorCode(error.code()).build());
    }

    // ---- fetching

    @Test
    void should_ask_by_topic_id_from_the_position_on_with_the_leaders_epoch() {
        // when
        engine(options(), new StartingPoint.AtOffset(42), FIRST);

        // then
        FetchRequest request = (FetchRequest) fetch().message;
        assertThat(request.topics())
                .singleElement()
                .satisfies(topic -> assertThat(topic.topicId()).isEqualTo(ScriptedCluster.topicId(TOPIC)));
        assertThat(asked(fetch(), FIRST).fetchOffset()).isEqualTo(42);
        assertThat(asked(fetch(), FIRST).currentLeaderEpoch()).isEqualTo(5);
        assertThat(request.sessionId()).isZero();
        assertThat(request.sessionEpoch()).isEqualTo(-1);
    }

    @Test
    void should_fetch_on_before_the_application_has_read() {
        // given
        ConsumerEngine engine = engine(FIRST);
        log.append(10);

        // when
        fetch().answer(fromLog(0));

        // then
        assertThat(asked(fetch(), FIRST).fetchOffset()).isEqualTo(10);
        assertThat(engine.position(FIRST)).isEqualTo(new FetchPosition(0));
        assertThat(poll(engine)).isEqualTo(range(0, 10));
        assertThat(engine.position(FIRST)).isEqualTo(new FetchPosition(10, 5));
    }

    @Test
    void should_leave_out_what_lies_before_the_position_in_its_batch() {
        // given
        log.append(10);
        ConsumerEngine engine = engine(options(), new StartingPoint.AtOffset(7), FIRST);

        // when
        fetch().answer(fromLog(7));

        // then
        assertThat(poll(engine)).isEqualTo(range(7, 10));
    }

    @Test
    void should_go_over_what_compaction_took_away() {
        // given
        log.append(2).appendCompacted(2, 3).appendEmptied(4).append(1).appendEmptied(5);
        ConsumerEngine engine = engine(FIRST);

        // when
        fetch().answer(fromLog(0));

        // then
        assertThat(asked(fetch(), FIRST).fetchOffset()).isEqualTo(17);
        assertThat(poll(engine)).containsExactly(0L, 1L, 2L, 3L, 11L);
        assertThat(engine.position(FIRST)).isEqualTo(new FetchPosition(17, 5));
    }

    @Test
    void should_take_a_batch_that_is_cut_off_as_if_it_was_not_there() {
        // given
        log.append(5).append(5);
        ConsumerEngine engine = engine(FIRST);
        var whole = log.from(0);

        // when
        fetch().answer(response(
                answer(FIRST).records(whole.slice(0, whole.readableBytes() - 1)).build()));

        // then
        assertThat(poll(engine)).isEqualTo(range(0, 5));
        assertThat(asked(fetch(), FIRST).fetchOffset()).isEqualTo(5);
    }

    @Test
    void should_return_no_more_than_max_poll_records_and_the_rest_later() {
        // given
        log.append(10);
        ConsumerEngine engine = engine(options().maxPollRecords(4), new StartingPoint.AtOffset(0), FIRST);

        // when
        fetch().answer(fromLog(0));

        // then
        assertThat(poll(engine)).isEqualTo(range(0, 4));
        assertThat(poll(engine)).isEqualTo(range(4, 8));
        assertThat(poll(engine)).isEqualTo(range(8, 10));
        assertThat(poll(engine)).isEmpty();
    }

    @Test
    void should_fetch_no_more_until_the_application_has_read_what_is_there() {
        // given
        log.append(100);
        ConsumerEngine engine =
                engine(options().fetchMaxBytes(ByteSize.bytes(500)), new StartingPoint.AtOffset(0), FIRST);

        // when
        fetch().answer(fromLog(0));

        // then
        assertThat(kafka.waiting(ApiKey.FETCH)).isZero();
        poll(engine);
        poll(engine);
        assertThat(asked(fetch(), FIRST).fetchOffset()).isEqualTo(100);
    }

    @Test
    void should_ask_first_for_the_partition_that_got_nothing() {
        // given
        log.append(1);
        engine(FIRST, SECOND);
        TopicPartition before = firstAsked();

        // when
        fetch().answer(response(answer(before).records(log.from(0)).build()));

        // then
        assertThat(firstAsked()).isNotEqualTo(before);
    }

    private TopicPartition firstAsked() {
        return new TopicPartition(
                TOPIC,
                ((FetchRequest) fetch().message)
                        .topics()
                        .get(0)
                        .partitions()
                        .get(0)
                        .partition());
    }

    @Test
    void should_fetch_from_the_new_leader_where_the_old_one_stopped() {
        // given
        log.append(10);
        ConsumerEngine engine = engine(FIRST);
        fetch().answer(fromLog(0));
        ScriptedCluster.Request toOldLeader = fetch();

        // when
        kafka.leaderId = 2;
        kafka.leaderEpoch = 6;
        toOldLeader.answer(refusal(ErrorCode.NOT_LEADER_OR_FOLLOWER));
        kafka.loop.advance(A_WHILE);

        // then
        assertThat(fetch().nodeId).isEqualTo(2);
        assertThat(asked(fetch(), FIRST).fetchOffset()).isEqualTo(10);
        assertThat(asked(fetch(), FIRST).currentLeaderEpoch()).isEqualTo(6);
        assertThat(poll(engine)).isEqualTo(range(0, 10));
    }

    @Test
    void should_follow_the_metadata_to_the_new_leader_though_the_old_one_is_silent() {
        // given
        engine(FIRST);
        assertThat(fetch().nodeId).isEqualTo(1);

        // when
        kafka.leaderId = 2;
        kafka.leaderEpoch = 6;
        kafka.refreshMetadata();

        // then
        assertThat(kafka.unanswered.stream().map(request -> request.nodeId)).contains(2);
    }

    @Test
    void should_ask_again_when_the_connection_is_lost() {
        // given
        engine(FIRST);

        // when
        fetch().loseConnection();
        kafka.loop.advance(A_WHILE);

        // then
        assertThat(asked(fetch(), FIRST).fetchOffset()).isZero();
    }

    // ---- positions

    @Test
    void should_drop_an_answer_to_a_question_from_before_a_seek() {
        // given
        log.append(10);
        ConsumerEngine engine = engine(FIRST);
        ScriptedCluster.Request early = fetch();

        // when
        engine.seek(FIRST, new FetchPosition(4));
        early.answer(fromLog(0));

        // then
        assertThat(poll(engine)).isEmpty();
        assertThat(asked(fetch(), FIRST).fetchOffset()).isEqualTo(4);
        fetch().answer(fromLog(4));
        assertThat(poll(engine)).isEqualTo(range(4, 10));
    }

    @Test
    void should_not_take_an_answer_from_before_a_seek_back_for_one_to_the_new_question() {
        // given
        log.append(10).append(10);
        ConsumerEngine engine = engine(options(), new StartingPoint.AtOffset(10), FIRST);
        ScriptedCluster.Request early = fetch();

        // when
        engine.seek(FIRST, new FetchPosition(3));
        kafka.loop.run();
        early.answer(fromLog(10));

        // then
        assertThat(poll(engine)).isEmpty();
        assertThat(asked(fetch(), FIRST).fetchOffset()).isEqualTo(3);
    }

    @Test
    void should_drop_what_was_fetched_but_not_read_before_a_seek() {
        // given
        log.append(10);
        ConsumerEngine engine = engine(options().maxPollRecords(3), new StartingPoint.AtOffset(0), FIRST);
        fetch().answer(fromLog(0));
        assertThat(poll(engine)).isEqualTo(range(0, 3));

        // when
        engine.seek(FIRST, new FetchPosition(9));

        // then
        assertThat(poll(engine)).isEmpty();
        assertThat(engine.position(FIRST)).isEqualTo(new FetchPosition(9));
    }

    @Test
    void should_go_on_where_it_was_after_a_pause() {
        // given
        log.append(10);
        ConsumerEngine engine = engine(options().maxPollRecords(3), new StartingPoint.AtOffset(0), FIRST);
        fetch().answer(fromLog(0));
        assertThat(poll(engine)).isEqualTo(range(0, 3));
        ScriptedCluster.Request ahead = fetch();

        // when
        engine.setPaused(List.of(FIRST), true);
        assertThat(poll(engine)).isEmpty();
        ahead.answer(response());
        assertThat(kafka.waiting(ApiKey.FETCH))
                .as("nothing to ask for while paused")
                .isZero();
        engine.setPaused(List.of(FIRST), false);
        kafka.loop.run();

        // then
        assertThat(asked(fetch(), FIRST).fetchOffset()).isEqualTo(3);
        fetch().answer(fromLog(3));
        assertThat(poll(engine)).isEqualTo(range(3, 6));
    }

    @Test
    void should_not_take_what_was_fetched_ahead_for_what_it_dropped_in_a_pause() {
        // given
        log.append(10).append(10);
        ConsumerEngine engine = engine(options().maxPollRecords(3), new StartingPoint.AtOffset(0), FIRST);
        fetch().answer(response(
                answer(FIRST).records(new TestLog().append(10).from(0)).build()));
        assertThat(poll(engine)).isEqualTo(range(0, 3));
        ScriptedCluster.Request ahead = fetch();
        assertThat(asked(ahead, FIRST).fetchOffset()).isEqualTo(10);

        // when
        engine.setPaused(List.of(FIRST), true);
        engine.poll(new Offsets(), Duration.ZERO);
        engine.setPaused(List.of(FIRST), false);
        ahead.answer(fromLog(10));

        // then
        assertThat(poll(engine)).isEmpty();
        assertThat(asked(fetch(), FIRST).fetchOffset()).isEqualTo(3);
        fetch().answer(fromLog(3));
        assertThat(poll(engine)).isEqualTo(range(3, 6));
    }

    @Test
    void should_reset_only_after_all_that_came_before_was_read() {
        // given
        log.append(10);
        ConsumerEngine engine =
                engine(options().autoOffsetReset(AutoOffsetReset.earliest()), new StartingPoint.AtOffset(0), FIRST);
        fetch().answer(fromLog(0));

        // when
        fetch().answer(refusal(ErrorCode.OFFSET_OUT_OF_RANGE));
        kafka.loop.advance(A_WHILE);

        // then
        assertThat(kafka.waiting(ApiKey.LIST_OFFSETS)).isZero();
        assertThat(poll(engine)).isEqualTo(range(0, 10));
        poll(engine);
        kafka.next(ApiKey.LIST_OFFSETS).answer(listed(3));
        kafka.loop.advance(A_WHILE);
        assertThat(asked(fetch(), FIRST).fetchOffset()).isEqualTo(3);
    }

    private static ListOffsetsResponse listed(long offset) {
        return new ListOffsetsResponse(
                0,
                List.of(new ListOffsetsResponse.ListOffsetsTopicResponse(
                        TOPIC,
                        List.of(ListOffsetsResponse.ListOffsetsPartitionResponse.builder()
                                .partitionIndex(0)
                                .offset(offset)
                                .build()))));
    }

    @Test
    void should_fail_when_the_offset_is_gone_and_it_must_not_reset() {
        // given
        ConsumerEngine engine =
                engine(options().autoOffsetReset(AutoOffsetReset.none()), new StartingPoint.AtOffset(8), FIRST);

        // when
        fetch().answer(refusal(ErrorCode.OFFSET_OUT_OF_RANGE));
        poll(engine);

        // then
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> poll(engine))
                    .isInstanceOf(BrokerException.class)
                    .hasMessageContaining("Offset 8")
                    .hasMessageContaining("orders-0");
        }
        engine.seek(FIRST, new FetchPosition(1));
        assertThat(poll(engine)).isEmpty();
    }

    @Test
    void should_never_begin_by_the_policy_while_it_is_not_known_what_is_committed() {
        // given
        ConsumerEngine engine = engine(
                options().groupId("g").autoOffsetReset(AutoOffsetReset.earliest()), StartingPoint.earliest(), FIRST);

        // when
        for (int i = 0; i < 30; i++) {
            kafka.next(ApiKey.OFFSET_FETCH).answer(committed(-1, ErrorCode.UNSTABLE_OFFSET_COMMIT));
            kafka.loop.advance(A_WHILE);
        }
        kafka.next(ApiKey.OFFSET_FETCH).answer(new OffsetFetchResponse(0, List.of(), (short) 0, List.of()));
        kafka.loop.advance(A_WHILE);
        kafka.next(ApiKey.OFFSET_FETCH).loseConnection();
        kafka.loop.advance(A_WHILE);

        // then
        assertThat(kafka.sent(ApiKey.LIST_OFFSETS)).isZero();
        assertThat(engine.position(FIRST)).isNull();
        kafka.next(ApiKey.OFFSET_FETCH).answer(committed(77, ErrorCode.NONE));
        kafka.loop.advance(A_WHILE);
        assertThat(asked(fetch(), FIRST).fetchOffset()).isEqualTo(77);
    }

    private static OffsetFetchResponse committed(long offset, ErrorCode error) {
        return new OffsetFetchResponse(
                0,
                List.of(),
                ErrorCode.NONE.code(),
                List.of(new OffsetFetchResponse.OffsetFetchResponseGroup(
                        "g",
                        List.of(new OffsetFetchResponse.OffsetFetchResponseTopics(
                                "",
                                ScriptedCluster.topicId(TOPIC),
                                List.of(OffsetFetchResponse.OffsetFetchResponsePartitions.builder()
                                        .partitionIndex(0)
                                        .committedOffset(offset)
                                        .errorCode(error.code())
                                        .build()))),
                        ErrorCode.NONE.code())));
    }

    // ---- records

    @Test
    void should_fail_at_a_damaged_batch_after_all_that_comes_before_it() {
        // given
        log.append(3).append(2).damageLast();
        ConsumerEngine engine = engine(FIRST);

        // when
        fetch().answer(fromLog(0));

        // then
        assertThat(poll(engine)).isEqualTo(range(0, 3));
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> poll(engine))
                    .isInstanceOf(CorruptRecordException.class)
                    .hasMessageContaining("orders-0");
        }
        assertThat(engine.position(FIRST)).isEqualTo(new FetchPosition(3, 5));
    }

    @Test
    void should_give_other_partitions_their_turn_when_one_fails() {
        // given
        log.append(1).damageLast();
        TestLog healthy = new TestLog().append(4);
        ConsumerEngine engine = engine(FIRST, SECOND);

        // when
        fetch().answer(response(
                answer(FIRST).records(log.from(0)).build(),
                answer(SECOND).records(healthy.from(0)).build()));

        // then
        assertThatThrownBy(() -> poll(engine)).isInstanceOf(CorruptRecordException.class);
        assertThat(poll(engine)).isEqualTo(range(0, 4));
        assertThatThrownBy(() -> poll(engine)).isInstanceOf(CorruptRecordException.class);
    }

    @Test
    void should_leave_out_aborted_transactions_in_whatever_order_they_are_listed() {
        // given
        log.appendTransactional(1, 2) // 0-1 aborted
                .appendTransactional(2, 2) // 2-3 committed
                .append(1) // 4
                .appendMarker(1, ControlRecordType.ABORT) // 5
                .appendTransactional(1, 2) // 6-7 committed
                .appendMarker(2, ControlRecordType.COMMIT) // 8
                .appendMarker(1, ControlRecordType.COMMIT) // 9
                .appendTransactional(2, 1) // 10 aborted
                .appendTransactional(1, 1) // 11 aborted
                .appendMarker(1, ControlRecordType.ABORT) // 12
                .appendMarker(1, ControlRecordType.ABORT) // 13, a second marker of nothing
                .appendMarker(2, ControlRecordType.ABORT) // 14
                .append(1); // 15
        ConsumerEngine engine =
                engine(options().isolationLevel(IsolationLevel.READ_COMMITTED), new StartingPoint.AtOffset(0), FIRST);

        // when
        assertThat(((FetchRequest) fetch().message).isolationLevel()).isEqualTo((byte) 1);
        fetch().answer(response(answer(FIRST)
                .records(log.from(0))
                .abortedTransactions(List.of(
                        new AbortedTransaction(1, 11), new AbortedTransaction(2, 10), new AbortedTransaction(1, 0)))
                .build()));

        // then
        assertThat(poll(engine)).containsExactly(2L, 3L, 4L, 6L, 7L, 15L);
        assertThat(engine.position(FIRST)).isEqualTo(new FetchPosition(16, 5));
    }

    @Test
    void should_remember_what_is_aborted_over_several_polls_of_one_answer() {
        // given
        log.append(2)
                .appendTransactional(1, 2)
                .append(1)
                .appendTransactional(1, 2)
                .appendMarker(1, ControlRecordType.ABORT);
        ConsumerEngine engine = engine(
                options().isolationLevel(IsolationLevel.READ_COMMITTED).maxPollRecords(1),
                new StartingPoint.AtOffset(0),
                FIRST);

        // when
        fetch().answer(response(answer(FIRST)
                .records(log.from(0))
                .abortedTransactions(List.of(new AbortedTransaction(1, 2)))
                .build()));
        List<Long> offsets = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            offsets.addAll(poll(engine));
        }

        // then
        assertThat(offsets).containsExactly(0L, 1L, 4L);
    }

    // ---- commits

    private ConsumerEngine committing() {
        kafka.script.put(ApiKey.OFFSET_FETCH, request -> committed(0, ErrorCode.NONE));
        return engine(options().groupId("g").enableAutoCommit(false), StartingPoint.earliest(), FIRST);
    }

    private static Map<TopicPartition, OffsetAndMetadata> offset(long offset) {
        return Map.of(FIRST, new OffsetAndMetadata(offset));
    }

    private static long committed(RequestMessage<?> request) {
        return ((OffsetCommitRequest) request)
                .topics()
                .get(0)
                .partitions()
                .get(0)
                .committedOffset();
    }

    private static ResponseMessage commitAnswer(ErrorCode error) {
        return new OffsetCommitResponse(
                0,
                List.of(new OffsetCommitResponse.OffsetCommitResponseTopic(
                        "",
                        ScriptedCluster.topicId(TOPIC),
                        List.of(new OffsetCommitResponse.OffsetCommitResponsePartition(0, error.code())))));
    }

    private CompletableFuture<Void> commit(ConsumerEngine engine, long offset) {
        CompletableFuture<Void> commit = engine.commit(null, offset(offset), Duration.ofSeconds(60));
        kafka.loop.run();
        return commit;
    }

    @Test
    void should_send_one_commit_at_a_time_and_merge_those_that_wait() {
        // given
        ConsumerEngine engine = committing();

        // when
        CompletableFuture<Void> first = commit(engine, 1);
        CompletableFuture<Void> second = commit(engine, 2);
        CompletableFuture<Void> third = commit(engine, 3);

        // then
        assertThat(kafka.waiting(ApiKey.OFFSET_COMMIT)).isEqualTo(1);
        assertThat(committed(kafka.next(ApiKey.OFFSET_COMMIT).message)).isEqualTo(1);
        kafka.next(ApiKey.OFFSET_COMMIT).answer(commitAnswer(ErrorCode.NONE));
        assertThat(first).isCompleted();
        assertThat(second).isNotDone();
        assertThat(committed(kafka.next(ApiKey.OFFSET_COMMIT).message)).isEqualTo(3);
        kafka.next(ApiKey.OFFSET_COMMIT).answer(commitAnswer(ErrorCode.NONE));
        assertThat(second).isCompleted();
        assertThat(third).isCompleted();
    }

    @Test
    void should_repeat_a_commit_whose_answer_was_lost_before_any_later_one() {
        // given
        ConsumerEngine engine = committing();
        CompletableFuture<Void> first = commit(engine, 1);
        commit(engine, 2);

        // when
        kafka.next(ApiKey.OFFSET_COMMIT).loseConnection();
        kafka.loop.advance(A_WHILE);

        // then
        assertThat(first).isNotDone();
        assertThat(committed(kafka.next(ApiKey.OFFSET_COMMIT).message)).isEqualTo(1);
    }

    @Test
    void should_commit_at_the_new_coordinator() {
        // given
        ConsumerEngine engine = committing();
        CompletableFuture<Void> commit = commit(engine, 1);

        // when
        kafka.coordinatorId = 2;
        kafka.next(ApiKey.OFFSET_COMMIT).answer(commitAnswer(ErrorCode.NOT_COORDINATOR));
        kafka.loop.advance(A_WHILE);

        // then
        assertThat(kafka.next(ApiKey.OFFSET_COMMIT).nodeId).isEqualTo(2);
        kafka.next(ApiKey.OFFSET_COMMIT).answer(commitAnswer(ErrorCode.NONE));
        assertThat(commit).isCompleted();
    }

    @Test
    void should_tell_that_nothing_was_committed_when_the_group_has_moved_on() {
        // given
        ConsumerEngine engine = committing();
        CompletableFuture<Void> commit = commit(engine, 1);

        // when
        kafka.next(ApiKey.OFFSET_COMMIT).answer(commitAnswer(ErrorCode.ILLEGAL_GENERATION));

        // then
        assertThat(commit)
                .isCompletedExceptionally()
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(BrokerException.class)
                .withMessageContaining("Nothing was committed");
    }

    @Test
    void should_commit_automatically_what_was_processed_and_try_again_what_failed() {
        // given
        kafka.script.put(ApiKey.OFFSET_FETCH, request -> committed(0, ErrorCode.NONE));
        log.append(10);
        ConsumerEngine engine = engine(
                options().groupId("g").enableAutoCommit(true).maxPollRecords(4), StartingPoint.earliest(), FIRST);
        fetch().answer(fromLog(0));
        poll(engine);

        // when
        kafka.loop.advance(Duration.ofSeconds(20));
        assertThat(kafka.waiting(ApiKey.OFFSET_COMMIT))
                .as("the first poll's records may be under way")
                .isZero();
        poll(engine);
        kafka.loop.advance(Duration.ofSeconds(5));

        // then
        assertThat(committed(kafka.next(ApiKey.OFFSET_COMMIT).message)).isEqualTo(4);
        kafka.next(ApiKey.OFFSET_COMMIT).answer(commitAnswer(ErrorCode.OFFSET_METADATA_TOO_LARGE));
        kafka.loop.advance(Duration.ofSeconds(5));
        assertThat(committed(kafka.next(ApiKey.OFFSET_COMMIT).message)).isEqualTo(4);
    }
}
