package dev.ottla.testkit.internal.api;

import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.message.InitProducerIdRequest;
import dev.ottla.internal.protocol.message.InitProducerIdResponse;
import dev.ottla.testkit.internal.txn.Ending;
import dev.ottla.testkit.internal.txn.ProducerIdentity;

/** InitProducerId: a new identity for an idempotent producer, or the next one of a transactional id. */
@EventLoopConfined
final class InitProducerIdHandler implements ApiHandler<InitProducerIdRequest, InitProducerIdResponse> {
    private static final short FIRST_VERSION_WITH_FENCING = 4;

    private final ClusterModel model;

    InitProducerIdHandler(ClusterModel model) {
        this.model = model;
    }

    @Override
    public void handle(InitProducerIdRequest request, Call<InitProducerIdResponse> call) {
        String transactionalId = request.transactionalId();
        if (transactionalId == null) {
            call.reply(
                    call.wantedError() == ErrorCode.NONE
                            ? granted(new ProducerIdentity(model.nextProducerId(), (short) 0))
                            : refusal(call.wantedError()));
            return;
        }
        ErrorCode error = TransactionCheck.checkCoordinator(model, call, transactionalId);
        if (error != ErrorCode.NONE) {
            call.reply(refusal(error));
            return;
        }
        ProducerIdentity expected = new ProducerIdentity(request.producerId(), request.producerEpoch());
        if ((expected.producerId() < 0) != (expected.epoch() < 0)) {
            call.reply(refusal(ErrorCode.INVALID_REQUEST));
            return;
        }
        Ending ending = model.transactions().init(transactionalId, request.transactionTimeoutMs(), expected);
        call.reply(answer(ending, call.version()));
    }

    private static InitProducerIdResponse answer(Ending ending, short version) {
        if (ending instanceof Ending.Settled settled) {
            return granted(settled.identity());
        }
        ErrorCode error =
                ending instanceof Ending.Refused refused ? refused.error() : ErrorCode.CONCURRENT_TRANSACTIONS;
        return refusal(TransactionCheck.fencedAs(error, version >= FIRST_VERSION_WITH_FENCING));
    }

    private static InitProducerIdResponse granted(ProducerIdentity identity) {
        return InitProducerIdResponse.builder()
                .producerId(identity.producerId())
                .producerEpoch(identity.epoch())
                .build();
    }

    private static InitProducerIdResponse refusal(ErrorCode error) {
        return InitProducerIdResponse.builder()
                .errorCode(error.code())
                .producerId(-1)
                .producerEpoch((short) -1)
                .build();
    }
}
