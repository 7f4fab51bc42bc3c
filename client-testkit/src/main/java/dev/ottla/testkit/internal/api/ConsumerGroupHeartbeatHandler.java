package dev.ottla.testkit.internal.api;

import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.message.ConsumerGroupHeartbeatRequest;
import dev.ottla.internal.protocol.message.ConsumerGroupHeartbeatResponse;
import dev.ottla.testkit.internal.group.Client;
import dev.ottla.testkit.internal.group.ConsumerGroup;
import dev.ottla.testkit.internal.group.HeartbeatRules;
import dev.ottla.testkit.internal.group.MemberRefusal;
import org.jspecify.annotations.Nullable;

/** ConsumerGroupHeartbeat: a member of a KIP-848 group joins, lives on, or leaves. */
@EventLoopConfined
final class ConsumerGroupHeartbeatHandler
        implements ApiHandler<ConsumerGroupHeartbeatRequest, ConsumerGroupHeartbeatResponse> {
    private final ClusterModel model;

    ConsumerGroupHeartbeatHandler(ClusterModel model) {
        this.model = model;
    }

    @Override
    public void handle(ConsumerGroupHeartbeatRequest request, Call<ConsumerGroupHeartbeatResponse> call) {
        ErrorCode error = GroupCheck.checkCoordinator(model, call, request.groupId());
        if (error != ErrorCode.NONE) {
            call.reply(ConsumerGroupHeartbeatResponse.builder()
                    .errorCode(error.code())
                    .build());
            return;
        }
        MemberRefusal refusal = HeartbeatRules.check(request, call.version());
        if (refusal != null) {
            call.reply(refusal.response());
            return;
        }
        ConsumerGroup group = group(request);
        call.reply(
                group == null
                        ? new MemberRefusal(
                                        ErrorCode.GROUP_ID_NOT_FOUND,
                                        "Consumer group " + request.groupId() + " not found.")
                                .response()
                        : group.heartbeat(
                                request,
                                new Client(call.clientId(), call.connection().clientHost())));
    }

    private @Nullable ConsumerGroup group(ConsumerGroupHeartbeatRequest request) {
        return request.memberEpoch() == 0
                ? model.groups().consumer(request.groupId())
                : model.groups().findConsumer(request.groupId());
    }
}
