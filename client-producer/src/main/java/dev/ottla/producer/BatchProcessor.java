package dev.ottla.producer;

/**
 * What is done with a batch of input in a transaction.
 *
 * @param <B> the input
 * @param <K> the type of the keys that are sent
 * @param <V> the type of the values that are sent
 * @param <E> what it throws
 */
@FunctionalInterface
public interface BatchProcessor<B, K, V, E extends Exception> {

    /**
     * Sends what follows from the batch. Runs again for the same records if the transaction is aborted; what it throws aborts
     * it.
     */
    void process(B batch, Transaction<K, V> transaction) throws E;
}
