package dev.ottla.serialization;

import java.nio.ByteBuffer;

/**
 * Where a serializer writes. Bounded: a write that does not fit throws and leaves nothing half written behind for
 * others
 * to see. Numbers are big-endian, as in Kafka's own serializers. One thread uses it, during one call.
 *
 * <p>Every method throws {@link dev.ottla.errors.RecordException} if the bytes do not fit.
 */
public interface Sink {

    /** Appends one byte. */
    void writeByte(byte value);

    /** Appends two bytes, big-endian. */
    void writeShort(short value);

    /** Appends four bytes, big-endian. */
    void writeInt(int value);

    /** Appends eight bytes, big-endian. */
    void writeLong(long value);

    /** Appends {@code length} bytes of the array, from {@code offset} on. The array may be reused after the call. */
    void writeBytes(byte[] bytes, int offset, int length);

    /** Appends the whole array. The array may be reused after the call. */
    default void writeBytes(byte[] bytes) {
        writeBytes(bytes, 0, bytes.length);
    }

    /** Appends what remains in the buffer, whose position does not change. */
    void writeBytes(ByteBuffer bytes);

    /** Appends the text in UTF-8. An unpaired surrogate becomes {@code ?}, as in {@link String#getBytes}. */
    void writeUtf8(String text);

    /** How many bytes were written so far. */
    int writtenBytes();
}
