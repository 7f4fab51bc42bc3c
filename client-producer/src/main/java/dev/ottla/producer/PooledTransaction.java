package dev.ottla.producer;

import dev.ottla.common.GroupMetadata;
import dev.ottla.common.OffsetAndMetadata;
import dev.ottla.common.TopicPartition;
import dev.ottla.errors.KafkaException;
import dev.ottla.internal.cluster.ClusterFailures;
import dev.ottla.internal.concurrent.Copies;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.producer.internal.txn.LiveTransaction;
import dev.ottla.producer.internal.txn.TransactionSession;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A transaction with an id of a {@link TransactionPool}: hands over to the home loop, where the {@link TransactionSession} is. */
final class PooledTransaction<K, V> implements Transaction<K, V> {
    private final EventLoop loop;
    private final BlockingCalls blocking;
    private final RecordProducer<K, V> producer;
    private final TransactionSession session;
    private final LiveTransaction live;

    PooledTransaction(EventLoop loop, BlockingCalls blocking, TransactionPool.Lease<K, V> lease) {
        this.loop = loop;
        this.blocking = blocking;
        this.producer = lease.slot().producer();
        this.session = lease.slot().session();
        this.live = lease.live();
    }

    @Override
    public CompletableFuture<RecordMetadata> send(ProducerRecord<K, V> record) {
        enter();
        try {
            return producer.send(record);
        } finally {
            exit();
        }
    }

    @Override
    public void sendAndForget(ProducerRecord<K, V> record) {
        enter();
        try {
            producer.sendAndForget(record);
        } finally {
            exit();
        }
    }

    @Override
    public TopicProducer<K, V> topic(String topic) {
        return new TransactionTopic<>(this, producer.topic(topic));
    }

    @Override
    public void send(ProducerRecord<K, V> record, SendCallback callback) {
        Objects.requireNonNull(callback, "callback");
        enter();
        try {
            producer.send(record, callback);
        } finally {
            exit();
        }
    }

    /** What follows is sent in this transaction, until {@link #exit}. */
    void enter() {
        if (!live.tryEnter()) {
            throw new IllegalStateException("Nothing can be sent in the transaction any more: it is " + status() + ".");
        }
    }

    void exit() {
        live.exit();
    }

    RecordMetadata awaitSent(Supplier<CompletableFuture<RecordMetadata>> send) {
        blocking.refuseOnEventLoop("sendSync");
        return blocking.await(send.get(), "the record to be acknowledged");
    }

    @Override
    public void sendOffsets(Map<TopicPartition, OffsetAndMetadata> offsets, GroupMetadata group) {
        blocking.refuseOnEventLoop("sendOffsets");
        blocking.await(sendOffsetsAsync(offsets, group), "the offsets to be taken");
    }

    @Override
    public CompletableFuture<Void> sendOffsetsAsync(
            Map<TopicPartition, OffsetAndMetadata> offsets, GroupMetadata group) {
        Map<TopicPartition, OffsetAndMetadata> copy = Copies.of(offsets);
        Objects.requireNonNull(group, "group");
        return onLoop(open -> session.sendOffsets(open, copy, group));
    }

    private CompletableFuture<Void> onLoop(Function<LiveTransaction, CompletableFuture<@Nullable Void>> task) {
        CompletableFuture<Void> result = new CompletableFuture<>();
        loop.execute(() -> task.apply(live).whenComplete((done, failure) -> {
            if (failure instanceof IllegalStateException) {
                result.completeExceptionally(failure);
            } else if (failure != null) {
                result.completeExceptionally(ClusterFailures.of(failure));
            } else {
                result.complete(null);
            }
        }));
        return result;
    }

    @Override
    public void commit() {
        blocking.refuseOnEventLoop("commit");
        blocking.await(commitAsync(), "the transaction to be committed");
    }

    @Override
    public CompletableFuture<Void> commitAsync() {
        return onLoop(session::commit);
    }

    @Override
    public void abort() {
        blocking.refuseOnEventLoop("abort");
        blocking.await(abortAsync(), "the transaction to be aborted");
    }

    @Override
    public CompletableFuture<Void> abortAsync() {
        return onLoop(session::abort);
    }

    @Override
    public TransactionStatus status() {
        return TransactionStatus.valueOf(live.status().name());
    }

    @Override
    public Optional<KafkaException> failure() {
        return Optional.ofNullable(live.failure());
    }

    @Override
    public void close() {
        TransactionStatus last = status();
        CompletableFuture<Void> left = onLoop(session::leave);
        boolean isAborted = last == TransactionStatus.OPEN || last == TransactionStatus.MUST_ABORT;
        if (isAborted && !blocking.isOnEventLoop()) {
            blocking.awaitQuietly(left);
        }
    }

    @Override
    public String toString() {
        return "Transaction[" + status() + "]";
    }
}
