package dev.ottla.testkit.internal.api;

import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.message.ConsumerGroupDescribeRequest;
import dev.ottla.internal.protocol.message.ConsumerGroupDescribeResponse;
import dev.ottla.internal.protocol.message.ConsumerGroupDescribeResponse.DescribedGroup;
import dev.ottla.testkit.internal.group.ConsumerGroup;

/** ConsumerGroupDescribe: KIP-848 groups with their members. */
@EventLoopConfined
final class ConsumerGroupDescribeHandler
        implements ApiHandler<ConsumerGroupDescribeRequest, ConsumerGroupDescribeResponse> {
    private final ClusterModel model;

    ConsumerGroupDescribeHandler(ClusterModel model) {
        this.model = model;
    }

    @Override
    public void handle(ConsumerGroupDescribeRequest request, Call<ConsumerGroupDescribeResponse> call) {
        call.reply(new ConsumerGroupDescribeResponse(
                0,
                request.groupIds().stream()
                        .map(groupId -> describe(groupId, request, call))
                        .toList()));
    }

    private DescribedGroup describe(
            String groupId, ConsumerGroupDescribeRequest request, Call<ConsumerGroupDescribeResponse> call) {
        DescribedGroup.Builder description = DescribedGroup.builder().groupId(groupId);
        ErrorCode error = GroupCheck.check(model, call, groupId);
        if (error != ErrorCode.NONE) {
            return description.errorCode(error.code()).build();
        }
        ConsumerGroup group = model.groups().findConsumer(groupId);
        if (group == null) {
            boolean isClassic = model.groups().find(groupId) != null;
            return description
                    .errorCode(ErrorCode.GROUP_ID_NOT_FOUND.code())
                    .errorMessage("Group " + groupId + (isClassic ? " is not a consumer group." : " not found."))
                    .build();
        }
        if (request.includeAuthorizedOperations()) {
            description.authorizedOperations(AuthorizedOperations.GROUP);
        }
        return group.describe(description).build();
    }
}
