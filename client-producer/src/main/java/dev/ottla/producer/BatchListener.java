package dev.ottla.producer;

/**
 * Hears how each batch ended, after its records were told one by one: what counts records or bytes need not be called for each
 * of them. A record that failed before it was in a batch is not heard of here. Called on one of the client's event loops, in
 * the order of the batches of one partition. It must be quick, must not block, and must be thread-safe. What it throws is
 * logged and has no other effect.
 */
@FunctionalInterface
public interface BatchListener {

    /** A batch was acknowledged or has failed. */
    void onBatch(BatchResult result);
}
