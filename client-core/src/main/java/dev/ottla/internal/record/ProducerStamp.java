package dev.ottla.internal.record;

import dev.ottla.internal.concurrent.Immutable;

/**
 * What the broker tells duplicates by: the producer's identity and the sequence number of a batch's first record. Given
 * to a batch before it is first sent, and again when the producer's epoch is bumped.
 */
@Immutable
public record ProducerStamp(long producerId, short producerEpoch, int baseSequence, boolean transactional) {

    /** A batch of a producer without idempotence. */
    public static final ProducerStamp NONE = new ProducerStamp(-1, (short) -1, -1, false);
}
