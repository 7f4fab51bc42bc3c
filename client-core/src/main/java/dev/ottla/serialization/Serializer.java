package dev.ottla.serialization;

/**
 * Turns keys or values into bytes, written straight into the batch that will be sent.
 *
 * <p>Null never reaches a serializer: a null key or value (a tombstone) is written as null by the producer.
 * Implementations must be thread-safe, because every thread that sends uses the same one. They must not block on the
 * cluster that they serialize for. Any exception fails that record alone, as a {@link
 * dev.ottla.errors.RecordException}.
 *
 * @param <T> what is serialized
 */
public interface Serializer<T> {

    /** The answer of {@link #sizeUpperBound} when the size is not known before the value is written. */
    int UNKNOWN_SIZE = -1;

    /**
     * A bound on the bytes that {@link #write} will write for this value, as tight as is cheap to tell; or
     * {@link #UNKNOWN_SIZE}, and the sink then grows up to {@code max.request.size}.
     */
    int sizeUpperBound(T value);

    /**
     * Writes the value.
     *
     * @param sink where to; valid during the call only
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
