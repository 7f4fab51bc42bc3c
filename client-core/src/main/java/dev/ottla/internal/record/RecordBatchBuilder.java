package dev.ottla.internal.record;

import dev.ottla.common.Headers;
import dev.ottla.internal.concurrent.Confined;
import dev.ottla.internal.record.compression.BatchCompressor;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The open batch of a partition: records are framed straight into a segment, behind room for the header, and nothing is
 * allocated per record. Step 4 of sending; owned by the partition's queue, whose lock also confines it.
 */
@Confined
public final class RecordBatchBuilder {
    private static final int NULL_LENGTH = -1;
    private static final int ATTRIBUTES_BYTES = 1;

    /**
     * What else of a record takes one byte if it is {@linkplain #isSmall small}: the attributes, the key's length, the headers'
     * count.
     */
    private static final int SMALL_FIXED_BYTES = ATTRIBUTES_BYTES + 2;

    /** A record with a value below this and a short key takes less than {@link Varint#TWO_BYTES_END}. */
    private static final int SMALL_VALUE_END = Varint.TWO_BYTES_END - 2 * Varint.ONE_BYTE_END;

    /** How much memory is {@linkplain #claim claimed} at a time, and how much of it a processor fetches at a time. */
    private static final int CLAIM_BYTES_MIN = 1 << 8;

    private static final int CLAIM_BYTES_MAX = 16 << 10;

    private static final int CACHE_LINE_BYTES = 64;

    private @Nullable Segment segment;
    private final ByteBuffer memory;
    private final int limit;
    private final int countMax;
    private int position = RecordBatchHeader.BYTES;
    private int claimed = RecordBatchHeader.BYTES;
    private int count;
    private long baseTimestamp;
    private long maxTimestamp = Long.MIN_VALUE;

    /** An empty batch. Takes ownership of the segment: {@link #seal} passes it on, {@link #discard} releases it. */
    public RecordBatchBuilder(Segment ownedSegment) {
        this(ownedSegment, ownedSegment.capacity(), Integer.MAX_VALUE);
    }

    /**
     * The same, with at most {@code countMax} records, of which a single one may have the whole segment, but several no more than
     * {@code bytesMax}.
     */
    public RecordBatchBuilder(Segment ownedSegment, int bytesMax, int countMax) {
        if (ownedSegment.capacity() < RecordBatchHeader.BYTES) {
            throw new IllegalArgumentException(
                    "segment of " + ownedSegment.capacity() + " bytes has no room for a header");
        }
        this.segment = ownedSegment;
        this.memory = ownedSegment.memory();
        this.limit = Math.min(bytesMax, memory.capacity());
        this.countMax = countMax;
    }

    /**
     * How large a segment must be to take such a record as the only one, at most.
     *
     * @param keyBytes the length of the key; 0 if there is none
     * @param valueBytes the length of the value; 0 if there is none
     */
    public static long batchBytesMax(int keyBytes, int valueBytes, Headers headers) {
        return RecordBatchHeader.BYTES
                + 4L * Varint.INT_BYTES_MAX
                + Varint.LONG_BYTES_MAX
                + ATTRIBUTES_BYTES
                + keyBytes
                + valueBytes
                + HeaderEncoder.sizeOf(headers);
    }

    /**
     * Appends a record, or returns false and changes nothing if the batch has no room for it: the segment is full, or has
     * all the records that it may have, or the timestamp is too far from the first record's to be expressed.
     *
     * @param timestamp milliseconds since 1970, or -1 for none
     */
    public boolean tryAppend(long timestamp, byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
        int keyBytes = key == null ? NULL_LENGTH : key.length;
        int valueBytes = value == null ? NULL_LENGTH : value.length;
        int at = putFront(timestamp, keyBytes, valueBytes, headers);
        if (at < 0) {
            return false;
        }
        if (key != null) {
            memory.put(at, key);
            at += keyBytes;
        }
        at = Varint.put(memory, at, valueBytes);
        if (value != null) {
            memory.put(at, value);
            at += valueBytes;
        }
        finish(at, timestamp, headers);
        return true;
    }

    /** The same for key and value between position and limit of buffers, which are left as they are. */
    public boolean tryAppend(long timestamp, @Nullable ByteBuffer key, @Nullable ByteBuffer value, Headers headers) {
        int keyBytes = key == null ? NULL_LENGTH : key.remaining();
        int valueBytes = value == null ? NULL_LENGTH : value.remaining();
        int at = putFront(timestamp, keyBytes, valueBytes, headers);
        if (at < 0) {
            return false;
        }
        if (key != null) {
            memory.put(at, key, key.position(), keyBytes);
            at += keyBytes;
        }
        at = Varint.put(memory, at, valueBytes);
        if (value != null) {
            memory.put(at, value, value.position(), valueBytes);
            at += valueBytes;
        }
        finish(at, timestamp, headers);
        return true;
    }

    /**
     * The same for key and value that lie in one array, the key from index 0 on and the value behind it.
     *
     * @param keyBytes the length of the key, -1 if there is none
     * @param valueBytes the length of the value, -1 if there is none
     */
    public boolean tryAppend(long timestamp, byte[] bytes, int keyBytes, int valueBytes, Headers headers) {
        int at = putFront(timestamp, keyBytes, valueBytes, headers);
        if (at < 0) {
            return false;
        }
        if (keyBytes > 0) {
            memory.put(at, bytes, 0, keyBytes);
            at += keyBytes;
        }
        at = Varint.put(memory, at, valueBytes);
        if (valueBytes > 0) {
            memory.put(at, bytes, Math.max(keyBytes, 0), valueBytes);
            at += valueBytes;
        }
        finish(at, timestamp, headers);
        return true;
    }

    /** Whether nothing was appended yet. */
    public boolean isEmpty() {
        return count == 0;
    }

    /** How many records were appended. */
    public int count() {
        return count;
    }

    /** Whether there is no room for another record, however small. */
    public boolean hasAllRecords() {
        return count >= countMax;
    }

    /** The size of the batch so far, header included, uncompressed. */
    public int sizeBytes() {
        return position;
    }

    /** How many bytes are left in the segment. */
    public int remainingBytes() {
        return (count == 0 ? memory.capacity() : limit) - position;
    }

    /**
     * Ends the batch: compresses, writes the header and the checksum. May be called outside the lock that the appends were
     * made under, by one thread. The builder is finished afterwards; the sealed batch owns the segment.
     */
    public SealedBatch seal(ProducerStamp stamp, BatchCompressor compressor) {
        return seal(compressor).stamp(stamp);
    }

    /** The same for a batch whose sequence is not known yet: {@link SealedBatch#stamp} writes it, and the checksum, later. */
    public SealedBatch seal(BatchCompressor compressor) {
        return seal(compressor, false);
    }

    /** Ends the batch as a control batch, which only brokers write; they never compress one. */
    public SealedBatch sealControl(ProducerStamp stamp) {
        return seal(BatchCompressor.none(), true).stamp(stamp);
    }

    /** Drops the batch with all its records and releases the segment. */
    public void discard() {
        takeSegment().release();
    }

    private SealedBatch seal(BatchCompressor compressor, boolean control) {
        if (count == 0) {
            throw new IllegalStateException("a batch without records can not be sealed");
        }
        Segment sealed = takeSegment();
        int end = compressor.compressInPlace(memory, RecordBatchHeader.BYTES, position);
        RecordBatchHeader header = sealed.header().write(end, count, baseTimestamp, maxTimestamp);
        if (end < position) {
            header.compression(compressor.type());
        }
        if (control) {
            header.control();
        }
        return new SealedBatch(sealed);
    }

    /** Writes what comes before the key's bytes; returns the position after it, or -1 if the record has no room. */
    private int putFront(long timestamp, int keyBytes, int valueBytes, Headers headers) {
        long timestampDelta = count == 0 ? 0 : timestamp - baseTimestamp;
        if (count >= countMax || (count > 0 && ((timestamp ^ baseTimestamp) & (timestamp ^ timestampDelta)) < 0)) {
            return -1;
        }
        if (isSmall(timestampDelta, keyBytes, valueBytes) && headers.isEmpty()) {
            return putSmallFront((int) timestampDelta, keyBytes, valueBytes);
        }
        long bodyBytes = ATTRIBUTES_BYTES
                + Varint.sizeOf(timestampDelta)
                + Varint.sizeOf(count)
                + sizeOfBytes(keyBytes)
                + sizeOfBytes(valueBytes)
                + HeaderEncoder.sizeOf(headers);
        if (bodyBytes > remainingBytes() || bodyBytes + Varint.sizeOf((int) bodyBytes) > remainingBytes()) {
            return -1;
        }
        if (position + bodyBytes + Varint.INT_BYTES_MAX > claimed) {
            claim();
        }
        int at = Varint.put(memory, position, (int) bodyBytes);
        memory.put(at++, (byte) 0);
        at = Varint.put(memory, at, timestampDelta);
        at = Varint.put(memory, at, count);
        return Varint.put(memory, at, keyBytes);
    }

    /** Whether the front fits into a word, as it does for most records, and the segment has room for a word. */
    private boolean isSmall(long timestampDelta, int keyBytes, int valueBytes) {
        return timestampDelta >= 0
                && timestampDelta < Varint.TWO_BYTES_END
                && count < Varint.TWO_BYTES_END
                && keyBytes < Varint.ONE_BYTE_END
                && valueBytes < SMALL_VALUE_END
                && position <= memory.capacity() - Long.BYTES;
    }

    /** As {@link #putFront}, with one store where there would be one for each byte. What is behind the front is written later. */
    private int putSmallFront(int timestampDelta, int keyBytes, int valueBytes) {
        int bodyBytes = SMALL_FIXED_BYTES
                + Varint.sizeOfSmall(timestampDelta)
                + Varint.sizeOfSmall(count)
                + Math.max(keyBytes, 0)
                + Varint.sizeOfSmall(valueBytes)
                + Math.max(valueBytes, 0);
        int lengthBytes = Varint.sizeOfSmall(bodyBytes);
        if (lengthBytes + bodyBytes > remainingBytes()) {
            return -1;
        }
        if (position + lengthBytes + bodyBytes > claimed) {
            claim();
        }
        long front = Varint.append(0, bodyBytes) << Byte.SIZE;
        front = Varint.append(Varint.append(Varint.append(front, timestampDelta), count), keyBytes);
        int frontBytes = lengthBytes
                + ATTRIBUTES_BYTES
                + Varint.sizeOfSmall(timestampDelta)
                + Varint.sizeOfSmall(count)
                + Varint.sizeOfSmall(keyBytes);
        memory.putLong(position, front << (Long.SIZE - Byte.SIZE * frontBytes));
        return position + frontBytes;
    }

    /**
     * Writes to each line of the memory that is filled next. Another core has read them last: many are fetched at once like this,
     * while the stores of a record, each of which the atomic instruction of the next lock waits for, fetch one after the other.
     */
    private void claim() {
        // As much again as there is: a batch with one record leaves the rest alone.
        int bytes = Math.max(CLAIM_BYTES_MIN, Math.min(position, CLAIM_BYTES_MAX));
        int end = Math.min(position + bytes, memory.capacity());
        for (int at = Math.max(position, claimed); at < end; at += CACHE_LINE_BYTES) {
            memory.put(at, (byte) 0);
        }
        claimed = end;
    }

    private void finish(int valueEnd, long timestamp, Headers headers) {
        if (headers.isEmpty()) {
            memory.put(valueEnd, (byte) 0);
            position = valueEnd + 1;
        } else {
            position = HeaderEncoder.put(openSegment(), valueEnd, headers);
        }
        if (count == 0) {
            baseTimestamp = timestamp;
        }
        maxTimestamp = Math.max(maxTimestamp, timestamp);
        count++;
    }

    private static long sizeOfBytes(int length) {
        return length < 0 ? 1 : Varint.sizeOf(length) + (long) length;
    }

    private Segment openSegment() {
        if (segment == null) {
            throw new IllegalStateException("batch is already sealed or discarded");
        }
        return segment;
    }

    private Segment takeSegment() {
        Segment taken = openSegment();
        segment = null;
        return taken;
    }
}
