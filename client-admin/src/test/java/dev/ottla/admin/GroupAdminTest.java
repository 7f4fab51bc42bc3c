package dev.ottla.admin;

import static dev.ottla.admin.ConsumerGroups.T0;
import static dev.ottla.admin.ConsumerGroups.T1;
import static dev.ottla.admin.ConsumerGroups.T2;
import static dev.ottla.admin.ConsumerGroups.consumerGroup;
import static dev.ottla.admin.ConsumerGroups.consumerMember;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.admin.internal.ScriptedCalls;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.MalformedMessageException;
import dev.ottla.errors.RequestTimeoutException;
import dev.ottla.errors.UnsupportedVersionException;
import dev.ottla.internal.cluster.RetrySafety;
import dev.ottla.internal.cluster.Route;
import dev.ottla.internal.protocol.Ints;
import dev.ottla.internal.protocol.message.ConsumerGroupDescribeRequest;
import dev.ottla.internal.protocol.message.ConsumerGroupDescribeResponse;
import dev.ottla.internal.protocol.message.ConsumerProtocolAssignment;
import dev.ottla.internal.protocol.message.DeleteGroupsResponse;
import dev.ottla.internal.protocol.message.DescribeGroupsRequest;
import dev.ottla.internal.protocol.message.DescribeGroupsResponse;
import dev.ottla.internal.protocol.message.ListGroupsRequest;
import dev.ottla.internal.protocol.message.ListGroupsResponse;
import dev.ottla.internal.protocol.message.ListGroupsResponse.ListedGroup;
import dev.ottla.internal.protocol.message.MetadataResponse;
import dev.ottla.internal.protocol.message.MetadataResponse.MetadataResponseBroker;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GroupAdminTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

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
