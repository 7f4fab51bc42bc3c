package dev.ottla.consumer.internal.group;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.common.TopicPartition;
import dev.ottla.config.ConsumerOptions;
import dev.ottla.consumer.assignor.PartitionAssignor;
import dev.ottla.consumer.internal.ScriptedCluster;
import dev.ottla.consumer.internal.ScriptedCluster.Request;
import dev.ottla.consumer.internal.offsets.GroupIdentity;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.KafkaException;
import dev.ottla.internal.protocol.message.ApiKey;
import dev.ottla.internal.protocol.message.HeartbeatResponse;
import dev.ottla.internal.protocol.message.JoinGroupRequest;
import dev.ottla.internal.protocol.message.JoinGroupResponse;
import dev.ottla.internal.protocol.message.SyncGroupResponse;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A member of a group on a virtual clock, and how to bring it into each state. */
class MemberFixture {
    static final String TOPIC = "orders";

    static final Set<TopicPartition> BOTH = Set.of(new TopicPartition(TOPIC, 0), new TopicPartition(TOPIC, 1));

    static final Duration BACKOFF = Duration.ofSeconds(2);

    static final Duration HEARTBEAT_INTERVAL = Duration.ofSeconds(3);

    static final Duration SESSION_TIMEOUT = Duration.ofSeconds(45);

    /** Notes what the member tells, and lets the test finish a revocation. */
    static final class Notes implements GroupMember.Listener {
        final List<String> events = new ArrayList<>();

        @Nullable
        Runnable revoked;

        @Nullable
        KafkaException failure;

        @Nullable
        GroupIdentity identity;

        @Override
        public void onAssigned(Set<TopicPartition> partitions, GroupIdentity identity) {
            events.add("assigned " + partitions.size() + " in " + identity.generationId());
            this.identity = identity;
        }

        @Override
        public void onIdentity(@Nullable GroupIdentity newIdentity) {
            identity = newIdentity;
        }

        @Override
        public void onRevoking(Set<TopicPartition> partitions, Runnable done) {
            events.add("revoking " + partitions.size());
            revoked = done;
        }

        @Override
        public void onLost(Set<TopicPartition> partitions) {
            events.add("lost " + partitions.size());
        }

        @Override
        public void onFailed(KafkaException cause) {
            events.add("failed");
            failure = cause;
        }
    }

    final ScriptedCluster kafka = new ScriptedCluster();

    final Notes notes = new Notes();

    final TopicSubscription subscription = TopicSubscription.to(Set.of(TOPIC));

    final ClassicMember member;

    private final String protocol;

    MemberFixture() {
        this(PartitionAssignor.range());
    }

    MemberFixture(PartitionAssignor assignor) {
        protocol = assignor.name();
        kafka.partitions.put(TOPIC, 2);
        kafka.cluster.track(TOPIC);
        ConsumerOptions options = ConsumerOptions.builder().groupId("g").build(kafka.cluster.options());
        member = new ClassicMember(kafka.cluster, options, "g", subscription, List.of(assignor), notes);
        kafka.cluster.addMetadataListener((previous, current) -> member.onMetadata());
        kafka.loop.run();
    }

    void poll() {
        kafka.loop.run(member::onPoll);
    }

    Request joining() {
        poll();
        return kafka.next(ApiKey.JOIN_GROUP);
    }

    JoinGroupResponse joinAnswer(ErrorCode error, int generation, String memberId, String leader) {
        return JoinGroupResponse.builder()
                .errorCode(error.code())
                .generationId(generation)
                .protocolType("consumer")
                .protocolName(protocol)
                .leader(leader)
                .memberId(memberId)
                .build();
    }

    Request syncing(String leader) {
        JoinGroupResponse answer = joinAnswer(ErrorCode.NONE, 7, "me", leader);
        List<JoinGroupResponse.JoinGroupResponseMember> members = leader.equals("me")
                ? List.of(new JoinGroupResponse.JoinGroupResponseMember("me", null, subscription()))
                : List.of();
        joining()
                .answer(JoinGroupResponse.builder()
                        .generationId(answer.generationId())
                        .protocolType("consumer")
                        .protocolName(protocol)
                        .leader(leader)
                        .memberId("me")
                        .members(members)
                        .build());
        return kafka.next(ApiKey.SYNC_GROUP);
    }

    static ByteBuf subscription() {
        return ConsumerProtocol.subscription(
                new ConsumerProtocol.Subscription(Set.of(TOPIC), Set.of(), -1, ""), ByteBuffer.allocate(0));
    }

    static SyncGroupResponse syncAnswer(ErrorCode error) {
        return SyncGroupResponse.builder()
                .errorCode(error.code())
                .assignment(error == ErrorCode.NONE ? ConsumerProtocol.assignment(BOTH) : Unpooled.EMPTY_BUFFER)
                .build();
    }

    void stable() {
        syncing("me").answer(syncAnswer(ErrorCode.NONE));
        assertThat(notes.events).containsExactly("assigned 2 in 7");
        notes.events.clear();
    }

    void heartbeat(ErrorCode error) {
        kafka.loop.advance(HEARTBEAT_INTERVAL);
        kafka.next(ApiKey.HEARTBEAT).answer(new HeartbeatResponse(0, error.code()));
    }

    void revoking() {
        stable();
        heartbeat(ErrorCode.REBALANCE_IN_PROGRESS);
        assertThat(notes.events).containsExactly("revoking 2");
        notes.events.clear();
    }

    String memberIdOfNextJoin() {
        kafka.loop.advance(BACKOFF);
        return ((JoinGroupRequest) kafka.next(ApiKey.JOIN_GROUP).message).memberId();
    }

    static GroupIdentity identity() {
        return new GroupIdentity("g", "me", 7, null);
    }
}
