package dev.ottla.serialization;

import dev.ottla.errors.RecordException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * A source over a range of a buffer, which it reads at absolute positions: the buffer's own position and limit stay as
 * they are. Not thread-safe; made once and pointed at one range after the other.
 */
public final class ByteBufferSource implements Source {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private ByteBuffer bytes = NOTHING;
    private int position;
    private int end;

    /** A source of no bytes, until it is pointed at some. */
    public ByteBufferSource() {}

    /**
     * Points this source at {@code length} bytes of a big-endian buffer, from {@code offset} on.
     *
     * @return this source
     * @throws IndexOutOfBoundsException if the buffer does not have that range
     */
    public ByteBufferSource reset(ByteBuffer bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.limit());
        if (bytes.order() != ByteOrder.BIG_ENDIAN) {
            throw new IllegalArgumentException("the buffer must be big-endian");
        }
        this.bytes = bytes;
        this.position = offset;
        this.end = offset + length;
        return this;
    }

    @Override
    public int remainingBytes() {
        return end - position;
    }

    @Override
    public byte readByte() {
        return bytes.get(claim(Byte.BYTES));
    }

    @Override
    public short readShort() {
        return bytes.getShort(claim(Short.BYTES));
    }

    @Override
    public int readInt() {
        return bytes.getInt(claim(Integer.BYTES));
    }

    @Override
    public long readLong() {
        return bytes.getLong(claim(Long.BYTES));
    }

    @Override
    public byte[] readBytes(int length) {
        int at = claim(length);
        byte[] copy = new byte[length];
        bytes.get(at, copy);
        return copy;
    }

    @Override
    public String readUtf8() {
        int length = remainingBytes();
        if (bytes.hasArray()) {
            int at = claim(length);
            return new String(bytes.array(), bytes.arrayOffset() + at, length, StandardCharsets.UTF_8);
        }
        return new String(readBytes(length), StandardCharsets.UTF_8);
    }

    @Override
    public ByteBuffer readBuffer() {
        int length = remainingBytes();
        return bytes.slice(claim(length), length).asReadOnlyBuffer();
    }

    private int claim(int length) {
        int at = position;
        if (length < 0 || length > end - at) {
            throw new RecordException(
                    "The deserializer needs " + length + " bytes, " + (end - at) + " are left.", null);
        }
        position = at + length;
        return at;
    }
}
