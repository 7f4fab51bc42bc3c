package dev.ottla.producer;

import dev.ottla.common.InputBatch;
import dev.ottla.common.TransactionInput;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Sends records in transactions. Made by {@link ProducerBuilder#buildTransactional}.
 *
 * <pre>{@code
 * try (TransactionalProducer<String, String> producer = Producer.builder(kafka)
 *         .transactionalId("transfers")
 *         .keySerializer(Serializers.utf8())
 *         .valueSerializer(Serializers.utf8())
 *         .buildTransactional()) {
 *     producer.inTransaction(tx -> {
 *         tx.send(ProducerRecord.of("debits", "alice", "-10"));
 *         tx.send(ProducerRecord.of("credits", "bob", "+10"));
 *         return null;
 *     });
 * }
 * }</pre>
 *
 * <p>Several transactions can be open at once, as many as {@link ProducerBuilder#concurrentTransactions} allows; each has a
 * transactional id of its own, which is taken from a pool when it begins and given back at its end. Transactions of one
 * producer are independent of each other.
 *
 * <p>A producer that begins its first transaction takes over all its transactional ids: an older producer with the same ids is
 * fenced, and what it has open is aborted. One that is fenced under one of its ids is over as a whole, because whoever takes
 * over one takes over all: it throws a {@link dev.ottla.errors.ProducerFencedException} from then on. Brokers say the same of a
 * transaction that was open for longer than {@code transaction.timeout.ms}, so that ends the producer too.
 *
 * <p>Thread-safe. Futures complete on the client's event loops: what runs there must not block.
 *
 * <p>Not meant to be implemented outside of tests: methods may be added.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
public interface TransactionalProducer<K, V> extends AutoCloseable {

    /**
     * Begins a transaction. Blocks while as many as allowed are open, and, with the first one, until the coordinators have
     * given the producer all its ids; each at most {@code max.block.ms}.
     *
     * @throws dev.ottla.errors.RequestTimeoutException if it could not begin in time
     * @throws dev.ottla.errors.ProducerFencedException if another producer has taken over
     * @throws dev.ottla.errors.AuthorizationException if the transactional id may not be used
     * @throws dev.ottla.errors.ClosedException if the producer is closed
     * @throws IllegalStateException if called on an event loop
     */
    Transaction<K, V> begin();

    /** As {@link #begin}, without blocking; completes on an event loop. */
    CompletableFuture<Transaction<K, V>> beginAsync();

    /**
     * Runs the body in a transaction and commits it; aborts it if the body throws, or if something that was sent failed. The
     * body is run once. Blocks as {@link #begin}, {@link Transaction#commit} and {@link Transaction#abort} do.
     *
     * @return what the body returned
     * @throws E what the body threw
     * @throws dev.ottla.errors.AbortableException if something that was sent failed; nothing was committed
     * @throws dev.ottla.errors.RequestTimeoutException with outcome UNKNOWN if it is not known whether it is committed
     * @throws dev.ottla.errors.ProducerFencedException if another producer has taken over
     */
    <T, E extends Exception> T inTransaction(TransactionBody<K, V, T, E> body) throws E;

    /**
     * As {@link #inTransaction}, without blocking: the transaction is committed when the future that the body returns
     * completes, or aborted when it fails. The body runs on an event loop.
     */
    <T> CompletableFuture<T> inTransactionAsync(Function<Transaction<K, V>, CompletableFuture<T>> body);

    /**
     * A loop that reads batches, processes each in a transaction, and commits their offsets with it. The consumer must be in a
     * group, must not commit by itself ({@code enable.auto.commit=false}), and should read committed records only.
     *
     * <pre>{@code
     * var loop = producer.readProcessWrite(consumer, (records, tx) -> {
     *     for (ConsumerRecord<String, String> record : records) {
     *         tx.send(ProducerRecord.of("totals", record.key(), total(record)));
     *     }
     * });
     * while (running) {
     *     loop.next(Duration.ofSeconds(1));
     * }
     * }</pre>
     *
     * @param input a consumer
     */
    <B extends InputBatch, E extends Exception> ReadProcessWrite<B, E> readProcessWrite(
            TransactionInput<B> input, BatchProcessor<B, K, V, E> processor);

    /** As {@link #close(Duration)} with {@code max.block.ms}. */
    @Override
    void close();

    /**
     * Aborts the transactions that are open, waits for those that are just being ended, asks once more about those whose commit
     * is unknown, and blocks until that is done or the time is up. Called on an event loop it does not wait. The client stays
     * open.
     */
    void close(Duration timeout);
}
