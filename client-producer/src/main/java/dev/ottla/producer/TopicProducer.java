package dev.ottla.producer;

import dev.ottla.errors.KafkaException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One topic of a {@link Producer}: serializers, partitioner and queues are looked up once, and a send needs no
 * {@link ProducerRecord}. Its records have no headers, and the time of the send; whatever else a record may have, send it
 * through the producer. Both ways can be mixed: records of one thread to one partition keep their order.
 *
 * <pre>{@code
 * TopicProducer<String, Order> orders = producer.topic("orders");
 * orders.send(order.id(), order, callback);
 * }</pre>
 *
 * <p>Thread-safe. Valid until the producer is closed; there is nothing to be closed here.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
public interface TopicProducer<K, V> {

    /** The name of the topic. */
    String topic();

    /**
     * As {@link Producer#send(ProducerRecord)}.
     *
     * @param key null for none
     * @param value null for a tombstone
     */
    CompletableFuture<RecordMetadata> send(@Nullable K key, @Nullable V value);

    /**
     * As {@link Producer#send(ProducerRecord, SendCallback)}. Allocates as little per record.
     *
     * @param key null for none
     * @param value null for a tombstone
     */
    void send(@Nullable K key, @Nullable V value, SendCallback callback);

    /**
     * As {@link Producer#sendSync}.
     *
     * @param key null for none
     * @param value null for a tombstone
     * @throws KafkaException if it failed
     */
    RecordMetadata sendSync(@Nullable K key, @Nullable V value);

    /**
     * As {@link Producer#sendAndForget}.
     *
     * @param key null for none
     * @param value null for a tombstone
     */
    void sendAndForget(@Nullable K key, @Nullable V value);
}
