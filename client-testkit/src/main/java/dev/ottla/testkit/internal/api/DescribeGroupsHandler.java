package dev.ottla.testkit.internal.api;

import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.message.DescribeGroupsRequest;
import dev.ottla.internal.protocol.message.DescribeGroupsResponse;
import dev.ottla.internal.protocol.message.DescribeGroupsResponse.DescribedGroup;
import dev.ottla.testkit.internal.group.ClassicGroup;

/** DescribeGroups: classic groups with their members. */
@EventLoopConfined
final class DescribeGroupsHandler implements ApiHandler<DescribeGroupsRequest, DescribeGroupsResponse> {
    /** KIP-1043: from here on an unknown group is an error; before, it is described as dead. */
    private static final short FIRST_VERSION_WITH_GROUP_NOT_FOUND = 6;

    private final ClusterModel model;

    DescribeGroupsHandler(ClusterModel model) {
        this.model = model;
    }

    @Override
    public void handle(DescribeGroupsRequest request, Call<DescribeGroupsResponse> call) {
        call.reply(new DescribeGroupsResponse(
                0,
                request.groups().stream()
                        .map(groupId -> describe(groupId, request, call))
                        .toList()));
    }

    private DescribedGroup describe(String groupId, DescribeGroupsRequest request, Call<DescribeGroupsResponse> call) {
        DescribedGroup.Builder description = DescribedGroup.builder().groupId(groupId);
        if (request.includeAuthorizedOperations()) {
            description.authorizedOperations(AuthorizedOperations.GROUP);
        }
        ErrorCode error = GroupCheck.checkCoordinator(model, call, groupId);
        if (error != ErrorCode.NONE) {
            return description.errorCode(error.code()).build();
        }
        ClassicGroup group = model.groups().findClassic(groupId);
        if (group == null) {
            description.groupState("Dead");
            if (call.version() >= FIRST_VERSION_WITH_GROUP_NOT_FOUND) {
                description
                        .errorCode(ErrorCode.GROUP_ID_NOT_FOUND.code())
                        .errorMessage("Group " + groupId + " not found.");
            }
            return description.build();
        }
        return group.describe(description).build();
    }
}
