package dev.ottla.producer.internal;

import dev.ottla.errors.KafkaException;
import dev.ottla.internal.concurrent.Immutable;
import java.util.SortedMap;

/** What becomes of a batch after one attempt; decided by {@link DeliveryPolicy}. */
@Immutable
sealed interface Verdict {

    /** How a batch ends. */
    sealed interface Final extends Verdict {}

    /** It is written. */
    record Acked(long baseOffset, long logAppendTimeMs) implements Final {}

    /** It has failed for good; the cause tells whether it was rejected or its outcome is unknown. */
    record Failed(KafkaException cause) implements Final {}

    /**
     * It is sent again, the same bytes, before anything that follows it.
     *
     * @param isInDoubt whether this attempt may have been written all the same
     */
    record Retry(KafkaException cause, boolean refreshMetadata, boolean isInDoubt) implements Verdict {}

    /**
     * It is not written, and goes on as several batches, each in the place that its records had.
     *
     * @param cause what the leader has said of the whole
     * @param wrong why records failed, by their index; if there are none, the batch was too large
     */
    record Divided(KafkaException cause, SortedMap<Integer, KafkaException> wrong) implements Verdict {}

    /**
     * It is not written, because the leader expects another sequence number.
     *
     * @param isIdentityUseless whether the leader does not take the producer id or epoch at all
     */
    record OutOfSequence(KafkaException cause, boolean isIdentityUseless) implements Verdict {}
}
