package dev.ottla.it.conformance;

import dev.ottla.internal.protocol.Ints;
import dev.ottla.internal.protocol.Wire;
import dev.ottla.internal.protocol.message.DeleteGroupsRequest;
import dev.ottla.internal.protocol.message.DescribeGroupsRequest;
import dev.ottla.internal.protocol.message.HeartbeatRequest;
import dev.ottla.internal.protocol.message.JoinGroupRequest;
import dev.ottla.internal.protocol.message.JoinGroupRequest.JoinGroupRequestProtocol;
import dev.ottla.internal.protocol.message.LeaveGroupRequest;
import dev.ottla.internal.protocol.message.LeaveGroupRequest.MemberIdentity;
import dev.ottla.internal.protocol.message.OffsetCommitRequest;
import dev.ottla.internal.protocol.message.OffsetCommitRequest.OffsetCommitRequestPartition;
import dev.ottla.internal.protocol.message.OffsetCommitRequest.OffsetCommitRequestTopic;
import dev.ottla.internal.protocol.message.OffsetDeleteRequest;
import dev.ottla.internal.protocol.message.OffsetDeleteRequest.OffsetDeleteRequestPartition;
import dev.ottla.internal.protocol.message.OffsetDeleteRequest.OffsetDeleteRequestTopic;
import dev.ottla.internal.protocol.message.OffsetFetchRequest;
import dev.ottla.internal.protocol.message.OffsetFetchRequest.OffsetFetchRequestGroup;
import dev.ottla.internal.protocol.message.OffsetFetchRequest.OffsetFetchRequestTopics;
import dev.ottla.internal.protocol.message.SyncGroupRequest;
import dev.ottla.internal.protocol.message.SyncGroupRequest.SyncGroupRequestAssignment;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Groups of the classic protocol, and committed offsets. */
final class GroupScripts {
    private static final String TOPIC = "conformance-groups";

    private GroupScripts() {}

    static void members(Scene scene) {
        scene.begin("members");
        String group = "conformance-members";
        Requests.groupCoordinator(scene, group);
        UUID topicId = Requests.topic(scene, TOPIC, 2);
        scene.ask("describe what is not there", new DescribeGroupsRequest(List.of(group), false));
        scene.ask("describe what is not there, old version", new DescribeGroupsRequest(List.of(group), false), 5);
        scene.ask("heartbeat to no group", new HeartbeatRequest(group, 0, "nobody", null));
        scene.ask("leave no group", leave(group, "nobody", null));
        scene.ask("sync with no group", sync(group, 0, "nobody"));
        scene.ask("join without a group id", join("", "", null, 30_000, "range"));
        scene.ask("join with an unknown id", join(group, "nobody", null, 30_000, "range"));
        scene.ask("join with too short a session", join(group, "", null, 5, "range"));
        scene.ask("join without protocols", join(group, "", null, 30_000));
        String member =
                scene.ask("join", join(group, "", null, 30_000, "range")).memberId();
        scene.ask("join with the id", join(group, member, null, 30_000, "range"));
        scene.ask("heartbeat before the sync", new HeartbeatRequest(group, 1, member, null));
        scene.ask("commit before the sync", commit(group, 1, member, TOPIC, 3), 9);
        scene.ask("sync", sync(group, 1, member));
        scene.ask("sync again", sync(group, 1, member));
        scene.ask("sync of another generation", sync(group, 7, member));
        scene.ask("heartbeat", new HeartbeatRequest(group, 1, member, null));
        scene.ask("heartbeat of another generation", new HeartbeatRequest(group, 2, member, null));
        scene.ask("heartbeat of another member", new HeartbeatRequest(group, 1, "nobody", null));
        scene.ask("heartbeat with an unknown instance", new HeartbeatRequest(group, 1, member, "till"));
        scene.ask("describe", new DescribeGroupsRequest(List.of(group), true));
        scene.ask("join with another protocol", join(group, "", null, 30_000, "other"));
        scene.ask("commit", commit(group, 1, member, TOPIC, 3), 9);
        scene.ask("commit by topic id", commit(group, 1, member, topicId, 4));
        scene.ask("commit by an unknown topic id", commit(group, 1, member, new UUID(7, 7), 4));
        scene.ask("commit of another generation", commit(group, 9, member, TOPIC, 3), 9);
        scene.ask("commit of another member", commit(group, 1, "nobody", TOPIC, 3), 9);
        scene.ask("commit of nobody", commit(group, -1, "", TOPIC, 3), 9);
        scene.ask("delete with members", new DeleteGroupsRequest(List.of(group)));
        scene.ask("delete an offset with members", deleteOffset(group, TOPIC));
        scene.ask("leave as another member", leave(group, "nobody", null));
        scene.ask("leave", leave(group, member, null));
        scene.ask("describe without members", new DescribeGroupsRequest(List.of(group), false));
        scene.ask("delete an offset", deleteOffset(group, TOPIC));
        scene.ask("delete an offset of an unknown topic", deleteOffset(group, "nowhere"));
        scene.ask("delete", new DeleteGroupsRequest(List.of(group)));
        scene.ask("delete again", new DeleteGroupsRequest(List.of(group)));
    }

    static void staticMembers(Scene scene) {
        scene.begin("static members");
        String group = "conformance-static";
        Requests.groupCoordinator(scene, group);
        String first =
                scene.ask("join", join(group, "", "till", 30_000, "range")).memberId();
        scene.ask("sync", sync(group, 1, first));
        String second =
                scene.ask("come back", join(group, "", "till", 30_000, "range")).memberId();
        scene.ask("heartbeat of the former", new HeartbeatRequest(group, 1, first, "till"));
        scene.ask("heartbeat of the new one", new HeartbeatRequest(group, 1, second, "till"));
        scene.ask("sync after coming back", sync(group, 1, second));
        scene.ask("come back with another protocol", join(group, "", "till", 30_000, "other"));
        scene.ask("leave by instance", leave(group, "", "till"));
        scene.ask("leave by an unknown instance", leave(group, "", "till"));
    }

    static void offsets(Scene scene) {
        scene.begin("committed offsets");
        String group = "conformance-offsets";
        Requests.groupCoordinator(scene, group);
        Requests.topic(scene, TOPIC, 2);
        scene.ask("read without a group", fetch(group, TOPIC), 9);
        scene.ask("commit without a group", commit(group, -1, "", TOPIC, 7), 9);
        scene.ask("commit as a member of nothing", commit("conformance-nothing", 3, "nobody", TOPIC, 7), 9);
        scene.ask(
                "commit as a member of nothing, old version", commit("conformance-nothing", 3, "nobody", TOPIC, 7), 8);
        scene.ask("commit for an unknown topic", commit(group, -1, "", "nowhere", 7), 9);
        scene.ask("read", fetch(group, TOPIC), 9);
        scene.ask("read what was not committed", fetch(group, "nowhere"), 9);
        scene.ask("read everything", fetch(group, null), 9);
        scene.ask("describe", new DescribeGroupsRequest(List.of(group), false));
        scene.ask("delete", new DeleteGroupsRequest(List.of(group)));
        scene.ask("read what was deleted", fetch(group, null), 9);
    }

    private static JoinGroupRequest join(
            String group, String member, @Nullable String instance, int sessionTimeoutMs, String... protocols) {
        return JoinGroupRequest.builder()
                .groupId(group)
                .sessionTimeoutMs(sessionTimeoutMs)
                .rebalanceTimeoutMs(30_000)
                .memberId(member)
                .groupInstanceId(instance)
                .protocolType("consumer")
                .protocols(Arrays.stream(protocols)
                        .map(name -> new JoinGroupRequestProtocol(name, bytes(1, 2, 3)))
                        .toList())
                .build();
    }

    private static SyncGroupRequest sync(String group, int generation, String member) {
        return SyncGroupRequest.builder()
                .groupId(group)
                .generationId(generation)
                .memberId(member)
                .protocolType("consumer")
                .protocolName("range")
                .assignments(List.of(new SyncGroupRequestAssignment(member, bytes(7, 7))))
                .build();
    }

    private static LeaveGroupRequest leave(String group, String member, @Nullable String instance) {
        return new LeaveGroupRequest(group, "", List.of(new MemberIdentity(member, instance, null)));
    }

    private static OffsetCommitRequest commit(String group, int generation, String member, UUID topicId, long offset) {
        return commit(group, generation, member, "", topicId, offset);
    }

    private static OffsetCommitRequest commit(String group, int generation, String member, String topic, long offset) {
        return commit(group, generation, member, topic, Wire.ZERO_UUID, offset);
    }

    private static OffsetCommitRequest commit(
            String group, int generation, String member, String topic, UUID topicId, long offset) {
        return OffsetCommitRequest.builder()
                .groupId(group)
                .generationIdOrMemberEpoch(generation)
                .memberId(member)
                .topics(List.of(new OffsetCommitRequestTopic(
                        topic, topicId, List.of(new OffsetCommitRequestPartition(0, offset, -1, "note")))))
                .build();
    }

    private static OffsetFetchRequest fetch(String group, @Nullable String topic) {
        List<OffsetFetchRequestTopics> topics =
                topic == null ? null : List.of(new OffsetFetchRequestTopics(topic, Wire.ZERO_UUID, Ints.of(0, 1)));
        return new OffsetFetchRequest(
                "", List.of(), List.of(new OffsetFetchRequestGroup(group, null, -1, topics)), false);
    }

    private static OffsetDeleteRequest deleteOffset(String group, String topic) {
        return new OffsetDeleteRequest(
                group, List.of(new OffsetDeleteRequestTopic(topic, List.of(new OffsetDeleteRequestPartition(0)))));
    }

    static ByteBuf bytes(int... values) {
        ByteBuf bytes = Unpooled.buffer();
        for (int each : values) {
            bytes.writeByte(each);
        }
        return bytes;
    }
}
