package dev.ottla.consumer;

/** Which records of a partition must be worked on one after the other. Different partitions are always independent. */
public enum Ordering {
    /** All of them: one record of a partition at a time. */
    PARTITION,

    /** Those with the same key, byte for byte. Records without a key are independent of each other and of all others. */
    KEY,

    /** None: any number at a time, in any order. */
    UNORDERED
}
