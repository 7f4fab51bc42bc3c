package dev.ottla.testkit.internal.api;

import dev.ottla.common.TopicPartition;
import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.testkit.internal.api.Coordinators.Kind;
import dev.ottla.testkit.internal.txn.ProducerIdentity;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a broker checks before it does anything for a transaction. */
@EventLoopConfined
final class TransactionCheck {
    private TransactionCheck() {}

    /** The error to refuse a request to the coordinator with; NONE to go on. */
    static ErrorCode checkCoordinator(ClusterModel model, Call<?> call, String transactionalId) {
        ErrorCode wanted = call.wantedError();
        return wanted == ErrorCode.NONE
                ? model.coordinators().check(Kind.TRANSACTION, transactionalId, call.nodeId())
                : wanted;
    }

    /** Old clients know no error for a fenced producer but that of its epoch (KIP-588). */
    static ErrorCode fencedAs(ErrorCode error, boolean knowsFencing) {
        return error == ErrorCode.PRODUCER_FENCED && !knowsFencing ? ErrorCode.INVALID_PRODUCER_EPOCH : error;
    }

    /** How the leader of a partition, or the coordinator of a group, sees to it that a write belongs to an open transaction. */
    enum Verification {
        /** KIP-890 part 1, for clients that do not know TRANSACTION_ABORTABLE. */
        REFUSE,
        /** KIP-890 part 1. */
        REFUSE_ABORTABLE,
        /** KIP-890 part 2: the write adds what it writes to. */
        ADD
    }

    /** Asks the transaction coordinator about a write to a partition or, if the partition is null, to a group's offsets. */
    static ErrorCode checkWrite(
            ClusterModel model,
            Verification verification,
            String transactionalId,
            ProducerIdentity producer,
            @Nullable TopicPartition partition,
            @Nullable String groupId) {
        List<TopicPartition> partitions = partition == null ? List.of() : List.of(partition);
        ErrorCode error = verification == Verification.ADD
                ? model.transactions().add(transactionalId, producer, partitions, groupId)
                : model.transactions().verify(transactionalId, producer, partitions, groupId);
        if (error == ErrorCode.TRANSACTION_ABORTABLE && verification == Verification.REFUSE) {
            return ErrorCode.INVALID_TXN_STATE;
        }
        if (error == ErrorCode.CONCURRENT_TRANSACTIONS && verification != Verification.ADD && partition != null) {
            return ErrorCode.NOT_ENOUGH_REPLICAS;
        }
        return fencedAs(error, false);
    }
}
