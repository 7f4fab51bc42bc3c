package dev.ottla.testkit.internal.api;

import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.message.InitProducerIdRequest;
import dev.ottla.internal.protocol.message.InitProducerIdResponse;

/** InitProducerId: a new identity for an idempotent producer, or the next one of a transactional id. */
@EventLoopConfined
final class InitProducerIdHandler implements ApiHandler<InitProducerIdRequest, InitProducerIdResponse> {
    private final ClusterModel model;

    InitProducerIdHandler(ClusterModel model) {
        this.model = model;
    }

    @Override
    public void handle(InitProducerIdRequest request, Call<InitProducerIdResponse> call) {
        if (call.wantedError() != ErrorCode.NONE) {
            call.reply(refusal(call.wantedError()));
        } else {
            call.reply(InitProducerIdResponse.builder()
                    .producerId(model.nextProducerId())
                    .producerEpoch((short) 0)
                    .build());
        }
    }

    private static InitProducerIdResponse refusal(ErrorCode error) {
        return InitProducerIdResponse.builder()
                .errorCode(error.code())
                .producerId(-1)
                .producerEpoch((short) -1)
                .build();
    }
}
