package dev.ottla.producer;

import dev.ottla.KafkaClient;
import dev.ottla.errors.KafkaException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Sends records. Step 1 of sending. One producer serves any number of threads and topics; records of one thread to one
 * partition keep their order, also over retries.
 *
 * <pre>{@code
 * try (Producer<String, Order> producer = Producer.builder(kafka)
 *         .keySerializer(Serializers.utf8())
 *         .valueSerializer(orders)
 *         .build()) {
 *     RecordMetadata where = producer.sendSync(ProducerRecord.of("orders", order.id(), order));
 * }
 * }</pre>
 *
 * <p>A record is retried within {@code delivery.timeout.ms} and then ends in one of three ways: acknowledged, or failed with
 * {@link dev.ottla.errors.Outcome#REJECTED} (it is not in the log and never will be), or failed with
 * {@link dev.ottla.errors.Outcome#UNKNOWN} (it may be). Unless {@code enable.idempotence} is off, what is sent again is written
 * once (KIP-98). A failed record fails its future or callback, also one that a serializer, the partitioner or a full buffer
 * refuses; {@code send} itself throws only if the producer is closed or an argument is null.
 *
 * <p>When a batch goes: at once, if it is full, or if nothing of this producer is in flight to its broker, so a single send
 * takes one round trip; otherwise with the next answer of that broker, or after 5 ms, whichever is first. If
 * {@code linger.ms} is set, it goes when it is full or has waited so long, as with Kafka's own client. A flush, a close and a
 * full buffer let everything go.
 *
 * <p>Thread-safe. Futures and callbacks complete on the client's event loops: what runs there must not block. The blocking
 * methods throw {@link IllegalStateException} there instead of waiting for themselves.
 *
 * <p>Not meant to be implemented outside of tests: methods may be added.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
public interface Producer<K, V> extends AutoCloseable {

    /**
     * Collects options for a producer on a client. The serializers decide the types: {@code Producer.builder(kafka)} starts with
     * none, {@code Producer.<String, String>builder(kafka)} serves serializers that are named in a configuration.
     */
    static <K, V> ProducerBuilder<K, V> builder(KafkaClient kafka) {
        return new ProducerBuilder<>(kafka);
    }

    /**
     * Sends a record. Does not wait for anything but, if so chosen, room in the buffer; see {@link Backpressure}.
     *
     * @return completes on an event loop, with a {@link KafkaException} if the record fails. {@code cancel} takes the record
     *     back as long as nothing of it was sent: if it returns true, the record is not in the log and never will be. If it
     *     returns false, the record goes on and the future is not cancelled. Futures that depend on this one, such as those
     *     of {@code thenApply}, take nothing back
     * @throws dev.ottla.errors.ClosedException if the producer is closed
     */
    CompletableFuture<RecordMetadata> send(ProducerRecord<K, V> record);

    /**
     * Sends a record, and calls back on an event loop when it has ended. Of bytes, nothing is allocated per record but what
     * the callback is told, see {@link SendCallback#onAcknowledged}; text takes an array, and a record with a time of its own a
     * timer.
     *
     * @throws dev.ottla.errors.ClosedException if the producer is closed
     */
    void send(ProducerRecord<K, V> record, SendCallback callback);

    /**
     * Sends a record whose end nobody waits for. If it fails, the producer's {@link FailureListener} hears of it, or, if there
     * is none, the log, which says how many failed instead of naming each. Nothing is done for a record that is acknowledged.
     *
     * @throws dev.ottla.errors.ClosedException if the producer is closed
     */
    void sendAndForget(ProducerRecord<K, V> record);

    /**
     * One topic, for those who send many records to it: the cheapest way to send.
     *
     * @param topic the name of the topic, not empty; it need not exist yet
     * @throws dev.ottla.errors.ClosedException if the producer is closed
     * @throws dev.ottla.errors.RecordException if the serializers or the partitioner have nothing for this topic
     * @throws IllegalArgumentException if the name is empty
     */
    TopicProducer<K, V> topic(String topic);

    /**
     * Sends a record and blocks until it has ended: at most {@code max.block.ms} plus {@code delivery.timeout.ms}.
     *
     * @throws KafkaException if it failed; or, with outcome UNKNOWN, if the thread was interrupted: the record goes on, and the
     *     thread stays interrupted
     * @throws IllegalStateException if called on an event loop
     */
    RecordMetadata sendSync(ProducerRecord<K, V> record);

    /**
     * Sends records in their order.
     *
     * @return completes normally when all have ended, with one result for each in the same order
     * @throws dev.ottla.errors.ClosedException if the producer is closed before the first of them is accepted
     */
    CompletableFuture<List<SendResult<K, V>>> sendAll(Collection<ProducerRecord<K, V>> records);

    /**
     * Lets everything go that was sent before, and blocks until it has ended, well or not.
     *
     * @throws dev.ottla.errors.RetriableException if the thread was interrupted; it stays so
     * @throws IllegalStateException if called on an event loop
     */
    void flush();

    /**
     * What is known of a topic's partitions, after looking it up if need be. Does not block; fails after the shorter of
     * {@code max.block.ms} and {@code delivery.timeout.ms} if there is no such topic.
     */
    CompletableFuture<TopicPartitions> partitionsFor(String topic);

    /** As {@link #close(Duration)} with {@code delivery.timeout.ms}, by when every record has ended anyway. */
    @Override
    void close();

    /**
     * Accepts no more records, sends those accepted before, and blocks until all have ended or the time is up; what has not
     * ended then fails with a {@link dev.ottla.errors.ClosedException}. Threads that wait for room in the buffer fail at once.
     * Called on an event loop it does not wait: the closing goes on in the background. Any number of threads may call it; each
     * waits for the same end, and the shortest time counts. The client stays open.
     *
     * @param timeout zero to give up what has not ended
     */
    void close(Duration timeout);
}
