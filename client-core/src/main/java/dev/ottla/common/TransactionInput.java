package dev.ottla.common;

import java.time.Duration;

/**
 * Where records come from that are processed in transactions: what a transactional producer needs of a consumer, so that
 * neither depends on the other. Implemented by consumers.
 *
 * @param <B> what one read returns
 */
public interface TransactionInput<B extends InputBatch> {

    /** Reads on; returns an empty batch if there is nothing within the timeout. */
    B poll(Duration timeout);

    /**
     * Goes back to where the group's committed offsets are, because the transaction that was to commit this batch was aborted:
     * a consumer does not do so by itself. Partitions that are not read any more are left out.
     */
    void rewind(B batch);
}
