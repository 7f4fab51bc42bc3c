package dev.ottla.serialization;

/**
 * Turns the bytes of a key or a value back into an object.
 *
 * <p>Null never reaches a deserializer: a null key or value (a tombstone) is given to the application as null.
 * Implementations must be thread-safe. Any exception concerns that record alone, as a
 * {@link dev.ottla.errors.RecordException}; so does an error, but for a {@link VirtualMachineError} that is no
 * {@link StackOverflowError}, and a {@link LinkageError}.
 *
 * @param <T> what is read
 */
@FunctionalInterface
public interface Deserializer<T> {

    /**
     * Reads one value from all bytes that remain in the source.
     *
     * @param source the bytes, in place; valid during the call only, so that what is kept must be copied
     */
    T read(Source source);

    /**
     * The deserializer for one topic, asked for once per topic. Most deserializers read the same whatever the topic is,
     * and return themselves.
     */
    default Deserializer<T> forTopic(String topic) {
        return this;
    }
}
