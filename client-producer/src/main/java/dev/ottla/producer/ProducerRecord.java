package dev.ottla.producer;

import dev.ottla.common.Headers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A record to be sent. Immutable, as far as key, value and headers are; they are read before {@code send} returns.
 *
 * <pre>{@code
 * ProducerRecord.of("orders", order.id(), order).header("source", "web")
 * }</pre>
 *
 * @param <K> the type of the key
 * @param <V> the type of the value
 */
public final class ProducerRecord<K, V> {
    static final int NO_PARTITION = -1;
    static final long NO_TIMESTAMP = -1;

    private final String topic;
    private final @Nullable K key;
    private final @Nullable V value;
    private final int partition;
    private final long timestamp;
    private final Headers headers;
    private final @Nullable Duration deliveryTimeout;

    private ProducerRecord(
            String topic,
            @Nullable K key,
            @Nullable V value,
            int partition,
            long timestamp,
            Headers headers,
            @Nullable Duration deliveryTimeout) {
        this.topic = topic;
        this.key = key;
        this.value = value;
        this.partition = partition;
        this.timestamp = timestamp;
        this.headers = headers;
        this.deliveryTimeout = deliveryTimeout;
    }

    /**
     * A record without key.
     *
     * @param topic the name of the topic, not empty
     * @param value null for a tombstone
     * @throws IllegalArgumentException if the topic is empty
     */
    public static <K, V> ProducerRecord<K, V> of(String topic, @Nullable V value) {
        return of(topic, null, value);
    }

    /**
     * A record with a key: records with equal keys go to the same partition, unless the partitioner says otherwise.
     *
     * @param topic the name of the topic, not empty
     * @param key null for none
     * @param value null for a tombstone
     * @throws IllegalArgumentException if the topic is empty
     */
    public static <K, V> ProducerRecord<K, V> of(String topic, @Nullable K key, @Nullable V value) {
        if (Objects.requireNonNull(topic, "topic").isEmpty()) {
            throw new IllegalArgumentException("topic must not be empty");
        }
        return new ProducerRecord<>(topic, key, value, NO_PARTITION, NO_TIMESTAMP, Headers.empty(), null);
    }

    /**
     * The same record for a given partition; no partitioner is asked.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public ProducerRecord<K, V> partition(int partition) {
        if (partition < 0) {
            throw new IllegalArgumentException("partition must be at least 0, was " + partition);
        }
        return new ProducerRecord<>(topic, key, value, partition, timestamp, headers, deliveryTimeout);
    }

    /**
     * The same record with a timestamp of its own instead of the time of the send. A topic with LogAppendTime ignores it.
     *
     * @param epochMillis milliseconds since 1970
     * @throws IllegalArgumentException if it is negative
     */
    public ProducerRecord<K, V> timestamp(long epochMillis) {
        if (epochMillis < 0) {
            throw new IllegalArgumentException("timestamp must be at least 0, was " + epochMillis);
        }
        return new ProducerRecord<>(topic, key, value, partition, epochMillis, headers, deliveryTimeout);
    }

    /** The same record with one more header, after those it has. The array is not copied. */
    public ProducerRecord<K, V> header(String name, byte @Nullable [] bytes) {
        return headers(headers.with(name, bytes));
    }

    /** The same record with one more header, its value in UTF-8. */
    public ProducerRecord<K, V> header(String name, String text) {
        return header(name, text.getBytes(StandardCharsets.UTF_8));
    }

    /** The same record with these headers instead of those it has. */
    public ProducerRecord<K, V> headers(Headers newHeaders) {
        Objects.requireNonNull(newHeaders, "headers");
        return new ProducerRecord<>(topic, key, value, partition, timestamp, newHeaders, deliveryTimeout);
    }

    /**
     * The same record with a time of its own within which it ends, counted from the call of {@code send}; one that is longer
     * than {@code delivery.timeout.ms} changes nothing. When it is up, the record fails with a
     * {@link dev.ottla.errors.RequestTimeoutException}: with outcome REJECTED if nothing of it was sent, and then nothing will
     * be; else UNKNOWN. It may then fail before records that were sent earlier. A thread that waits for room with such a record
     * waits no longer than that. Costs a timer for each such record.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public ProducerRecord<K, V> deliveryTimeout(Duration timeout) {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("deliveryTimeout must be positive, was " + timeout);
        }
        return new ProducerRecord<>(topic, key, value, partition, timestamp, headers, timeout);
    }

    /** The name of the topic. */
    public String topic() {
        return topic;
    }

    /** The key, or null. */
    public @Nullable K key() {
        return key;
    }

    /** The value; null for a tombstone. */
    public @Nullable V value() {
        return value;
    }

    /** The partition that was asked for; empty if the partitioner chooses. */
    public OptionalInt partition() {
        return partition == NO_PARTITION ? OptionalInt.empty() : OptionalInt.of(partition);
    }

    /** The timestamp that was set, in milliseconds since 1970; empty for the time of the send. */
    public OptionalLong timestamp() {
        return timestamp == NO_TIMESTAMP ? OptionalLong.empty() : OptionalLong.of(timestamp);
    }

    /** The headers in their order. */
    public Headers headers() {
        return headers;
    }

    /** The time of its own that was set; empty for that of the producer. */
    public Optional<Duration> deliveryTimeout() {
        return Optional.ofNullable(deliveryTimeout);
    }

    @Nullable
    Duration ownDeliveryTimeout() {
        return deliveryTimeout;
    }

    int partitionOrNone() {
        return partition;
    }

    long timestampOrNone() {
        return timestamp;
    }

    /** Where it goes; never its key or value, which may be secret. */
    @Override
    public String toString() {
        return "ProducerRecord[topic=" + topic + (partition == NO_PARTITION ? "" : ", partition=" + partition)
                + ", headers=" + headers.size() + "]";
    }
}
