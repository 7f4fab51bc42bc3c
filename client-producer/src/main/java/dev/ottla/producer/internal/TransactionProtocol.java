package dev.ottla.producer.internal;

import dev.ottla.internal.concurrent.Immutable;

/** How the batches of a producer take part in transactions; decides which versions of Produce can be used. */
@Immutable
public enum TransactionProtocol {
    /** There are no transactions. */
    NONE(0, Short.MAX_VALUE),
    /** Partitions are added to a transaction before they are sent to (KIP-98). */
    V1(3, 11),
    /** What is produced adds its partition, and every transaction has an epoch of its own (KIP-890). */
    V2(12, Short.MAX_VALUE);

    private final short lowestProduceVersion;
    private final short highestProduceVersion;

    TransactionProtocol(int lowestProduceVersion, int highestProduceVersion) {
        this.lowestProduceVersion = (short) lowestProduceVersion;
        this.highestProduceVersion = (short) highestProduceVersion;
    }

    short lowestProduceVersion() {
        return lowestProduceVersion;
    }

    short highestProduceVersion() {
        return highestProduceVersion;
    }
}
