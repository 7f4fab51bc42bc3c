package dev.ottla.testkit.internal.api;

import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.message.HeartbeatRequest;
import dev.ottla.internal.protocol.message.HeartbeatResponse;
import dev.ottla.testkit.internal.group.ClassicGroup;

/** Heartbeat: a member of a classic group is alive, and hears whether to join again. */
@EventLoopConfined
final class HeartbeatHandler implements ApiHandler<HeartbeatRequest, HeartbeatResponse> {
    private final ClusterModel model;

    HeartbeatHandler(ClusterModel model) {
        this.model = model;
    }

    @Override
    public void handle(HeartbeatRequest request, Call<HeartbeatResponse> call) {
        ErrorCode error = GroupCheck.check(model, call, request.groupId());
        if (error == ErrorCode.NONE) {
            ClassicGroup group = model.groups().findClassic(request.groupId());
            error = group == null
                    ? ErrorCode.UNKNOWN_MEMBER_ID
                    : group.heartbeat(request.memberId(), request.groupInstanceId(), request.generationId());
        }
        call.reply(new HeartbeatResponse(0, error.code()));
    }
}
