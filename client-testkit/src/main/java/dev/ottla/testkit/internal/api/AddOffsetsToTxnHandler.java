package dev.ottla.testkit.internal.api;

import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.message.AddOffsetsToTxnRequest;
import dev.ottla.internal.protocol.message.AddOffsetsToTxnResponse;
import dev.ottla.testkit.internal.txn.ProducerIdentity;
import java.util.List;

/** AddOffsetsToTxn: a producer names the group whose offsets its transaction will commit. */
@EventLoopConfined
final class AddOffsetsToTxnHandler implements ApiHandler<AddOffsetsToTxnRequest, AddOffsetsToTxnResponse> {
    private static final short FIRST_VERSION_WITH_FENCING = 2;

    private final ClusterModel model;

    AddOffsetsToTxnHandler(ClusterModel model) {
        this.model = model;
    }

    @Override
    public void handle(AddOffsetsToTxnRequest request, Call<AddOffsetsToTxnResponse> call) {
        ErrorCode error = TransactionCheck.checkCoordinator(model, call, request.transactionalId());
        if (error == ErrorCode.NONE) {
            error = model.transactions()
                    .add(
                            request.transactionalId(),
                            new ProducerIdentity(request.producerId(), request.producerEpoch()),
                            List.of(),
                            request.groupId());
        }
        error = TransactionCheck.fencedAs(error, call.version() >= FIRST_VERSION_WITH_FENCING);
        call.reply(new AddOffsetsToTxnResponse(0, error.code()));
    }
}
