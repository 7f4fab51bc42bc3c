package dev.ottla.consumer;

import dev.ottla.internal.record.RecordCursor;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * The bytes of one key or value where they lie. Follows the {@link ConsumerCursor} that it belongs to, and fails as its
 * accessors do when that is not at a record: it never reads memory that is another's. Numbers are big-endian. Used by the
 * thread that polled.
 */
public final class RecordSlice {

    /** What of the record it is. */
    enum Part {
        KEY,
        VALUE
    }

    private final ConsumerCursor<?, ?> cursor;
    private final boolean isKey;

    RecordSlice(ConsumerCursor<?, ?> cursor, Part part) {
        this.cursor = cursor;
        this.isKey = part == Part.KEY;
    }

    /** Whether there is none: no key, or a tombstone. */
    public boolean isNull() {
        return length(cursor.record()) < 0;
    }

    /** How many bytes there are; 0 if there is none. */
    public int length() {
        return Math.max(0, length(cursor.record()));
    }

    /**
     * The byte at this index.
     *
     * @throws IndexOutOfBoundsException if there is none
     */
    public byte byteAt(int index) {
        RecordCursor record = cursor.record();
        return record.bytes().get(checked(record, index, Byte.BYTES));
    }

    /**
     * The four bytes from this index on.
     *
     * @throws IndexOutOfBoundsException if there are fewer
     */
    public int intAt(int index) {
        RecordCursor record = cursor.record();
        return record.bytes().getInt(checked(record, index, Integer.BYTES));
    }

    /**
     * The eight bytes from this index on.
     *
     * @throws IndexOutOfBoundsException if there are fewer
     */
    public long longAt(int index) {
        RecordCursor record = cursor.record();
        return record.bytes().getLong(checked(record, index, Long.BYTES));
    }

    /**
     * Copies bytes from this index on.
     *
     * @throws IndexOutOfBoundsException if there are fewer than {@code length}, here or in the target
     */
    public void copyTo(int index, byte[] target, int targetIndex, int length) {
        RecordCursor record = cursor.record();
        record.bytes().get(checked(record, index, length), target, targetIndex, length);
    }

    /**
     * Copies all bytes to the buffer's position, and moves that.
     *
     * @throws java.nio.BufferOverflowException if they do not fit
     */
    public void copyTo(ByteBuffer target) {
        RecordCursor record = cursor.record();
        target.put(record.bytes().slice(position(record), Math.max(0, length(record))));
    }

    /** A copy of all bytes; empty if there is none. */
    public byte[] toBytes() {
        byte[] copy = new byte[length()];
        copyTo(0, copy, 0, copy.length);
        return copy;
    }

    /** Whether these are the same bytes. Nothing is copied. */
    public boolean contentEquals(byte[] other) {
        RecordCursor record = cursor.record();
        int length = length(record);
        if (length != other.length) {
            return false;
        }
        int position = position(record);
        for (int i = 0; i < length; i++) {
            if (record.bytes().get(position + i) != other[i]) {
                return false;
            }
        }
        return true;
    }

    private int checked(RecordCursor record, int index, int length) {
        return position(record) + Objects.checkFromIndexSize(index, length, Math.max(0, length(record)));
    }

    private int position(RecordCursor record) {
        return isKey ? record.keyPosition() : record.valuePosition();
    }

    private int length(RecordCursor record) {
        return isKey ? record.keyLength() : record.valueLength();
    }

    @Override
    public String toString() {
        return "RecordSlice[" + (isKey ? "key" : "value") + "]";
    }
}
