package dev.ottla.producer;

import dev.ottla.errors.KafkaException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** One {@link Producer#sendAll}: gathers the results of its records, which complete on several loops. Thread-safe. */
final class SendAll<K, V> {
    private final List<ProducerRecord<K, V>> records;
    private final AtomicReferenceArray<@Nullable SendResult<K, V>> ended;
    private final AtomicInteger outstanding;
    private final CompletableFuture<List<SendResult<K, V>>> results = new CompletableFuture<>();

    SendAll(List<ProducerRecord<K, V>> records) {
        this.records = records;
        this.ended = new AtomicReferenceArray<>(records.size());
        this.outstanding = new AtomicInteger(records.size());
    }

    CompletableFuture<List<SendResult<K, V>>> results() {
        return results;
    }

    /** Sends all; when the producer is closed meanwhile, the rest fails. */
    void sendWith(Producer<K, V> producer) {
        if (records.isEmpty()) {
            results.complete(List.of());
        }
        for (int i = 0; i < records.size(); i++) {
            int index = i;
            try {
                producer.send(records.get(index), (metadata, error) -> onEnded(index, metadata, error));
            } catch (KafkaException closed) {
                if (index == 0) {
                    throw closed;
                }
                onEnded(index, null, closed);
            }
        }
    }

    private void onEnded(int index, @Nullable RecordMetadata metadata, @Nullable KafkaException error) {
        ended.set(index, new SendResult<>(records.get(index), metadata, error));
        if (outstanding.decrementAndGet() == 0) {
            List<SendResult<K, V>> all = new ArrayList<>(records.size());
            for (int i = 0; i < records.size(); i++) {
                all.add(Objects.requireNonNull(ended.get(i)));
            }
            results.complete(List.copyOf(all));
        }
    }
}
