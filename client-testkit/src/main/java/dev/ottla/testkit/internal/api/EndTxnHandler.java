package dev.ottla.testkit.internal.api;

import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.message.EndTxnRequest;
import dev.ottla.internal.protocol.message.EndTxnResponse;
import dev.ottla.testkit.internal.txn.Ending;
import dev.ottla.testkit.internal.txn.ProducerIdentity;

/** EndTxn: commits or aborts a transaction; the answer comes when that is decided, before the markers are written. */
@EventLoopConfined
final class EndTxnHandler implements ApiHandler<EndTxnRequest, EndTxnResponse> {
    private static final short FIRST_VERSION_WITH_FENCING = 2;

    /** KIP-890: from here on the producer goes on with another epoch. */
    private static final short FIRST_VERSION_WITH_EPOCH_BUMP = 5;

    private final ClusterModel model;

    EndTxnHandler(ClusterModel model) {
        this.model = model;
    }

    @Override
    public void handle(EndTxnRequest request, Call<EndTxnResponse> call) {
        ErrorCode error = TransactionCheck.checkCoordinator(model, call, request.transactionalId());
        if (error != ErrorCode.NONE) {
            call.reply(refusal(error, call.version()));
            return;
        }
        boolean bumpsEpoch = call.version() >= FIRST_VERSION_WITH_EPOCH_BUMP;
        Ending ending = model.transactions()
                .end(
                        request.transactionalId(),
                        new ProducerIdentity(request.producerId(), request.producerEpoch()),
                        request.committed(),
                        bumpsEpoch);
        if (ending instanceof Ending.Refused refused) {
            call.reply(refusal(refused.error(), call.version()));
        } else {
            ProducerIdentity next = bumpsEpoch ? identity(ending) : ProducerIdentity.NONE;
            call.reply(new EndTxnResponse(0, ErrorCode.NONE.code(), next.producerId(), next.epoch()));
        }
    }

    private static ProducerIdentity identity(Ending ending) {
        if (ending instanceof Ending.Decided decided) {
            return decided.identity();
        }
        return ending instanceof Ending.Settled settled ? settled.identity() : ProducerIdentity.NONE;
    }

    private static EndTxnResponse refusal(ErrorCode error, short version) {
        ErrorCode shown = TransactionCheck.fencedAs(error, version >= FIRST_VERSION_WITH_FENCING);
        return new EndTxnResponse(0, shown.code(), -1, (short) -1);
    }
}
