package dev.ottla.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.admin.internal.ScriptedCalls;
import dev.ottla.common.OffsetAndMetadata;
import dev.ottla.common.TopicPartition;
import dev.ottla.config.IsolationLevel;
import dev.ottla.errors.ConnectionException;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.MalformedMessageException;
import dev.ottla.errors.RequestTimeoutException;
import dev.ottla.errors.UnsupportedVersionException;
import dev.ottla.internal.cluster.RetrySafety;
import dev.ottla.internal.cluster.Route;
import dev.ottla.internal.protocol.Ints;
import dev.ottla.internal.protocol.Wire;
import dev.ottla.internal.protocol.message.ConsumerGroupDescribeRequest;
import dev.ottla.internal.protocol.message.ConsumerGroupDescribeResponse;
import dev.ottla.internal.protocol.message.ConsumerProtocolAssignment;
import dev.ottla.internal.protocol.message.DeleteGroupsResponse;
import dev.ottla.internal.protocol.message.DescribeGroupsRequest;
import dev.ottla.internal.protocol.message.DescribeGroupsResponse;
import dev.ottla.internal.protocol.message.ListGroupsRequest;
import dev.ottla.internal.protocol.message.ListGroupsResponse;
import dev.ottla.internal.protocol.message.ListGroupsResponse.ListedGroup;
import dev.ottla.internal.protocol.message.ListOffsetsRequest;
import dev.ottla.internal.protocol.message.ListOffsetsResponse;
import dev.ottla.internal.protocol.message.ListOffsetsResponse.ListOffsetsPartitionResponse;
import dev.ottla.internal.protocol.message.ListOffsetsResponse.ListOffsetsTopicResponse;
import dev.ottla.internal.protocol.message.MetadataResponse;
import dev.ottla.internal.protocol.message.MetadataResponse.MetadataResponseBroker;
import dev.ottla.internal.protocol.message.MetadataResponse.MetadataResponsePartition;
import dev.ottla.internal.protocol.message.MetadataResponse.MetadataResponseTopic;
import dev.ottla.internal.protocol.message.OffsetFetchRequest;
import dev.ottla.internal.protocol.message.OffsetFetchResponse;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GroupAdminTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final TopicPartition T0 = new TopicPartition("t", 0);
    private static final TopicPartition T1 = new TopicPartition("t", 1);
    private static final TopicPartition T2 = new TopicPartition("t", 2);

    private final ScriptedCalls calls = new ScriptedCalls();
    private final GroupAdmin groups = new GroupAdmin(new Operations(calls, TIMEOUT));

    @BeforeEach
    void nameCoordinators() {
        calls.coordinator("g", 1);
        calls.coordinator("h", 2);
    }

    private static ListedGroup listed(String groupId, String state, String type) {
        return new ListedGroup(groupId, "consumer", state, type);
    }

    private void answerBrokers(int index, int... nodeIds) {
        calls.sent(index)
                .answer(MetadataResponse.builder()
                        .clusterId("cluster")
                        .controllerId(nodeIds[0])
                        .brokers(Arrays.stream(nodeIds)
                                .mapToObj(id -> new MetadataResponseBroker(id, "broker" + id, 9092, null))
                                .toList())
                        .build());
    }

    @Test
    void should_ask_all_brokers_for_groups_and_tell_each_once() {
        CompletableFuture<Listings<GroupListing>> future = groups.list();
        answerBrokers(0, 1, 2);

        calls.sent(1)
                .answer(new ListGroupsResponse(
                        0, (short) 0, List.of(listed("moved", "Dead", "Classic"), listed("b", "Empty", "Consumer"))));
        calls.sent(2)
                .answer(new ListGroupsResponse(
                        0, (short) 0, List.of(listed("moved", "Stable", "Classic"), listed("a", "Odd", "Odd"))));

        assertThat(calls.sent(1).call().route()).isEqualTo(Route.node(1));
        assertThat(calls.sent(2).call().route()).isEqualTo(Route.node(2));
        assertThat(future.join().all())
                .containsExactly(
                        new GroupListing("a", GroupType.UNKNOWN, GroupState.UNKNOWN, "consumer"),
                        new GroupListing("b", GroupType.CONSUMER, GroupState.EMPTY, "consumer"),
                        new GroupListing("moved", GroupType.CLASSIC, GroupState.STABLE, "consumer"));
    }

    @Test
    void should_list_what_the_other_brokers_know_when_one_is_silent() {
        CompletableFuture<Listings<GroupListing>> future = groups.list();
        answerBrokers(0, 1, 2);

        calls.sent(1).answer(new ListGroupsResponse(0, (short) 0, List.of(listed("a", "Stable", "Classic"))));
        calls.loop.advance(TIMEOUT);
        calls.sent(2).fail(new RequestTimeoutException("silent", null));

        assertThat(future.join().found()).extracting(GroupListing::groupId).containsExactly("a");
        assertThat(future.join().failures()).containsOnlyKeys(2);
        assertThatThrownBy(() -> future.join().all()).isInstanceOf(RequestTimeoutException.class);
    }

    @Test
    void should_try_again_while_a_coordinator_loads() {
        CompletableFuture<Listings<GroupListing>> future = groups.list();
        answerBrokers(0, 1);

        calls.sent(1).answer(new ListGroupsResponse(0, ErrorCode.COORDINATOR_LOAD_IN_PROGRESS.code(), List.of()));
        calls.loop.advance(ScriptedCalls.BACKOFF);
        calls.sent(2).answer(new ListGroupsResponse(0, (short) 0, List.of(listed("a", "Stable", "Classic"))));

        assertThat(future.join().all()).hasSize(1);
    }

    @Test
    void should_leave_the_filter_to_brokers_that_know_it() {
        groups.list(GroupFilter.ALL.states(GroupState.PREPARING_REBALANCE).types(GroupType.CLASSIC));
        answerBrokers(0, 1);

        ListGroupsRequest toNew = OnTheWire.read(calls.sent(1).call().request(), 5, ListGroupsRequest::read);
        ListGroupsRequest toOlder = OnTheWire.read(calls.sent(1).call().request(), 4, ListGroupsRequest::read);

        assertThat(calls.sent(1).call().request().lowestVersion()).isEqualTo((short) 4);
        assertThat(toNew.statesFilter()).containsExactly("PreparingRebalance");
        assertThat(toNew.typesFilter()).containsExactly("Classic");
        assertThat(toOlder.statesFilter()).containsExactly("PreparingRebalance");
    }

    @Test
    void should_need_brokers_that_know_the_filter() {
        groups.list(GroupFilter.ALL.types(GroupType.CONSUMER));
        answerBrokers(0, 1);
        groups.list();
        answerBrokers(2, 1);

        assertThat(calls.sent(1).call().request().lowestVersion()).isEqualTo((short) 5);
        assertThat(calls.sent(3).call().request().lowestVersion()).isEqualTo((short) 0);
    }

    @Test
    void should_filter_protocol_types_itself() {
        CompletableFuture<Listings<GroupListing>> future = groups.list(GroupFilter.ALL.protocolTypes("connect"));
        answerBrokers(0, 1);

        calls.sent(1)
                .answer(new ListGroupsResponse(
                        0,
                        (short) 0,
                        List.of(
                                listed("a", "Stable", "Classic"),
                                new ListedGroup("w", "connect", "Stable", "Classic"))));

        assertThat(future.join().all()).extracting(GroupListing::groupId).containsExactly("w");
    }

    private static ConsumerGroupDescribeResponse.DescribedGroup consumerGroup(
            String groupId, ErrorCode error, ConsumerGroupDescribeResponse.Member... members) {
        return ConsumerGroupDescribeResponse.DescribedGroup.builder()
                .groupId(groupId)
                .errorCode(error.code())
                .groupState("Reconciling")
                .groupEpoch(7)
                .assignorName("uniform")
                .members(List.of(members))
                .build();
    }

    private static ConsumerGroupDescribeResponse.Assignment assignment(TopicPartition... partitions) {
        return new ConsumerGroupDescribeResponse.Assignment(Arrays.stream(partitions)
                .map(partition -> new ConsumerGroupDescribeResponse.TopicPartitions(
                        Wire.ZERO_UUID, partition.topic(), Ints.of(partition.partition())))
                .toList());
    }

    private static ConsumerGroupDescribeResponse.Member consumerMember(String memberId, TopicPartition... partitions) {
        return ConsumerGroupDescribeResponse.Member.builder()
                .memberId(memberId)
                .clientId("client")
                .clientHost("/127.0.0.1")
                .memberEpoch(6)
                .assignment(assignment(partitions))
                .targetAssignment(assignment(T2))
                .build();
    }

    private static DescribeGroupsResponse.DescribedGroup classicGroup(
            String groupId, String state, ByteBuf assignment) {
        DescribeGroupsResponse.DescribedGroup.Builder group = DescribeGroupsResponse.DescribedGroup.builder()
                .groupId(groupId)
                .groupState(state)
                .protocolType("consumer")
                .protocolData("range");
        return state.equals("Dead")
                ? group.build()
                : group.members(List.of(DescribeGroupsResponse.DescribedGroupMember.builder()
                                .memberId("m")
                                .groupInstanceId("i")
                                .clientId("client")
                                .clientHost("/127.0.0.1")
                                .memberMetadata(Unpooled.EMPTY_BUFFER)
                                .memberAssignment(assignment)
                                .build()))
                        .build();
    }

    private static ByteBuf assignmentBytes(int version, int... partitions) {
        return OnTheWire.bytes(
                version,
                new ConsumerProtocolAssignment(
                        List.of(new ConsumerProtocolAssignment.TopicPartition("t", Ints.of(partitions))), null));
    }

    private void answerConsumerGroups(int index, ConsumerGroupDescribeResponse.DescribedGroup... described) {
        calls.sent(index).answer(new ConsumerGroupDescribeResponse(0, List.of(described)));
    }

    private void answerClassicGroups(int index, DescribeGroupsResponse.DescribedGroup... described) {
        calls.sent(index).answer(new DescribeGroupsResponse(0, List.of(described)));
    }

    @Test
    void should_describe_each_group_by_its_own_protocol() {
        CompletableFuture<Results<String, GroupDescription>> future = groups.describe("g", "h");

        answerConsumerGroups(0, consumerGroup("g", ErrorCode.NONE, consumerMember("m", T0, T1)));
        answerConsumerGroups(1, consumerGroup("h", ErrorCode.GROUP_ID_NOT_FOUND));
        answerClassicGroups(2, classicGroup("h", "Stable", assignmentBytes(3, 0, 2)));

        assertThat(calls.sent(2).request(DescribeGroupsRequest.class).groups()).containsExactly("h");
        GroupDescription consumers = future.join().get("g");
        assertThat(consumers.type()).isEqualTo(GroupType.CONSUMER);
        assertThat(consumers.state()).isEqualTo(GroupState.RECONCILING);
        assertThat(consumers.groupEpoch()).hasValue(7);
        assertThat(consumers.coordinator().id()).isEqualTo(1);
        assertThat(consumers.members().get(0).assignment()).containsExactlyInAnyOrder(T0, T1);
        assertThat(consumers.members().get(0).targetAssignment().orElseThrow()).containsExactly(T2);
        GroupDescription classic = future.join().get("h");
        assertThat(classic.type()).isEqualTo(GroupType.CLASSIC);
        assertThat(classic.state()).isEqualTo(GroupState.STABLE);
        assertThat(classic.assignorName()).isEqualTo("range");
        assertThat(classic.coordinator().id()).isEqualTo(2);
        assertThat(classic.members().get(0).groupInstanceId()).contains("i");
        assertThat(classic.members().get(0).assignment()).containsExactlyInAnyOrder(T0, T2);
    }

    @Test
    void should_describe_groups_of_a_broker_that_knows_only_classic_ones() {
        CompletableFuture<Results<String, GroupDescription>> future = groups.describe("g");

        calls.sent(0).fail(new UnsupportedVersionException("too old", null));
        answerClassicGroups(1, classicGroup("g", "Stable", assignmentBytes(0, 1)));

        assertThat(future.join().get("g").members().get(0).assignment()).containsExactly(T1);
    }

    @Test
    void should_say_that_a_group_does_not_exist_also_where_the_broker_calls_it_dead() {
        CompletableFuture<Results<String, GroupDescription>> future = groups.describe("g");

        answerConsumerGroups(0, consumerGroup("g", ErrorCode.GROUP_ID_NOT_FOUND));
        answerClassicGroups(1, classicGroup("g", "Dead", Unpooled.EMPTY_BUFFER));

        assertThat(future.join().failures().get("g").code()).isEqualTo(ErrorCode.GROUP_ID_NOT_FOUND);
    }

    @Test
    void should_fail_only_the_group_with_an_assignment_that_can_not_be_read() {
        calls.coordinator("h", 1);
        CompletableFuture<Results<String, GroupDescription>> future = groups.describe("g", "h");

        calls.sent(0).fail(new UnsupportedVersionException("too old", null));
        answerClassicGroups(
                1,
                classicGroup("g", "Stable", Unpooled.wrappedBuffer(new byte[] {0, 1, 127, 127, 127, 127})),
                classicGroup("h", "Stable", assignmentBytes(9, 0)));

        assertThat(future.join().failures().get("g")).isInstanceOf(MalformedMessageException.class);
        assertThat(future.join().get("h").members().get(0).assignment()).containsExactly(T0);
    }

    @Test
    void should_share_one_deadline_between_the_steps() {
        CompletableFuture<Results<String, GroupDescription>> future = groups.describe("g");

        calls.loop.advance(Duration.ofSeconds(3));
        answerConsumerGroups(0, consumerGroup("g", ErrorCode.GROUP_ID_NOT_FOUND));

        assertThat(calls.sent(0).request(ConsumerGroupDescribeRequest.class).groupIds())
                .containsExactly("g");
        assertThat(calls.sent(1).call().timeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(future).isNotDone();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 7, 8, 9})
    void should_ask_for_all_offsets_as_the_version_has_it(int version) {
        groups.offsets("g");

        OffsetFetchRequest request = OnTheWire.read(calls.sent(0).call().request(), version, OffsetFetchRequest::read);

        assertThat(calls.sent(0).call().request().lowestVersion()).isEqualTo((short) 2);
        assertThat(calls.sent(0).call().request().highestVersion()).isEqualTo((short) 9);
        if (version < 8) {
            assertThat(request.groupId()).isEqualTo("g");
            assertThat(request.topics()).isNull();
        } else {
            assertThat(request.groups()).hasSize(1);
            assertThat(request.groups().get(0).groupId()).isEqualTo("g");
            assertThat(request.groups().get(0).topics()).isNull();
        }
    }

    @Test
    void should_read_offsets_from_both_shapes_of_the_answer() {
        CompletableFuture<Results<TopicPartition, OffsetAndMetadata>> older = groups.offsets("g");
        calls.sent(0)
                .answer(new OffsetFetchResponse(
                        0,
                        List.of(new OffsetFetchResponse.OffsetFetchResponseTopic(
                                "t",
                                List.of(
                                        olderOffset(0, 5, ErrorCode.NONE),
                                        olderOffset(1, -1, ErrorCode.NONE),
                                        olderOffset(2, -1, ErrorCode.TOPIC_AUTHORIZATION_FAILED)))),
                        (short) 0,
                        List.of()));
        CompletableFuture<Results<TopicPartition, OffsetAndMetadata>> newer = groups.offsets("g");
        answerOffsets(1, 5);

        assertThat(older.join().values()).isEqualTo(newer.join().values());
        assertThat(newer.join().values()).containsOnlyKeys(T0);
        assertThat(newer.join().get(T0)).isEqualTo(new OffsetAndMetadata(5, OptionalInt.of(3), "note"));
        assertThat(older.join().failures().get(T2).code()).isEqualTo(ErrorCode.TOPIC_AUTHORIZATION_FAILED);
    }

    private static OffsetFetchResponse.OffsetFetchResponsePartition olderOffset(
            int partition, long offset, ErrorCode error) {
        return OffsetFetchResponse.OffsetFetchResponsePartition.builder()
                .partitionIndex(partition)
                .committedOffset(offset)
                .committedLeaderEpoch(3)
                .metadata("note")
                .errorCode(error.code())
                .build();
    }

    private void answerOffsets(int index, long offsetOfT0) {
        calls.sent(index)
                .answer(new OffsetFetchResponse(
                        0,
                        List.of(),
                        (short) 0,
                        List.of(new OffsetFetchResponse.OffsetFetchResponseGroup(
                                "g",
                                List.of(new OffsetFetchResponse.OffsetFetchResponseTopics(
                                        "t",
                                        Wire.ZERO_UUID,
                                        List.of(OffsetFetchResponse.OffsetFetchResponsePartitions.builder()
                                                .committedOffset(offsetOfT0)
                                                .committedLeaderEpoch(3)
                                                .metadata("note")
                                                .build()))),
                                (short) 0))));
    }

    @Test
    void should_fail_offsets_with_the_groups_error() {
        CompletableFuture<Results<TopicPartition, OffsetAndMetadata>> future = groups.offsets("g");

        calls.sent(0)
                .answer(new OffsetFetchResponse(
                        0,
                        List.of(),
                        (short) 0,
                        List.of(new OffsetFetchResponse.OffsetFetchResponseGroup(
                                "g", List.of(), ErrorCode.GROUP_AUTHORIZATION_FAILED.code()))));

        assertThatThrownBy(future::join).hasMessageContaining("GROUP_AUTHORIZATION_FAILED");
    }

    private void answerLeaders(int index, int... leaderOfPartition) {
        List<MetadataResponsePartition> partitions = java.util.stream.IntStream.range(0, leaderOfPartition.length)
                .mapToObj(i -> MetadataResponsePartition.builder()
                        .partitionIndex(i)
                        .leaderId(leaderOfPartition[i])
                        .build())
                .toList();
        calls.sent(index)
                .answer(MetadataResponse.builder()
                        .topics(List.of(MetadataResponseTopic.builder()
                                .name("t")
                                .topicId(Wire.ZERO_UUID)
                                .partitions(partitions)
                                .build()))
                        .build());
    }

    private static ListOffsetsResponse ends(ListOffsetsPartitionResponse... partitions) {
        return new ListOffsetsResponse(0, List.of(new ListOffsetsTopicResponse("t", List.of(partitions))));
    }

    private static ListOffsetsPartitionResponse end(int partition, long offset, ErrorCode error) {
        return ListOffsetsPartitionResponse.builder()
                .partitionIndex(partition)
                .offset(offset)
                .errorCode(error.code())
                .build();
    }

    @Test
    void should_put_offsets_members_and_ends_together() {
        CompletableFuture<Results<TopicPartition, PartitionLag>> future =
                groups.lag("g", IsolationLevel.READ_COMMITTED);
        answerConsumerGroups(0, consumerGroup("g", ErrorCode.NONE, consumerMember("m", T1)));
        answerOffsets(1, 5);
        answerLeaders(2, 1, 1);

        calls.sent(3).answer(ends(end(0, 12, ErrorCode.NONE), end(1, 4, ErrorCode.NONE)));

        ListOffsetsRequest request = calls.sent(3).request(ListOffsetsRequest.class);
        assertThat(request.isolationLevel()).isEqualTo((byte) 1);
        assertThat(request.topics().get(0).partitions())
                .allSatisfy(p -> assertThat(p.timestamp()).isEqualTo(-1));
        PartitionLag first = future.join().get(T0);
        assertThat(first.lag()).hasValue(7);
        assertThat(first.endOffset()).isEqualTo(12);
        assertThat(first.member()).isEmpty();
        PartitionLag second = future.join().get(T1);
        assertThat(second.committed()).isEmpty();
        assertThat(second.lag()).isEmpty();
        assertThat(second.member().orElseThrow().memberId()).isEqualTo("m");
    }

    @Test
    void should_follow_a_leader_that_moved_and_fail_only_the_partition_without_one() {
        CompletableFuture<Results<TopicPartition, PartitionLag>> future = groups.lag("g");
        answerConsumerGroups(0, consumerGroup("g", ErrorCode.NONE, consumerMember("m", T0, T1, T2)));
        calls.sent(1).answer(new OffsetFetchResponse(0, List.of(), (short) 0, List.of()));
        answerLeaders(2, 1, 2);

        calls.sent(3).answer(ends(end(0, 10, ErrorCode.NOT_LEADER_OR_FOLLOWER)));
        calls.sent(4).fail(new ConnectionException("refused", null));
        calls.loop.advance(ScriptedCalls.BACKOFF);
        answerLeaders(5, 3, -1);
        answerLeaders(6, 3, 3);
        calls.sent(7).answer(ends(end(0, 10, ErrorCode.NONE)));
        calls.sent(8).answer(ends(end(1, 20, ErrorCode.NONE)));

        assertThat(future.join().get(T0).endOffset()).isEqualTo(10);
        assertThat(future.join().get(T1).endOffset()).isEqualTo(20);
        assertThat(future.join().failures().get(T2).code()).isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
    }

    @Test
    void should_never_tell_a_negative_lag() {
        PartitionLag lag =
                new PartitionLag(java.util.Optional.of(new OffsetAndMetadata(9)), 4, java.util.Optional.empty());

        assertThat(lag.lag()).hasValue(0);
    }

    @Test
    void should_delete_groups_once() {
        CompletableFuture<Results<String, Done>> future = groups.delete("g", "h");

        calls.sent(0)
                .answer(new DeleteGroupsResponse(
                        0, List.of(new DeleteGroupsResponse.DeletableGroupResult("g", (short) 0))));
        calls.sent(1)
                .answer(new DeleteGroupsResponse(
                        0,
                        List.of(new DeleteGroupsResponse.DeletableGroupResult("h", ErrorCode.NON_EMPTY_GROUP.code()))));

        assertThat(calls.sent(0).call().retrySafety()).isEqualTo(RetrySafety.ONCE);
        assertThat(future.join().get("g")).isEqualTo(Done.DONE);
        assertThat(future.join().failures().get("h").code()).isEqualTo(ErrorCode.NON_EMPTY_GROUP);
    }

    @Test
    void should_refuse_bad_group_ids_before_anything_is_sent() {
        assertThatThrownBy(() -> groups.describe("", "a", "a"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must not be empty")
                .hasMessageContaining("\"a\" is named twice");
        assertThatThrownBy(() -> groups.lag("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() ->
                        groups.list(GroupFilter.ALL.states(GroupState.UNKNOWN).types(GroupType.UNKNOWN)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("states must not contain UNKNOWN; types must not");
        assertThat(calls.sent).isEmpty();
    }
}
