package dev.ottla.testkit.internal.api;

import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.message.JoinGroupRequest;
import dev.ottla.internal.protocol.message.JoinGroupResponse;
import dev.ottla.testkit.internal.group.ClassicGroup;
import dev.ottla.testkit.internal.group.JoinCall;

/** JoinGroup: a member of a classic group comes, or takes part in a rebalance. */
@EventLoopConfined
final class JoinGroupHandler implements ApiHandler<JoinGroupRequest, JoinGroupResponse> {
    /** {@code group.min.session.timeout.ms} and {@code group.max.session.timeout.ms}. */
    private static final int SESSION_TIMEOUT_MS_MIN = 6_000;

    private static final int SESSION_TIMEOUT_MS_MAX = 1_800_000;

    private final ClusterModel model;

    JoinGroupHandler(ClusterModel model) {
        this.model = model;
    }

    @Override
    public void handle(JoinGroupRequest request, Call<JoinGroupResponse> call) {
        JoinCall join = new JoinCall(
                request,
                call.version(),
                call.clientId(),
                "/" + call.connection().clientHost(),
                call::reply);
        ErrorCode error = GroupCheck.check(model, call, request.groupId());
        boolean isTimeoutLegal = request.sessionTimeoutMs() >= SESSION_TIMEOUT_MS_MIN
                && request.sessionTimeoutMs() <= SESSION_TIMEOUT_MS_MAX;
        boolean isUnknown = model.groups().find(request.groupId()) == null
                && !request.memberId().isEmpty();
        if (error != ErrorCode.NONE) {
            join.refuse(error);
        } else if (!isTimeoutLegal) {
            join.refuse(ErrorCode.INVALID_SESSION_TIMEOUT);
        } else if (isUnknown) {
            join.refuse(ErrorCode.UNKNOWN_MEMBER_ID);
        } else {
            join(join, request.groupId());
        }
    }

    private void join(JoinCall join, String groupId) {
        ClassicGroup group = model.groups().classic(groupId);
        if (group == null) {
            join.refuse(ErrorCode.INCONSISTENT_GROUP_PROTOCOL);
        } else {
            group.join(join);
        }
    }
}
