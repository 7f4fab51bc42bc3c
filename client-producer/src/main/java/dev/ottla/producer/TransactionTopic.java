package dev.ottla.producer;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One topic of a {@link PooledTransaction}: hands over to the topic of its producer while the transaction lets it. Thread-safe. */
record TransactionTopic<K, V>(PooledTransaction<K, V> transaction, TopicProducer<K, V> records)
        implements TopicProducer<K, V> {

    @Override
    public String topic() {
        return records.topic();
    }

    @Override
    public CompletableFuture<RecordMetadata> send(@Nullable K key, @Nullable V value) {
        transaction.enter();
        try {
            return records.send(key, value);
        } finally {
            transaction.exit();
        }
    }

    @Override
    public void send(@Nullable K key, @Nullable V value, SendCallback callback) {
        transaction.enter();
        try {
            records.send(key, value, callback);
        } finally {
            transaction.exit();
        }
    }

    /** Waits outside of the transaction, which can be ended meanwhile. */
    @Override
    public RecordMetadata sendSync(@Nullable K key, @Nullable V value) {
        return transaction.awaitSent(() -> send(key, value));
    }

    @Override
    public void sendAndForget(@Nullable K key, @Nullable V value) {
        transaction.enter();
        try {
            records.sendAndForget(key, value);
        } finally {
            transaction.exit();
        }
    }
}
