package dev.ottla.testkit.internal.api;

import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.message.SyncGroupRequest;
import dev.ottla.internal.protocol.message.SyncGroupResponse;
import dev.ottla.testkit.internal.group.ClassicGroup;

/** SyncGroup: the leader of a classic group brings the assignment, the others fetch theirs. */
@EventLoopConfined
final class SyncGroupHandler implements ApiHandler<SyncGroupRequest, SyncGroupResponse> {
    private final ClusterModel model;

    SyncGroupHandler(ClusterModel model) {
        this.model = model;
    }

    @Override
    public void handle(SyncGroupRequest request, Call<SyncGroupResponse> call) {
        ErrorCode error = GroupCheck.check(model, call, request.groupId());
        ClassicGroup group = model.groups().findClassic(request.groupId());
        if (error == ErrorCode.NONE && group == null) {
            error = ErrorCode.UNKNOWN_MEMBER_ID;
        }
        if (error != ErrorCode.NONE || group == null) {
            call.reply(SyncGroupResponse.builder().errorCode(error.code()).build());
        } else {
            group.sync(request, call::reply);
        }
    }
}
