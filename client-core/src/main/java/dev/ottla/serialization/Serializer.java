package dev.ottla.serialization;

/**
 * Turns keys or values into bytes.
 *
 * <pre>{@code
 * Serializer<Point> points = (point, sink) -> {
 *     sink.writeInt(point.x());
 *     sink.writeInt(point.y());
 * };
 * }</pre>
 *
 * <p>The bytes are copied once, from the sink into the batch that is sent. What may happen in a serializer, such as sending
 * another record or waiting, holds up nobody else but the end of a transaction that the record belongs to.
 *
 * <p>Null never reaches a serializer: a null key or value (a tombstone) is written as null by the producer.
 * Implementations must be thread-safe, because every thread that sends uses the same one. They must not wait for the record
 * that they serialize. Any exception fails that record alone, as a {@link dev.ottla.errors.RecordException}; an {@link Error} is
 * thrown by {@code send}, and the record is not sent.
 *
 * @param <T> what is serialized
 */
@FunctionalInterface
public interface Serializer<T> {

    /**
     * Writes the value.
     *
     * @param sink where to, up to {@code max.request.size}; valid during the call only
     */
    void write(T value, Sink sink);

    /**
     * The serializer for one topic, asked for once per topic before its first record is sent. Most serializers write
     * the
     * same bytes whatever the topic is, and return themselves.
     */
    default Serializer<T> forTopic(String topic) {
        return this;
    }
}
