package dev.ottla.it.conformance;

import dev.ottla.internal.protocol.Ints;
import dev.ottla.internal.protocol.Wire;
import dev.ottla.internal.protocol.message.ConsumerGroupDescribeRequest;
import dev.ottla.internal.protocol.message.ConsumerGroupHeartbeatRequest;
import dev.ottla.internal.protocol.message.ConsumerGroupHeartbeatRequest.TopicPartitions;
import dev.ottla.internal.protocol.message.ConsumerGroupHeartbeatResponse;
import dev.ottla.internal.protocol.message.DeleteGroupsRequest;
import dev.ottla.internal.protocol.message.DescribeGroupsRequest;
import dev.ottla.internal.protocol.message.JoinGroupRequest;
import dev.ottla.internal.protocol.message.JoinGroupRequest.JoinGroupRequestProtocol;
import dev.ottla.internal.protocol.message.OffsetCommitRequest;
import dev.ottla.internal.protocol.message.OffsetCommitRequest.OffsetCommitRequestPartition;
import dev.ottla.internal.protocol.message.OffsetCommitRequest.OffsetCommitRequestTopic;
import dev.ottla.internal.protocol.message.OffsetFetchRequest;
import dev.ottla.internal.protocol.message.OffsetFetchRequest.OffsetFetchRequestGroup;
import dev.ottla.internal.protocol.message.OffsetFetchRequest.OffsetFetchRequestTopics;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Groups of KIP-848. */
final class ConsumerGroupScripts {
    private static final String TOPIC = "conformance-consumers";

    private ConsumerGroupScripts() {}

    static void rules(Scene scene) {
        scene.begin("heartbeat rules");
        String group = "conformance-heartbeats";
        Requests.groupCoordinator(scene, group);
        String member = id("m");
        scene.ask("describe what is not there", new ConsumerGroupDescribeRequest(List.of(group), false));
        scene.ask("no group", join("", member).build());
        scene.ask("no member id", join(group, "").build());
        scene.ask(
                "no subscription",
                join(group, member).subscribedTopicNames(null).build());
        scene.ask(
                "no rebalance timeout",
                join(group, member).rebalanceTimeoutMs(-1).build());
        scene.ask("no partitions", join(group, member).topicPartitions(null).build());
        scene.ask(
                "partitions",
                join(group, member)
                        .topicPartitions(List.of(new TopicPartitions(new UUID(7, 7), Ints.of(0))))
                        .build());
        scene.ask("empty instance", join(group, member).instanceId("").build());
        scene.ask("empty rack", join(group, member).rackId("").build());
        scene.ask("unknown assignor", join(group, member).serverAssignor("odd").build());
        scene.ask(
                "illegal expression",
                join(group, member).subscribedTopicRegex("(").build());
        scene.ask("illegal epoch", live(group, member, -3).build());
        scene.ask(
                "leave for a while without an instance", live(group, member, -2).build());
        scene.ask("live on in no group", live(group, member, 4).build());
        scene.ask("leave no group", live(group, member, -1).build());
    }

    static void members(Scene scene) {
        scene.begin("members of KIP-848");
        String group = "conformance-kip-848";
        Requests.groupCoordinator(scene, group);
        UUID topic = Requests.topic(scene, TOPIC, 2);
        String first = id("a");
        ConsumerGroupHeartbeatResponse joined =
                scene.ask("join", join(group, first).build());
        scene.ask("nothing new", live(group, first, joined.memberEpoch()).build());
        scene.ask(
                "tell what is owned",
                owning(group, first, joined.memberEpoch(), topic, 0, 1).build());
        scene.ask("join again", join(group, first).build());
        scene.ask(
                "live on",
                owning(group, first, joined.memberEpoch(), topic, 0, 1).build());
        scene.ask(
                "too small an epoch",
                live(group, first, joined.memberEpoch() - 1 == 0 ? 77 : 1).build());
        scene.ask("too large an epoch", live(group, first, 99).build());
        scene.ask("unknown member", live(group, "nobody", joined.memberEpoch()).build());
        scene.ask("commit", commit(group, joined.memberEpoch(), first), 9);
        scene.ask("commit with a former epoch", commit(group, joined.memberEpoch() - 1, first), 9);
        scene.ask("commit with a future epoch", commit(group, joined.memberEpoch() + 1, first), 9);
        scene.ask("commit as nobody", commit(group, joined.memberEpoch(), "nobody"), 9);
        scene.ask("commit from outside", commit(group, -1, ""), 9);
        scene.ask("commit, old version", commit(group, joined.memberEpoch(), first), 8);
        scene.ask("read offsets", fetch(group, first, joined.memberEpoch()), 9);
        scene.ask("read offsets with a wrong epoch", fetch(group, first, 99), 9);
        scene.ask("read offsets as nobody", fetch(group, "nobody", 1), 9);
        scene.ask("read offsets from outside", fetch(group, null, -1), 9);
        scene.ask("describe", new ConsumerGroupDescribeRequest(List.of(group), false));
        scene.ask("describe as classic", new DescribeGroupsRequest(List.of(group), false));
        scene.ask("join as classic", classic(group));
        secondMember(scene, group, topic, first, joined.memberEpoch());
        scene.ask("describe without members", new ConsumerGroupDescribeRequest(List.of(group), false));
        scene.ask("delete", new DeleteGroupsRequest(List.of(group)));
    }

    private static void secondMember(Scene scene, String group, UUID topic, String first, int epoch) {
        String second = id("b");
        ConsumerGroupHeartbeatResponse other =
                scene.ask("second joins", join(group, second).build());
        scene.ask("describe before revocation", new ConsumerGroupDescribeRequest(List.of(group), false));
        int owned = firstOf(
                scene.ask("first must give up", live(group, first, epoch).build()));
        scene.ask(
                "first has not given up",
                owning(group, first, epoch, topic, 0, 1).build());
        scene.ask("second waits", live(group, second, other.memberEpoch()).build());
        scene.ask(
                "first has given up", owning(group, first, epoch, topic, owned).build());
        scene.ask("second gets it", live(group, second, other.memberEpoch()).build());
        scene.ask(
                "first repeats its former epoch",
                owning(group, first, epoch, topic, owned).build());
        scene.ask(
                "first repeats its former epoch and owns too much",
                owning(group, first, epoch, topic, 0, 1).build());
        scene.ask("describe after revocation", new ConsumerGroupDescribeRequest(List.of(group), false));
        scene.ask("delete with members", new DeleteGroupsRequest(List.of(group)));
        scene.ask("first leaves", live(group, first, -1).build());
        scene.ask("first is gone", live(group, first, other.memberEpoch()).build());
        scene.ask("second takes over", live(group, second, other.memberEpoch()).build());
        scene.ask("second leaves", live(group, second, -1).build());
    }

    static void staticMembers(Scene scene) {
        scene.begin("static members of KIP-848");
        String group = "conformance-kip-848-static";
        Requests.groupCoordinator(scene, group);
        Requests.topic(scene, TOPIC, 2);
        int epoch = scene.ask("join", join(group, id("a")).instanceId("till").build())
                .memberEpoch();
        scene.ask("somebody else", join(group, id("b")).instanceId("till").build());
        scene.ask(
                "live on as somebody else",
                live(group, id("b"), epoch).instanceId("till").build());
        scene.ask(
                "leave for a while", live(group, id("a"), -2).instanceId("till").build());
        scene.ask("describe while away", new ConsumerGroupDescribeRequest(List.of(group), false));
        scene.ask("come back", join(group, id("b")).instanceId("till").build());
        scene.ask(
                "live on as the former",
                live(group, id("a"), epoch).instanceId("till").build());
        scene.ask(
                "live on with an unknown instance",
                live(group, id("b"), epoch).instanceId("other").build());
        scene.ask("leave", live(group, id("b"), -1).instanceId("till").build());
        scene.ask("describe without members", new ConsumerGroupDescribeRequest(List.of(group), false));
    }

    private static String id(String name) {
        return "AAAAAAAAAAAAAAAAAAAAA" + name;
    }

    private static int firstOf(ConsumerGroupHeartbeatResponse answer) {
        var assignment = answer.assignment();
        return assignment == null
                ? -1
                : assignment.topicPartitions().get(0).partitions().get(0);
    }

    private static ConsumerGroupHeartbeatRequest.Builder join(String group, String member) {
        return ConsumerGroupHeartbeatRequest.builder()
                .groupId(group)
                .memberId(member)
                .memberEpoch(0)
                .rebalanceTimeoutMs(30_000)
                .subscribedTopicNames(List.of(TOPIC))
                .topicPartitions(List.of());
    }

    private static ConsumerGroupHeartbeatRequest.Builder live(String group, String member, int epoch) {
        return ConsumerGroupHeartbeatRequest.builder()
                .groupId(group)
                .memberId(member)
                .memberEpoch(epoch)
                .rebalanceTimeoutMs(-1)
                .subscribedTopicNames(null)
                .topicPartitions(null);
    }

    private static ConsumerGroupHeartbeatRequest.Builder owning(
            String group, String member, int epoch, UUID topic, int... partitions) {
        return live(group, member, epoch).topicPartitions(List.of(new TopicPartitions(topic, Ints.of(partitions))));
    }

    private static OffsetCommitRequest commit(String group, int epoch, String member) {
        return OffsetCommitRequest.builder()
                .groupId(group)
                .generationIdOrMemberEpoch(epoch)
                .memberId(member)
                .topics(List.of(new OffsetCommitRequestTopic(
                        TOPIC, Wire.ZERO_UUID, List.of(new OffsetCommitRequestPartition(0, 5, -1, "")))))
                .build();
    }

    private static OffsetFetchRequest fetch(String group, @Nullable String member, int epoch) {
        return new OffsetFetchRequest(
                "",
                List.of(),
                List.of(new OffsetFetchRequestGroup(
                        group,
                        member,
                        epoch,
                        List.of(new OffsetFetchRequestTopics(TOPIC, Wire.ZERO_UUID, Ints.of(0))))),
                false);
    }

    private static JoinGroupRequest classic(String group) {
        return JoinGroupRequest.builder()
                .groupId(group)
                .sessionTimeoutMs(30_000)
                .rebalanceTimeoutMs(30_000)
                .memberId("")
                .protocolType("other")
                .protocols(List.of(new JoinGroupRequestProtocol("range", GroupScripts.bytes(1))))
                .build();
    }
}
