package dev.ottla.producer;

import dev.ottla.internal.cluster.Cluster;
import dev.ottla.producer.internal.SendingOptions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one kind of transactional producer: its transactions take their ids from a {@link TransactionPool}. */
final class PooledTransactionalProducer<K, V> implements TransactionalProducer<K, V> {
    private static final Logger LOG = LoggerFactory.getLogger(PooledTransactionalProducer.class);

    /** How much longer than its timeout a close waits for the loop to carry it out. */
    private static final long CLOSE_GRACE_NANOS = Duration.ofMillis(400).toNanos();

    private final Cluster cluster;
    private final Duration maxBlock;
    private final BlockingCalls blocking;
    private final TransactionPool<K, V> pool;

    PooledTransactionalProducer(ProducerSetup<K, V> setup, int concurrentMax) {
        this.cluster = setup.cluster();
        this.maxBlock = setup.options().maxBlock();
        this.blocking = new BlockingCalls(cluster.runtime());
        this.pool = new TransactionPool<>(setup, concurrentMax);
    }

    @Override
    public Transaction<K, V> begin() {
        blocking.refuseOnEventLoop("begin");
        return blocking.await(beginAsync(), "the transaction to begin");
    }

    @Override
    public CompletableFuture<Transaction<K, V>> beginAsync() {
        return pool.begin().thenApply(lease -> new PooledTransaction<>(cluster.homeLoop(), blocking, lease));
    }

    @Override
    public <T, E extends Exception> T inTransaction(TransactionBody<K, V, T, E> body) throws E {
        try (Transaction<K, V> transaction = begin()) {
            T result = body.run(transaction);
            transaction.commit();
            return result;
        }
    }

    @Override
    public <T> CompletableFuture<T> inTransactionAsync(Function<Transaction<K, V>, CompletableFuture<T>> body) {
        return beginAsync().thenCompose(transaction -> {
            CompletableFuture<T> committed = run(body, transaction)
                    .thenCompose(result -> transaction.commitAsync().thenApply(done -> result));
            return committed
                    .handle((result, failure) -> failure == null ? committed : leave(transaction, committed))
                    .thenCompose(Function.identity());
        });
    }

    private static <K, V, T> CompletableFuture<T> run(
            Function<Transaction<K, V>, CompletableFuture<T>> body, Transaction<K, V> transaction) {
        try {
            return body.apply(transaction);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static <T> CompletableFuture<T> leave(Transaction<?, ?> transaction, CompletableFuture<T> failed) {
        TransactionStatus status = transaction.status();
        if (status != TransactionStatus.OPEN && status != TransactionStatus.MUST_ABORT) {
            transaction.close();
            return failed;
        }
        return transaction
                .abortAsync()
                .handle((aborted, notAborted) -> notAborted)
                .thenCompose(notAborted -> {
                    if (notAborted != null) {
                        transaction.close();
                    }
                    return failed;
                });
    }

    @Override
    public void close() {
        close(maxBlock);
    }

    @Override
    public void close(Duration timeout) {
        long timeoutNanos = Math.min(SendingOptions.nanos(timeout), Long.MAX_VALUE - CLOSE_GRACE_NANOS);
        CompletableFuture<Void> closed = pool.close(timeoutNanos);
        if (blocking.isOnEventLoop()) {
            return;
        }
        try {
            cluster.runtime().await(closed, timeoutNanos + CLOSE_GRACE_NANOS);
        } catch (InterruptedException e) {
            // The closing goes on without the caller, who has other things to do.
            Thread.currentThread().interrupt();
        } catch (TimeoutException | ExecutionException e) {
            LOG.warn(
                    "[{}] The transactional producer could not be closed in time",
                    cluster.options().clientId(),
                    e);
        }
    }
}
