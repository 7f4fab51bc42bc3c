package dev.ottla.producer;

import dev.ottla.errors.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Hears how a record ended; called exactly once, on one of the client's event loops, in the order of the sends to one
 * partition. It must be quick and must not block: meanwhile nothing else happens on that connection. It may send. The same
 * instance may be given for any number of records, which costs nothing per record; it must then be thread-safe.
 */
@FunctionalInterface
public interface SendCallback {

    /**
     * The record was acknowledged or has failed: exactly one of the arguments is null. An exception thrown from here is logged
     * and has no other effect.
     *
     * @param metadata where the record is, or null if it failed
     * @param error why it failed, or null; {@link KafkaException#outcome()} tells whether it may be in the log all the same
     */
    void onCompletion(@Nullable RecordMetadata metadata, @Nullable KafkaException error);
}
