package dev.ottla.serialization;

import dev.ottla.errors.RecordException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/**
 * A sink that grows up to a bound. Not thread-safe; made once and reset for one record after the other, keeping its memory.
 */
public final class GrowingSink implements Sink {
    private static final int INITIAL_BYTES = 256;

    private final int bytesMax;
    private byte[] bytes;
    private int size;

    /**
     * An empty sink.
     *
     * @param bytesMax how many bytes it takes at most, between two resets
     */
    public GrowingSink(int bytesMax) {
        if (bytesMax < 0) {
            throw new IllegalArgumentException("bytesMax must be at least 0, was " + bytesMax);
        }
        this.bytesMax = bytesMax;
        this.bytes = new byte[Math.min(INITIAL_BYTES, bytesMax)];
    }

    /** Forgets what was written. */
    public void reset() {
        size = 0;
    }

    /**
     * The array that holds what was written, from index 0 to {@link #writtenBytes()}; borrowed until the next write.
     */
    public byte[] array() {
        return bytes;
    }

    @Override
    public void writeByte(byte value) {
        int at = claim(Byte.BYTES);
        bytes[at] = value;
    }

    @Override
    public void writeShort(short value) {
        int at = claim(Short.BYTES);
        bytes[at] = (byte) (value >>> 8);
        bytes[at + 1] = (byte) value;
    }

    @Override
    public void writeInt(int value) {
        writeShort((short) (value >>> 16));
        writeShort((short) value);
    }

    @Override
    public void writeLong(long value) {
        writeInt((int) (value >>> 32));
        writeInt((int) value);
    }

    @Override
    public void writeBytes(byte[] source, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, source.length);
        int at = claim(length);
        System.arraycopy(source, offset, bytes, at, length);
    }

    @Override
    public void writeBytes(ByteBuffer source) {
        int length = source.remaining();
        int at = claim(length);
        source.get(source.position(), bytes, at, length);
    }

    @Override
    public void writeUtf8(String text) {
        writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public int writtenBytes() {
        return size;
    }

    private int claim(int length) {
        int at = size;
        if (length > bytesMax - at) {
            throw new RecordException(
                    "The serialized form has more than the " + bytesMax + " bytes allowed: send less, or raise"
                            + " max.request.size.",
                    null);
        }
        if (length > bytes.length - at) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(bytesMax, Math.max(2L * bytes.length, (long) at + length)));
        }
        size = at + length;
        return at;
    }
}
