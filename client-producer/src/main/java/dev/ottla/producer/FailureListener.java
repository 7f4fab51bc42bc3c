package dev.ottla.producer;

import dev.ottla.errors.KafkaException;

/**
 * Hears of each record that was sent with {@link Producer#sendAndForget} and failed; called on one of the client's event loops.
 * It must be quick, must not block, and must be thread-safe. What it throws is logged and has no other effect.
 */
@FunctionalInterface
public interface FailureListener {

    /**
     * A record has failed.
     *
     * @param error why; it names the topic, and {@link KafkaException#outcome()} tells whether the record may be in the log
     *     all the same
     */
    void onFailure(KafkaException error);
}
