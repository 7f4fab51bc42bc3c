package dev.ottla.serialization;

import java.nio.ByteBuffer;

/**
 * What a deserializer reads: the bytes of one key or value, in place. Reading moves forward. Numbers are big-endian.
 * One
 * thread uses it, during one call.
 *
 * <p>Every method throws {@link dev.ottla.errors.RecordException} if fewer bytes remain than it needs.
 */
public interface Source {

    /** How many bytes are still to be read. */
    int remainingBytes();

    /** Reads one byte. */
    byte readByte();

    /** Reads two bytes, big-endian. */
    short readShort();

    /** Reads four bytes, big-endian. */
    int readInt();

    /** Reads eight bytes, big-endian. */
    long readLong();

    /** Copies the next bytes. */
    byte[] readBytes(int length);

    /** Copies all that remains. */
    default byte[] readRemaining() {
        return readBytes(remainingBytes());
    }

    /** Reads all that remains as UTF-8. What is not UTF-8 becomes U+FFFD, as in {@link String}'s constructor. */
    String readUtf8();

    /**
     * A read-only view of all that remains, valid during the call only; nothing is copied, and the source is then read
     * to
     * its end.
     */
    ByteBuffer readBuffer();
}
