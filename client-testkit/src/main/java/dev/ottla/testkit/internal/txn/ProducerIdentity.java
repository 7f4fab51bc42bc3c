package dev.ottla.testkit.internal.txn;

import dev.ottla.internal.concurrent.Immutable;

/** Who a producer is to the brokers: its id, and the epoch that fences older instances of it; -1 for none. */
@Immutable
public record ProducerIdentity(long producerId, short epoch) {
    /** A producer that has no identity yet, or does not say. */
    public static final ProducerIdentity NONE = new ProducerIdentity(-1, (short) -1);

    /** From this epoch on a transactional id gets another producer id, so that an abort can still count one up. */
    private static final short EXHAUSTED = Short.MAX_VALUE - 1;

    boolean isExhausted() {
        return epoch >= EXHAUSTED;
    }

    ProducerIdentity next() {
        return new ProducerIdentity(producerId, (short) (epoch + 1));
    }
}
