package dev.ottla.testkit.internal.api;

import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.message.DeleteGroupsRequest;
import dev.ottla.internal.protocol.message.DeleteGroupsResponse;
import dev.ottla.internal.protocol.message.DeleteGroupsResponse.DeletableGroupResult;

/** DeleteGroups: removes groups without members, and what they have committed. */
@EventLoopConfined
final class DeleteGroupsHandler implements ApiHandler<DeleteGroupsRequest, DeleteGroupsResponse> {
    private final ClusterModel model;

    DeleteGroupsHandler(ClusterModel model) {
        this.model = model;
    }

    @Override
    public void handle(DeleteGroupsRequest request, Call<DeleteGroupsResponse> call) {
        call.reply(new DeleteGroupsResponse(
                0,
                request.groupsNames().stream()
                        .map(groupId -> new DeletableGroupResult(
                                groupId, delete(groupId, call).code()))
                        .toList()));
    }

    private ErrorCode delete(String groupId, Call<DeleteGroupsResponse> call) {
        ErrorCode error = GroupCheck.check(model, call, groupId);
        return error == ErrorCode.NONE ? model.groups().delete(groupId) : error;
    }
}
