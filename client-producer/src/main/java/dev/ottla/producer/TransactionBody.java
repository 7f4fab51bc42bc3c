package dev.ottla.producer;

/**
 * What happens in a transaction.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 * @param <T> what it results in
 * @param <E> what it throws
 */
@FunctionalInterface
public interface TransactionBody<K, V, T, E extends Exception> {

    /** Sends. What it throws aborts the transaction. */
    T run(Transaction<K, V> transaction) throws E;
}
