package dev.ottla.producer.internal;

import dev.ottla.internal.concurrent.Immutable;
import org.jspecify.annotations.Nullable;

/**
 * Who a producer is to the brokers, as the cluster has told it: its id, and the epoch that it begins with.
 *
 * @param transactionalId null without transactions
 */
@Immutable
public record ProducerIdentity(
        long producerId, short epoch, @Nullable String transactionalId, TransactionProtocol protocol) {

    /** That of a producer without transactions. */
    ProducerIdentity(long producerId, short epoch) {
        this(producerId, epoch, null, TransactionProtocol.NONE);
    }

    /** The same, in transactions of this protocol. */
    public ProducerIdentity speaking(TransactionProtocol newProtocol) {
        return new ProducerIdentity(producerId, epoch, transactionalId, newProtocol);
    }
}
