package dev.ottla.testkit.internal.group;

import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.message.ConsumerGroupDescribeResponse.DescribedGroup;
import dev.ottla.internal.protocol.message.ConsumerGroupHeartbeatRequest;
import dev.ottla.internal.protocol.message.ConsumerGroupHeartbeatResponse;
import dev.ottla.testkit.internal.topic.Topic;
import dev.ottla.testkit.internal.topic.Topics;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A group of KIP-848: members say in heartbeats what they want and have, the group decides who shall have what, and each member
 * gets there at its own pace. A change of members, subscriptions or topics is a new group epoch, which has a new target.
 * Owned by the cluster's loop.
 */
@EventLoopConfined
public final class ConsumerGroup implements Group {
    private static final int LEAVES = -1;
    private static final int LEAVES_FOR_A_WHILE = -2;

    private final String id;
    private final EventLoop loop;
    private final Topics topics;
    private final Supplier<String> newUuid;
    private final Times times;
    private final Map<String, ConsumerMember> members = new LinkedHashMap<>();
    private final Map<String, String> idByInstance = new HashMap<>();
    private Map<String, Set<GroupPartition>> target = Map.of();
    private Map<UUID, Integer> partitionCounts = Map.of();
    private int epoch;
    private int targetEpoch;

    /** What members are told, and how long they may be silent. */
    public record Times(Duration heartbeatInterval, Duration sessionTimeout) {}

    ConsumerGroup(String id, EventLoop loop, Topics topics, Supplier<String> newUuid, Times times) {
        this.id = id;
        this.loop = loop;
        this.topics = topics;
        this.newUuid = newUuid;
        this.times = times;
    }

    /** A member joins, lives on, or leaves. The request is sound. */
    public ConsumerGroupHeartbeatResponse heartbeat(ConsumerGroupHeartbeatRequest request, Client client) {
        MemberRefusal refusal = MemberRefusal.of(request, find(request), members.get(request.memberId()));
        if (refusal != null) {
            return refusal.response();
        }
        if (request.memberEpoch() < 0) {
            return leave(request, Objects.requireNonNull(find(request)));
        }
        ConsumerMember known = find(request);
        boolean isSame = known != null
                && (request.memberId().equals(known.id()) || request.memberId().isEmpty());
        ConsumerMember member = known != null && isSame ? known : admit(request, client, known);
        boolean isChanged = member.update(request) || !isSame || !partitionCounts.equals(countPartitions());
        if (isChanged) {
            epoch++;
        }
        if (epoch > targetEpoch) {
            assign();
        }
        Set<GroupPartition> before = member.current().assigned();
        reconcile(member, GroupPartitions.of(request.topicPartitions()));
        keepAlive(member);
        boolean isTold = isFull(request) || !member.current().assigned().equals(before);
        return ConsumerGroupHeartbeatResponse.builder()
                .memberId(member.id())
                .memberEpoch(member.epoch())
                .heartbeatIntervalMs((int) times.heartbeatInterval.toMillis())
                .assignment(isTold ? GroupPartitions.told(member.current().assigned()) : null)
                .build();
    }

    /** The member that a request is about; a static one is found by its instance, whoever that is now. */
    private @Nullable ConsumerMember find(ConsumerGroupHeartbeatRequest request) {
        String instanceId = request.instanceId();
        String memberId = instanceId == null ? request.memberId() : idByInstance.get(instanceId);
        return memberId == null ? null : members.get(memberId);
    }

    private ConsumerMember admit(
            ConsumerGroupHeartbeatRequest request, Client client, @Nullable ConsumerMember former) {
        String memberId = request.memberId().isEmpty() ? newUuid.get() : request.memberId();
        ConsumerMember member = new ConsumerMember(memberId, request.instanceId(), client);
        if (former != null) {
            Set<GroupPartition> own = target.getOrDefault(former.id(), Set.of());
            member.inherit(former);
            forget(former);
            target.put(memberId, own);
        }
        members.put(memberId, member);
        if (member.instanceId() != null) {
            idByInstance.put(member.instanceId(), memberId);
        }
        return member;
    }

    /** Whoever says everything wants to hear everything. */
    private static boolean isFull(ConsumerGroupHeartbeatRequest request) {
        boolean subscribes = request.subscribedTopicNames() != null || request.subscribedTopicRegex() != null;
        return request.memberEpoch() == 0
                || (request.rebalanceTimeoutMs() != -1 && subscribes && request.topicPartitions() != null);
    }

    private ConsumerGroupHeartbeatResponse leave(ConsumerGroupHeartbeatRequest request, ConsumerMember member) {
        if (request.memberEpoch() == LEAVES_FOR_A_WHILE) {
            member.move(member.current().withEpoch(LEAVES_FOR_A_WHILE));
        } else {
            remove(member);
        }
        return ConsumerGroupHeartbeatResponse.builder()
                .memberId(request.memberId())
                .memberEpoch(request.memberEpoch() == LEAVES_FOR_A_WHILE ? LEAVES_FOR_A_WHILE : LEAVES)
                .build();
    }

    private void remove(ConsumerMember member) {
        if (members.get(member.id()) == member) {
            forget(member);
            epoch++;
        }
    }

    private void forget(ConsumerMember member) {
        member.session(null);
        member.revocation(null);
        members.remove(member.id());
        target.remove(member.id());
        if (member.instanceId() != null) {
            idByInstance.remove(member.instanceId(), member.id());
        }
    }

    private Map<UUID, Integer> countPartitions() {
        Map<UUID, Integer> counts = new TreeMap<>();
        for (ConsumerMember member : members.values()) {
            for (Topic topic : member.subscribedOf(topics.all())) {
                counts.put(topic.id(), topic.partitions().size());
            }
        }
        return counts;
    }

    private void assign() {
        Map<String, Set<UUID>> subscriptions = new TreeMap<>();
        members.values()
                .forEach(member -> subscriptions.put(
                        member.id(),
                        member.subscribedOf(topics.all()).stream()
                                .map(Topic::id)
                                .collect(Collectors.toSet())));
        partitionCounts = countPartitions();
        target = assignor().assign(subscriptions, partitionCounts, target);
        targetEpoch = epoch;
    }

    /** The one that most members ask for. */
    private ServerAssignor assignor() {
        ServerAssignor most = ServerAssignor.UNIFORM;
        for (ServerAssignor each : ServerAssignor.values()) {
            most = votes(each) > votes(most) ? each : most;
        }
        return most;
    }

    private long votes(ServerAssignor assignor) {
        return members.values().stream()
                .filter(member -> assignor.text().equals(member.assignor()))
                .count();
    }

    private void reconcile(ConsumerMember member, @Nullable Set<GroupPartition> owned) {
        Set<GroupPartition> taken = new TreeSet<>();
        for (ConsumerMember each : members.values()) {
            if (each != member) {
                taken.addAll(each.current().held());
            }
        }
        Set<GroupPartition> own = target.getOrDefault(member.id(), Set.of());
        member.move(member.current().next(targetEpoch, own, taken, owned));
        if (member.current().state() != Reconciliation.State.UNREVOKED_PARTITIONS) {
            member.revocation(null);
        } else if (!member.isRevocationTimed()) {
            long timeoutNanos = TimeUnit.MILLISECONDS.toNanos(member.rebalanceTimeoutMs());
            member.revocation(loop.schedule(() -> remove(member), timeoutNanos));
        }
    }

    private void keepAlive(ConsumerMember member) {
        member.session(loop.schedule(() -> remove(member), times.sessionTimeout.toNanos()));
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String state() {
        if (members.isEmpty()) {
            return "Empty";
        }
        if (epoch > targetEpoch) {
            return "Assigning";
        }
        boolean isStable = members.values().stream()
                .allMatch(member ->
                        member.epoch() == targetEpoch && member.current().state() == Reconciliation.State.STABLE);
        return isStable ? "Stable" : "Reconciling";
    }

    @Override
    public String type() {
        return "consumer";
    }

    @Override
    public String protocolType() {
        return "consumer";
    }

    @Override
    public boolean isEmpty() {
        return members.isEmpty();
    }

    /** Fills a description in. */
    public DescribedGroup.Builder describe(DescribedGroup.Builder description) {
        GroupPartitions.Names names = topicId -> {
            Topic topic = topics.find(topicId);
            return topic == null ? null : topic.name();
        };
        Collection<ConsumerMember> all = members.values();
        return description
                .groupState(state())
                .groupEpoch(epoch)
                .assignmentEpoch(targetEpoch)
                .assignorName(assignor().text())
                .members(all.stream()
                        .map(member -> MemberDescription.of(member, target.getOrDefault(member.id(), Set.of()), names))
                        .toList());
    }

    @Override
    public ErrorCode checkCommit(String memberId, @Nullable String instanceId, int memberEpoch) {
        return memberEpoch < 0 && members.isEmpty() ? ErrorCode.NONE : checkEpoch(memberId, memberEpoch);
    }

    @Override
    public ErrorCode checkTransactionalCommit(String memberId, @Nullable String instanceId, int memberEpoch) {
        if (memberEpoch < 0 && memberId.isEmpty()) {
            return ErrorCode.NONE;
        }
        ErrorCode error = checkEpoch(memberId, memberEpoch);
        return error == ErrorCode.STALE_MEMBER_EPOCH ? ErrorCode.ILLEGAL_GENERATION : error;
    }

    @Override
    public ErrorCode checkFetch(@Nullable String memberId, int memberEpoch) {
        return memberId == null && memberEpoch < 0 ? ErrorCode.NONE : checkEpoch(memberId, memberEpoch);
    }

    private ErrorCode checkEpoch(@Nullable String memberId, int memberEpoch) {
        ConsumerMember member = memberId == null ? null : members.get(memberId);
        if (member == null) {
            return ErrorCode.UNKNOWN_MEMBER_ID;
        }
        return member.epoch() == memberEpoch ? ErrorCode.NONE : ErrorCode.STALE_MEMBER_EPOCH;
    }

    @Override
    public boolean isSubscribedTo(String topic) {
        return members.values().stream().anyMatch(member -> member.isSubscribedTo(topic));
    }

    /** The new coordinator gives every member a whole session timeout. */
    @Override
    public void onCoordinatorMoved() {
        members.values().forEach(this::keepAlive);
    }
}
