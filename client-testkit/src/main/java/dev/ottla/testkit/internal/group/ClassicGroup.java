package dev.ottla.testkit.internal.group;

import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.concurrent.EventLoop.Timer;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.message.DescribeGroupsResponse.DescribedGroup;
import dev.ottla.internal.protocol.message.DescribeGroupsResponse.DescribedGroupMember;
import dev.ottla.internal.protocol.message.JoinGroupRequest;
import dev.ottla.internal.protocol.message.JoinGroupResponse;
import dev.ottla.internal.protocol.message.JoinGroupResponse.JoinGroupResponseMember;
import dev.ottla.internal.protocol.message.SyncGroupRequest;
import dev.ottla.internal.protocol.message.SyncGroupRequest.SyncGroupRequestAssignment;
import dev.ottla.internal.protocol.message.SyncGroupResponse;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A group of the classic protocol: all members join, one of them assigns, all sync.
 *
 * <pre>
 * EMPTY --join--> PREPARING_REBALANCE --all joined, or time over--> COMPLETING_REBALANCE --leader syncs--> STABLE
 *   ^                 |        ^                                            |                                |
 *   +---nobody left---+        +---------- a member comes, goes, or changes its protocols -------------------+
 * </pre>
 *
 * Owned by the cluster's loop.
 */
@EventLoopConfined
public final class ClassicGroup implements Group {
    private final String id;
    private final EventLoop loop;
    private final Supplier<String> newUuid;
    private final long initialRebalanceDelayNanos;
    private final ClassicMembers members = new ClassicMembers();
    private State state = State.EMPTY;
    private String protocolType = "";
    private String protocolName = "";
    private int generation;

    /** Ends the wait for members to join or, after that, to sync. */
    private @Nullable Timer rebalance;

    enum State {
        EMPTY("Empty"),
        /** As the next one, but everybody waits for the initial delay to pass, so that more members can come. */
        INITIAL_REBALANCE("PreparingRebalance"),
        PREPARING_REBALANCE("PreparingRebalance"),
        COMPLETING_REBALANCE("CompletingRebalance"),
        STABLE("Stable");

        private final String text;

        State(String text) {
            this.text = text;
        }
    }

    ClassicGroup(String id, EventLoop loop, Supplier<String> newUuid, long initialRebalanceDelayNanos) {
        this.id = id;
        this.loop = loop;
        this.newUuid = newUuid;
        this.initialRebalanceDelayNanos = initialRebalanceDelayNanos;
    }

    /** A member wants to join, or to join again; the answer comes with the next generation. */
    public void join(JoinCall call) {
        JoinGroupRequest request = call.request();
        boolean sharesType = members.isEmpty() || request.protocolType().equals(protocolType);
        if (request.protocols().isEmpty()
                || request.protocolType().isEmpty()
                || !sharesType
                || !members.share(request)) {
            call.refuse(ErrorCode.INCONSISTENT_GROUP_PROTOCOL);
        } else if (request.memberId().isEmpty()) {
            joinNew(call);
        } else {
            joinKnown(call);
        }
    }

    private void joinNew(JoinCall call) {
        String instanceId = call.request().groupInstanceId();
        String newId = (instanceId == null ? call.clientId() : instanceId) + "-" + newUuid.get();
        ClassicMember former = members.findStatic(instanceId);
        if (former != null) {
            replaceStatic(former, newId, call);
        } else if (call.requiresKnownMemberId()) {
            long timeoutNanos = TimeUnit.MILLISECONDS.toNanos(call.request().sessionTimeoutMs());
            members.addPending(newId, loop.schedule(() -> onPendingExpired(newId), timeoutNanos));
            call.refuse(ErrorCode.MEMBER_ID_REQUIRED, newId);
        } else {
            addAndRebalance(newId, call);
        }
    }

    private void joinKnown(JoinCall call) {
        JoinGroupRequest request = call.request();
        if (members.isPending(request.memberId())) {
            members.removePending(request.memberId());
            addAndRebalance(request.memberId(), call);
            return;
        }
        ErrorCode error = members.check(request.memberId(), request.groupInstanceId());
        ClassicMember member = members.find(request.memberId());
        if (error != ErrorCode.NONE || member == null) {
            call.refuse(error);
            return;
        }
        boolean changesNothing = member.hasSameProtocols(request)
                && (state == State.COMPLETING_REBALANCE || (state == State.STABLE && !members.isLeader(member.id())));
        if (changesNothing) {
            // The client has not seen the answer to its last request: it gets the current generation.
            heartbeat(member);
            call.answer().accept(generationFor(member));
        } else {
            awaitJoin(member, call);
            rebalance();
        }
    }

    private void addAndRebalance(String memberId, JoinCall call) {
        ClassicMember member = newMember(memberId, call);
        protocolType = call.request().protocolType();
        members.add(member);
        awaitJoin(member, call);
        rebalance();
    }

    private static ClassicMember newMember(String memberId, JoinCall call) {
        return new ClassicMember(
                memberId, call.request().groupInstanceId(), new Client(call.clientId(), call.clientHost()));
    }

    private void awaitJoin(ClassicMember member, JoinCall call) {
        member.update(call.request());
        member.awaitJoin(call.answer());
        heartbeat(member);
    }

    /** A static member was restarted: nobody else notices, unless it offers something else now (KIP-345). */
    private void replaceStatic(ClassicMember former, String newId, JoinCall call) {
        String formerLeader = members.leader();
        ClassicMember member = newMember(newId, call);
        member.assign(former.assignment());
        former.answerJoin(JoinCall.refusal(ErrorCode.FENCED_INSTANCE_ID, former.id(), call.version()));
        former.answerSync(syncRefusal(ErrorCode.FENCED_INSTANCE_ID));
        members.replace(former, member);
        awaitJoin(member, call);
        if (state != State.STABLE || !members.selectProtocol().equals(protocolName)) {
            rebalance();
            return;
        }
        boolean skips = call.supportsSkippingAssignment() && members.isLeader(newId);
        member.answerJoin(JoinGroupResponse.builder()
                .generationId(generation)
                .protocolType(protocolType)
                .protocolName(protocolName)
                .leader(call.supportsSkippingAssignment() ? members.leader() : formerLeader)
                .skipAssignment(skips)
                .memberId(newId)
                .members(skips ? membersForLeader() : List.of())
                .build());
    }

    private boolean isPreparing() {
        return state == State.PREPARING_REBALANCE || state == State.INITIAL_REBALANCE;
    }

    private void rebalance() {
        if (isPreparing()) {
            tryCompleteJoin();
            return;
        }
        if (state == State.EMPTY) {
            state = State.INITIAL_REBALANCE;
            waitAtMost(initialRebalanceDelayNanos, this::completeJoin);
            return;
        }
        members.all().forEach(member -> {
            member.assign(null);
            member.answerSync(syncRefusal(ErrorCode.REBALANCE_IN_PROGRESS));
        });
        state = State.PREPARING_REBALANCE;
        waitAtMost(TimeUnit.MILLISECONDS.toNanos(members.rebalanceTimeoutMsMax()), this::completeJoin);
        tryCompleteJoin();
    }

    private void tryCompleteJoin() {
        if (state == State.PREPARING_REBALANCE && members.haveAllJoined()) {
            completeJoin();
        }
    }

    private void waitAtMost(long nanos, Runnable otherwise) {
        if (rebalance != null) {
            rebalance.cancel();
        }
        rebalance = loop.schedule(otherwise, nanos);
    }

    private void completeJoin() {
        members.notRejoined().forEach(members::remove);
        if (!members.isEmpty() && !members.electJoinedLeader()) {
            // Only static members are left, and none of them has joined: wait for one.
            waitAtMost(TimeUnit.MILLISECONDS.toNanos(members.rebalanceTimeoutMsMax()), this::completeJoin);
            return;
        }
        generation++;
        if (members.isEmpty()) {
            state = State.EMPTY;
            protocolName = "";
            return;
        }
        state = State.COMPLETING_REBALANCE;
        protocolName = members.selectProtocol();
        for (ClassicMember each : List.copyOf(members.all())) {
            each.answerJoin(generationFor(each));
            heartbeat(each);
        }
        waitAtMost(TimeUnit.MILLISECONDS.toNanos(members.rebalanceTimeoutMsMax()), this::onSyncTimeout);
    }

    private JoinGroupResponse generationFor(ClassicMember member) {
        return JoinGroupResponse.builder()
                .generationId(generation)
                .protocolType(protocolType)
                .protocolName(protocolName)
                .leader(members.leader())
                .memberId(member.id())
                .members(members.isLeader(member.id()) ? membersForLeader() : List.of())
                .build();
    }

    private List<JoinGroupResponseMember> membersForLeader() {
        List<JoinGroupResponseMember> list = new ArrayList<>();
        for (ClassicMember each : members.all()) {
            list.add(new JoinGroupResponseMember(each.id(), each.instanceId(), each.metadata(protocolName)));
        }
        return list;
    }

    /** A member brings the assignment, or waits for it. */
    public void sync(SyncGroupRequest request, Consumer<SyncGroupResponse> answer) {
        ErrorCode error = members.check(request.memberId(), request.groupInstanceId());
        ClassicMember member = members.find(request.memberId());
        if (error == ErrorCode.NONE && request.generationId() != generation) {
            error = ErrorCode.ILLEGAL_GENERATION;
        }
        if (error == ErrorCode.NONE && !isSameProtocol(request)) {
            error = ErrorCode.INCONSISTENT_GROUP_PROTOCOL;
        }
        if (error == ErrorCode.NONE && isPreparing()) {
            error = ErrorCode.REBALANCE_IN_PROGRESS;
        }
        if (error != ErrorCode.NONE || member == null) {
            answer.accept(syncRefusal(error));
            return;
        }
        heartbeat(member);
        if (state == State.STABLE) {
            answer.accept(assignmentFor(member));
            return;
        }
        member.awaitSync(answer);
        if (members.isLeader(member.id())) {
            onAssigned(request.assignments());
        }
    }

    private boolean isSameProtocol(SyncGroupRequest request) {
        String type = request.protocolType();
        String name = request.protocolName();
        return (type == null || type.equals(protocolType)) && (name == null || name.equals(protocolName));
    }

    private void onAssigned(List<SyncGroupRequestAssignment> assignments) {
        Map<String, SyncGroupRequestAssignment> byMember = new HashMap<>();
        assignments.forEach(each -> byMember.put(each.memberId(), each));
        state = State.STABLE;
        for (ClassicMember each : members.all()) {
            SyncGroupRequestAssignment own = byMember.get(each.id());
            each.assign(own == null ? null : own.assignment());
        }
        List.copyOf(members.all()).forEach(each -> each.answerSync(assignmentFor(each)));
    }

    private SyncGroupResponse assignmentFor(ClassicMember member) {
        return SyncGroupResponse.builder()
                .protocolType(protocolType)
                .protocolName(protocolName)
                .assignment(member.assignment())
                .build();
    }

    private static SyncGroupResponse syncRefusal(ErrorCode error) {
        return SyncGroupResponse.builder().errorCode(error.code()).build();
    }

    /** Members that have joined and do not sync within the rebalance timeout are out (KAFKA-13435). */
    private void onSyncTimeout() {
        if (state != State.COMPLETING_REBALANCE) {
            return;
        }
        for (ClassicMember each : List.copyOf(members.all())) {
            if (!each.isAwaitingSync()) {
                members.remove(each);
            }
        }
        rebalance();
    }

    /** A member is alive. */
    public ErrorCode heartbeat(String memberId, @Nullable String instanceId, int memberGeneration) {
        ErrorCode error = members.check(memberId, instanceId);
        ClassicMember member = members.find(memberId);
        if (error != ErrorCode.NONE || member == null) {
            return error;
        }
        if (memberGeneration != generation) {
            return ErrorCode.ILLEGAL_GENERATION;
        }
        heartbeat(member);
        return isPreparing() ? ErrorCode.REBALANCE_IN_PROGRESS : ErrorCode.NONE;
    }

    private void heartbeat(ClassicMember member) {
        long timeoutNanos = TimeUnit.MILLISECONDS.toNanos(member.sessionTimeoutMs());
        member.session(loop.schedule(() -> onSessionExpired(member), timeoutNanos));
    }

    private void onSessionExpired(ClassicMember member) {
        if (member.isAwaitingJoin() || member.isAwaitingSync()) {
            // It waits for this broker and can not send heartbeats meanwhile.
            heartbeat(member);
        } else {
            remove(member);
        }
    }

    private void onPendingExpired(String memberId) {
        members.removePending(memberId);
        tryCompleteJoin();
    }

    /** A member goes; a static one may be named by its instance id alone. */
    public ErrorCode leave(String memberId, @Nullable String instanceId) {
        if (members.isPending(memberId)) {
            onPendingExpired(memberId);
            return ErrorCode.NONE;
        }
        ClassicMember byInstance = members.findStatic(instanceId);
        if (instanceId != null && memberId.isEmpty() && byInstance != null) {
            remove(byInstance);
            return ErrorCode.NONE;
        }
        ErrorCode error = members.check(memberId, instanceId);
        ClassicMember member = members.find(memberId);
        if (error == ErrorCode.NONE && member != null) {
            remove(member);
        }
        return error;
    }

    private void remove(ClassicMember member) {
        member.answerJoin(JoinCall.refusal(ErrorCode.UNKNOWN_MEMBER_ID, member.id(), (short) 0));
        member.answerSync(syncRefusal(ErrorCode.UNKNOWN_MEMBER_ID));
        members.remove(member);
        rebalance();
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String state() {
        return state.text;
    }

    @Override
    public String type() {
        return "classic";
    }

    @Override
    public String protocolType() {
        return protocolType;
    }

    @Override
    public boolean isEmpty() {
        return members.isEmpty();
    }

    /** Fills a description in; only a stable group shows what its members offered and got. */
    public DescribedGroup.Builder describe(DescribedGroup.Builder description) {
        boolean isStable = state == State.STABLE;
        List<DescribedGroupMember> described = new ArrayList<>();
        for (ClassicMember each : members.all()) {
            described.add(DescribedGroupMember.builder()
                    .memberId(each.id())
                    .groupInstanceId(each.instanceId())
                    .clientId(each.client().id())
                    .clientHost(each.client().host())
                    .memberMetadata(isStable ? each.metadata(protocolName) : Unpooled.EMPTY_BUFFER)
                    .memberAssignment(each.assignment())
                    .build());
        }
        return description
                .groupState(state.text)
                .protocolType(protocolType)
                .protocolData(isStable ? protocolName : "")
                .members(described);
    }

    @Override
    public ErrorCode checkCommit(String memberId, @Nullable String instanceId, int memberGeneration) {
        if (memberGeneration < 0 && members.isEmpty()) {
            return ErrorCode.NONE;
        }
        ErrorCode error = checkMember(memberId, instanceId, memberGeneration, ErrorCode.UNKNOWN_MEMBER_ID);
        return error == ErrorCode.NONE && state == State.COMPLETING_REBALANCE ? ErrorCode.REBALANCE_IN_PROGRESS : error;
    }

    @Override
    public ErrorCode checkTransactionalCommit(String memberId, @Nullable String instanceId, int memberGeneration) {
        return checkMember(memberId, instanceId, memberGeneration, ErrorCode.NONE);
    }

    private ErrorCode checkMember(
            String memberId, @Nullable String instanceId, int memberGeneration, ErrorCode ifNoMember) {
        if (memberGeneration < 0 && memberId.isEmpty() && instanceId == null) {
            return ifNoMember;
        }
        ErrorCode error = members.check(memberId, instanceId);
        if (error != ErrorCode.NONE) {
            return error;
        }
        ClassicMember member = members.find(memberId);
        if (member != null && memberGeneration == generation) {
            heartbeat(member);
        }
        return memberGeneration == generation ? ErrorCode.NONE : ErrorCode.ILLEGAL_GENERATION;
    }

    @Override
    public ErrorCode checkFetch(@Nullable String memberId, int memberEpoch) {
        return ErrorCode.NONE;
    }

    @Override
    public boolean isSubscribedTo(String topic) {
        return members.all().stream().anyMatch(member -> Subscriptions.contains(member, protocolName, topic));
    }

    @Override
    public void onCoordinatorMoved() {
        for (ClassicMember each : List.copyOf(members.all())) {
            each.answerJoin(JoinCall.refusal(ErrorCode.NOT_COORDINATOR, each.id(), (short) 0));
            each.answerSync(syncRefusal(ErrorCode.NOT_COORDINATOR));
        }
    }
}
