package dev.ottla.producer;

import dev.ottla.common.InputBatch;
import dev.ottla.common.TransactionInput;
import dev.ottla.errors.KafkaException;
import dev.ottla.internal.cluster.Cluster;
import dev.ottla.producer.internal.SendingOptions;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

/** The one kind of transactional producer: its transactions take their ids from a {@link TransactionPool}. */
final class PooledTransactionalProducer<K, V> implements TransactionalProducer<K, V> {
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
        CompletableFuture<Transaction<K, V>> begun = beginAsync();
        try {
            return blocking.await(begun, "the transaction to begin");
        } catch (KafkaException e) {
            // Nobody would end it if it began after all.
            if (!begun.cancel(false)) {
                begun.thenAccept(Transaction::close);
            }
            throw e;
        }
    }

    @Override
    public CompletableFuture<Transaction<K, V>> beginAsync() {
        CompletableFuture<Transaction<K, V>> begun = new CompletableFuture<>();
        asItFailed(pool.begin()).whenComplete((lease, failure) -> {
            if (failure != null) {
                begun.completeExceptionally(failure);
                return;
            }
            Transaction<K, V> transaction = new PooledTransaction<>(cluster.homeLoop(), blocking, lease);
            if (!begun.complete(transaction)) {
                // Who asked for it has cancelled; on the loop this does not wait.
                transaction.close();
            }
        });
        return begun;
    }

    /** The same, with failures as they are and not wrapped as those of dependent stages. */
    private static <T> CompletableFuture<T> asItFailed(CompletableFuture<? extends T> stage) {
        CompletableFuture<T> result = new CompletableFuture<>();
        stage.whenComplete((value, failure) -> {
            if (failure == null) {
                result.complete(value);
            } else {
                result.completeExceptionally(
                        failure instanceof CompletionException && failure.getCause() != null
                                ? failure.getCause()
                                : failure);
            }
        });
        return result;
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
        return asItFailed(beginAsync().thenCompose(transaction -> {
            CompletableFuture<T> committed = run(body, transaction)
                    .thenCompose(result -> transaction.commitAsync().thenApply(done -> result));
            return committed
                    .handle((result, failure) -> failure == null ? committed : leave(transaction, committed))
                    .thenCompose(Function.identity());
        }));
    }

    private static <K, V, T> CompletableFuture<T> run(
            Function<Transaction<K, V>, CompletableFuture<T>> body, Transaction<K, V> transaction) {
        try {
            return Objects.requireNonNull(body.apply(transaction), "the future of the body");
        } catch (RuntimeException | Error e) {
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
    public <B extends InputBatch, E extends Exception> ReadProcessWrite<B, E> readProcessWrite(
            TransactionInput<B> input, BatchProcessor<B, K, V, E> processor) {
        Objects.requireNonNull(processor, "processor");
        return new ReadProcessWrite<>(Objects.requireNonNull(input, "input"), batch -> process(batch, processor));
    }

    private <B, E extends Exception> Transaction<K, V> process(B batch, BatchProcessor<B, K, V, E> processor) throws E {
        Transaction<K, V> transaction = begin();
        boolean isProcessed = false;
        try {
            processor.process(batch, transaction);
            isProcessed = true;
            return transaction;
        } finally {
            if (!isProcessed) {
                transaction.close();
            }
        }
    }

    @Override
    public void close() {
        close(maxBlock);
    }

    @Override
    public void close(Duration timeout) {
        blocking.close(
                pool::close,
                SendingOptions.nanos(timeout),
                "transactional producer",
                cluster.options().clientId());
    }
}
