package dev.ottla.serialization;

import dev.ottla.errors.RecordException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * A sink over a range of a buffer, which it writes at absolute positions: the buffer's own position and limit stay as
 * they are. Not thread-safe; made once and pointed at one range after the other.
 */
public final class ByteBufferSink implements Sink {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private ByteBuffer target = NOTHING;
    private int start;
    private int position;
    private int end;

    /** A sink without room, until it is pointed at some. */
    public ByteBufferSink() {}

    /**
     * Points this sink at {@code length} bytes of a big-endian buffer, from {@code offset} on.
     *
     * @return this sink
     * @throws IndexOutOfBoundsException if the buffer does not have that range
     */
    public ByteBufferSink reset(ByteBuffer target, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, target.limit());
        if (target.order() != ByteOrder.BIG_ENDIAN) {
            throw new IllegalArgumentException("the buffer must be big-endian");
        }
        this.target = target;
        this.start = offset;
        this.position = offset;
        this.end = offset + length;
        return this;
    }

    /** How many bytes still fit. */
    public int remainingBytes() {
        return end - position;
    }

    @Override
    public void writeByte(byte value) {
        target.put(claim(Byte.BYTES), value);
    }

    @Override
    public void writeShort(short value) {
        target.putShort(claim(Short.BYTES), value);
    }

    @Override
    public void writeInt(int value) {
        target.putInt(claim(Integer.BYTES), value);
    }

    @Override
    public void writeLong(long value) {
        target.putLong(claim(Long.BYTES), value);
    }

    @Override
    public void writeBytes(byte[] bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        target.put(claim(length), bytes, offset, length);
    }

    @Override
    public void writeBytes(ByteBuffer bytes) {
        int length = bytes.remaining();
        target.put(claim(length), bytes, bytes.position(), length);
    }

    @Override
    public void writeUtf8(String text) {
        writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public int writtenBytes() {
        return position - start;
    }

    private int claim(int length) {
        int at = position;
        if (length > end - at) {
            throw new RecordException(
                    "The serializer needs " + length + " bytes more, but only " + (end - at) + " of the "
                            + (end - start) + " that it asked for are left: its sizeUpperBound is too small.",
                    null);
        }
        position = at + length;
        return at;
    }
}
