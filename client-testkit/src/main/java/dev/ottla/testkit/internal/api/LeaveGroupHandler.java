package dev.ottla.testkit.internal.api;

import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.message.LeaveGroupRequest;
import dev.ottla.internal.protocol.message.LeaveGroupResponse;
import dev.ottla.internal.protocol.message.LeaveGroupResponse.MemberResponse;
import dev.ottla.testkit.internal.group.ClassicGroup;
import java.util.List;

/** LeaveGroup: members of a classic group go, one in old versions, many from version 3 on (KIP-345). */
@EventLoopConfined
final class LeaveGroupHandler implements ApiHandler<LeaveGroupRequest, LeaveGroupResponse> {
    private static final short FIRST_BATCHED_VERSION = 3;

    private final ClusterModel model;

    LeaveGroupHandler(ClusterModel model) {
        this.model = model;
    }

    @Override
    public void handle(LeaveGroupRequest request, Call<LeaveGroupResponse> call) {
        ErrorCode error = GroupCheck.check(model, call, request.groupId());
        ClassicGroup group = model.groups().findClassic(request.groupId());
        if (error != ErrorCode.NONE) {
            call.reply(new LeaveGroupResponse(0, error.code(), List.of()));
        } else if (call.version() < FIRST_BATCHED_VERSION) {
            ErrorCode left = group == null ? ErrorCode.UNKNOWN_MEMBER_ID : group.leave(request.memberId(), null);
            call.reply(new LeaveGroupResponse(0, left.code(), List.of()));
        } else {
            List<MemberResponse> members = request.members().stream()
                    .map(member -> new MemberResponse(
                            member.memberId(),
                            member.groupInstanceId(),
                            (group == null
                                            ? ErrorCode.UNKNOWN_MEMBER_ID
                                            : group.leave(member.memberId(), member.groupInstanceId()))
                                    .code()))
                    .toList();
            call.reply(new LeaveGroupResponse(0, ErrorCode.NONE.code(), members));
        }
    }
}
