package dev.ottla.producer;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ottla.common.Headers;
import dev.ottla.errors.KafkaException;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.producer.internal.EncodedRecord;
import dev.ottla.producer.internal.ProducerFailures;
import dev.ottla.producer.internal.RecordEncoder;
import dev.ottla.producer.internal.RecordEncoders;
import dev.ottla.producer.internal.SendPipeline;
import dev.ottla.producer.internal.SendingOptions;
import dev.ottla.producer.internal.TopicQueues;
import dev.ottla.serialization.Serializer;
import dev.ottla.serialization.Serializers;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The records of one topic, whichever way they are sent: serialized and handed to the topic's queues. Steps 1 and 2 of sending;
 * made once per topic by a {@link RecordProducer}. Thread-safe.
 */
final class TopicSender<K, V> implements TopicProducer<K, V> {

    /** What a topic's sender has of its producer. */
    record Shared(SendPipeline pipeline, RecordEncoders encoders, SendCallback forgotten, Waiter waiter) {}

    /** Waits for the end of a record that was sent synchronously. */
    interface Waiter {
        /** Refuses on an event loop; else waits for what is sent. */
        RecordMetadata await(Supplier<CompletableFuture<RecordMetadata>> send);
    }

    /** What a key or value is before it is serialized. */
    private enum Form {
        BYTES,
        TEXT,
        /** Something that only its serializer knows. */
        OTHER;

        static Form of(Serializer<?> serializer) {
            return serializer == Serializers.bytes() ? BYTES : serializer == Serializers.utf8() ? TEXT : OTHER;
        }

        /** Longer text is often longer than what is left of a batch, and would be encoded once more. */
        private static final int SHORT_TEXT = 1024;

        /** Whether {@link #bytes} is what the serializer would write; the types of a configured one were not checked. */
        boolean isAtHand(@Nullable Object part) {
            return part == null
                    || (this == BYTES && part instanceof byte[])
                    || (this == TEXT && part instanceof String text && text.length() <= SHORT_TEXT);
        }

        /** As bytes, for which no serializer has to be asked. */
        byte @Nullable [] bytes(@Nullable Object part) {
            return this == TEXT && part != null ? ((String) part).getBytes(UTF_8) : (byte[]) part;
        }
    }

    private final String topic;
    private final Serializer<K> keySerializer;
    private final Serializer<V> valueSerializer;
    private final TopicQueues queues;
    private final Shared shared;

    /** What keys, and values, are. */
    private final Form keyForm;

    private final Form valueForm;

    /** Whether the partitioner looks at nothing but the key, and may be asked twice. */
    private final boolean isByKey;

    /** What a partitioner is given that looks at nothing of a record but its topic; null if it may look at more. */
    private final @Nullable ProducerRecord<K, V> anyRecord;

    TopicSender(
            String topic,
            Serializer<K> keySerializer,
            Serializer<V> valueSerializer,
            TopicQueues queues,
            Partitioner partitioner,
            Shared shared) {
        this.topic = topic;
        this.keySerializer = keySerializer;
        this.valueSerializer = valueSerializer;
        this.queues = queues;
        this.shared = shared;
        this.keyForm = Form.of(keySerializer);
        this.valueForm = Form.of(valueSerializer);
        this.isByKey = partitioner instanceof Partitioners.ByKey;
        this.anyRecord = partitioner instanceof Partitioners.ByBytes ? ProducerRecord.of(topic, null) : null;
    }

    @Override
    public String topic() {
        return topic;
    }

    @Override
    public CompletableFuture<RecordMetadata> send(@Nullable K key, @Nullable V value) {
        SendFuture future = new SendFuture(this);
        send(key, value, future);
        return future;
    }

    CompletableFuture<RecordMetadata> send(ProducerRecord<K, V> record) {
        Duration ownTimeout = record.ownDeliveryTimeout();
        if (ownTimeout != null) {
            return sendTimed(record, new TimedSend(this, ownTimeout, null));
        }
        SendFuture future = new SendFuture(this);
        accept(record, future);
        return future;
    }

    private TimedSend sendTimed(ProducerRecord<K, V> record, TimedSend send) {
        EventLoop loop = shared.pipeline().homeLoop();
        long sinceNanos = loop.nanoTime();
        if (accept(record, send)) {
            send.watch(loop, sinceNanos, error -> shared.pipeline().failNow(send, error));
        }
        return send;
    }

    /** Any thread: whether the record with this callback could be taken back, because nothing of it was sent. */
    boolean tryRevoke(SendCallback callback) {
        return queues.tryRevoke(callback);
    }

    @Override
    public RecordMetadata sendSync(@Nullable K key, @Nullable V value) {
        return shared.waiter().await(() -> send(key, value));
    }

    @Override
    public void sendAndForget(@Nullable K key, @Nullable V value) {
        send(key, value, shared.forgotten());
    }

    @Override
    public void send(@Nullable K key, @Nullable V value, SendCallback callback) {
        ProducerRecord<K, V> asked = anyRecord;
        if (asked == null) {
            send(ProducerRecord.of(topic, key, value), callback);
        } else {
            send(asked, key, value, EncodedRecord.ANY_PARTITION, EncodedRecord.TIME_OF_SEND, Headers.empty(), callback);
        }
    }

    void send(ProducerRecord<K, V> record, SendCallback callback) {
        Duration ownTimeout = record.ownDeliveryTimeout();
        if (ownTimeout == null) {
            accept(record, callback);
        } else {
            sendTimed(record, new TimedSend(this, ownTimeout, Objects.requireNonNull(callback, "callback")));
        }
    }

    /** Returns whether it was accepted; if not, it fails. */
    private boolean accept(ProducerRecord<K, V> record, SendCallback callback) {
        return send(
                record,
                record.key(),
                record.value(),
                record.partitionOrNone(),
                record.timestampOrNone(),
                record.headers(),
                callback);
    }

    private boolean send(
            ProducerRecord<K, V> source,
            @Nullable K key,
            @Nullable V value,
            int partition,
            long timestamp,
            Headers headers,
            SendCallback callback) {
        Objects.requireNonNull(callback, "callback");
        if (shared.pipeline().isClosing()) {
            throw ProducerFailures.closed();
        }
        boolean isPartitionSimple = isByKey || partition != EncodedRecord.ANY_PARTITION;
        boolean isAppended = isPartitionSimple
                && keyForm.isAtHand(key)
                && valueForm.isAtHand(value)
                && queues.tryAppend(
                        partition, timestamp, keyForm.bytes(key), valueForm.bytes(value), headers, callback);
        return isAppended || encodeAndSend(source, key, value, partition, timestamp, headers, callback);
    }

    private boolean encodeAndSend(
            ProducerRecord<K, V> source,
            @Nullable K key,
            @Nullable V value,
            int partition,
            long timestamp,
            Headers headers,
            SendCallback callback) {
        RecordEncoder encoder = shared.encoders().take();
        try {
            EncodedRecord encoded = encoder.encode(topic, keySerializer, key, valueSerializer, value);
            encoded.with(partition, timestamp, headers, callback);
            Duration ownTimeout = source.ownDeliveryTimeout();
            if (ownTimeout != null) {
                encoded.patience(SendingOptions.nanos(ownTimeout));
            }
            queues.send(encoded, source);
            return true;
        } catch (KafkaException e) {
            shared.pipeline().fail(callback, e);
            return false;
        } finally {
            shared.encoders().giveBack(encoder);
        }
    }
}
