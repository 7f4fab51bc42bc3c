package dev.ottla.internal.record;

import dev.ottla.common.Header;
import dev.ottla.common.Headers;
import dev.ottla.common.TimestampType;
import dev.ottla.errors.CorruptRecordException;
import dev.ottla.internal.concurrent.Confined;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Walks the records of one open batch where they lie, without allocating: the accessors speak of the record that
 * {@link #next()} moved to. Step 6 of receiving; owned by the {@link RecordBatchReader} that hands it out.
 */
@Confined
public final class RecordCursor {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    private static final int NULL_LENGTH = -1;

    /** One byte each for length, attributes, timestamp delta, offset delta, key length, value length, header count. */
    private static final int RECORD_BYTES_MIN = 7;

    /** One byte each for key length and value length. */
    private static final int HEADER_BYTES_MIN = 2;

    /** The longest that {@link #readUsual} may find attributes, deltas and key length to be. */
    private static final int USUAL_START_BYTES = 8;

    private static final int PAYLOAD_MASK = 0x7f;
    private static final int TWO_PAYLOADS_MASK = 0x3fff;

    private ByteBuffer bytes = NOTHING;
    private long baseOffset;
    private int lastOffsetDelta;
    private long baseTimestamp;
    private long logAppendTime;
    private TimestampType timestampType = TimestampType.CREATE_TIME;
    private boolean hasCreateTime;
    private int count;

    private int index;
    private int limit;
    private int position;
    private int bound;
    private @Nullable CorruptRecordException failure;

    private int offsetDelta;
    private long timestamp;
    private int keyPosition;
    private int keyLength;
    private int valuePosition;
    private int valueLength;
    private int headersPosition;
    private int headerCount;

    RecordCursor() {}

    void attach(RecordBatchHeader batch, ByteBuffer recordBytes) {
        bytes = recordBytes;
        baseOffset = batch.baseOffset();
        lastOffsetDelta = batch.lastOffsetDelta();
        baseTimestamp = batch.baseTimestamp();
        logAppendTime = batch.maxTimestamp();
        timestampType = batch.timestampType();
        hasCreateTime = timestampType == TimestampType.CREATE_TIME;
        count = batch.count();
        position = recordBytes.position();
        limit = recordBytes.limit();
        offsetDelta = -1;
        int available = recordBytes.remaining();
        if (count > available / RECORD_BYTES_MIN) {
            throw corrupt("record count " + count + " does not fit into " + available + " bytes");
        }
        if (count == 0 && available > 0) {
            throw corrupt(available + " bytes after no records");
        }
    }

    /** Forgets the batch, so that nothing reads memory that may belong to somebody else by now. */
    void detach() {
        bytes = NOTHING;
        limit = 0;
        failure = null;
        count = 0;
        index = 0;
        keyLength = NULL_LENGTH;
        valueLength = NULL_LENGTH;
        headerCount = 0;
    }

    /**
     * Moves to the next record; returns false after the last one.
     *
     * @throws CorruptRecordException if the record is not what the format allows; every later call throws it again
     */
    public boolean next() {
        if (index == count) {
            if (failure != null) {
                throw failure;
            }
            return false;
        }
        if (!readUsual()) {
            readAny();
        }
        index++;
        return true;
    }

    /** The offset of the record. */
    public long offset() {
        return baseOffset + offsetDelta;
    }

    /** Milliseconds since 1970; -1 if the producer gave none. */
    public long timestamp() {
        return timestamp;
    }

    /** Who set the timestamp. */
    public TimestampType timestampType() {
        return timestampType;
    }

    /** The memory that the positions below point into; borrowed, and to be read only. */
    public ByteBuffer bytes() {
        return bytes;
    }

    /** Where the key starts in {@link #bytes()}. */
    public int keyPosition() {
        return keyPosition;
    }

    /** The length of the key; -1 if it is null. */
    public int keyLength() {
        return keyLength;
    }

    /** Where the value starts in {@link #bytes()}. */
    public int valuePosition() {
        return valuePosition;
    }

    /** The length of the value; -1 if it is null. */
    public int valueLength() {
        return valueLength;
    }

    /** A read-only view of the key, good as long as the cursor is at this record's batch; null if the key is. */
    public @Nullable ByteBuffer key() {
        return keyLength < 0 ? null : bytes.slice(keyPosition, keyLength).asReadOnlyBuffer();
    }

    /** A read-only view of the value, good as long as the cursor is at this record's batch; null if the value is. */
    public @Nullable ByteBuffer value() {
        return valueLength < 0 ? null : bytes.slice(valuePosition, valueLength).asReadOnlyBuffer();
    }

    /** A copy of the key; null if the key is. */
    public byte @Nullable [] keyBytes() {
        return copy(keyPosition, keyLength);
    }

    /** A copy of the value; null if the value is. */
    public byte @Nullable [] valueBytes() {
        return copy(valuePosition, valueLength);
    }

    /** How many headers the record has. */
    public int headerCount() {
        return headerCount;
    }

    /** The headers, copied; decoded at each call and not before. */
    public Headers headers() {
        if (headerCount == 0) {
            return Headers.empty();
        }
        int resume = position;
        position = headersPosition;
        List<Header> headers = new ArrayList<>(headerCount);
        for (int i = 0; i < headerCount; i++) {
            headers.add(readHeader());
        }
        position = resume;
        return Headers.of(headers);
    }

    /** What the record says, if its batch is a control batch. */
    public ControlRecordType controlRecordType() {
        ControlRecordType type = keyLength < 0 ? null : ControlRecordType.read(bytes, keyPosition, keyLength);
        if (type == null) {
            throw corrupt("control record with a key of " + keyLength + " bytes");
        }
        return type;
    }

    /** The whole record, copied. */
    public DecodedRecord toRecord() {
        return new DecodedRecord(offset(), timestamp, keyBytes(), valueBytes(), headers());
    }

    /**
     * Reads a record without headers whose numbers take at most two bytes each, the timestamp delta three: nearly all are so.
     * One method with its position in a local variable, because positions passed on in fields take twice the time. Any other
     * record, a wrong one too, is left to {@link #readAny} as it was found.
     */
    private boolean readUsual() {
        ByteBuffer in = bytes;
        int at = position;
        if (limit - at < 2) {
            return false;
        }
        int length = in.get(at++);
        if (length < 0) {
            length = (length & PAYLOAD_MASK) | in.get(at++) << 7; // negative again if a third byte follows
        }
        int end = at + (length >> 1);
        if ((length & 1) != 0 || end - at < USUAL_START_BYTES || end > limit) {
            return false;
        }
        at++; // attributes, of which the format uses none
        int time = in.get(at++);
        if (time < 0) {
            time = (time & PAYLOAD_MASK) | in.get(at++) << 7;
            if (time < 0) {
                time = (time & TWO_PAYLOADS_MASK) | in.get(at++) << 14;
            }
        }
        int delta = in.get(at++);
        if (delta < 0) {
            delta = (delta & PAYLOAD_MASK) | in.get(at++) << 7;
        }
        int key = in.get(at++);
        if (key < 0) {
            key = (key & PAYLOAD_MASK) | in.get(at++) << 7;
        }
        int keyStart = at;
        int keyBytes = unzigzag(key);
        if (keyBytes > 0) {
            at += keyBytes;
        }
        if ((time | delta | key) < 0 || keyBytes < NULL_LENGTH || at > end - 2) {
            return false;
        }
        int value = in.get(at++);
        if (value < 0) {
            value = (value & PAYLOAD_MASK) | in.get(at++) << 7;
        }
        int valueStart = at;
        int valueBytes = unzigzag(value);
        if (valueBytes > 0) {
            at += valueBytes;
        }
        if (value < 0 || valueBytes < NULL_LENGTH || at != end - 1 || in.get(at) != 0) {
            return false;
        }
        keyPosition = keyStart;
        keyLength = keyBytes;
        valuePosition = valueStart;
        valueLength = valueBytes;
        headerCount = 0;
        return acceptUsual(unzigzag(delta), baseTimestamp + unzigzag(time), end);
    }

    /** Checks what a usual record says of its place in the batch, and moves past it if that is right. */
    private boolean acceptUsual(int delta, long created, int end) {
        boolean isLast = index == count - 1;
        if (delta <= offsetDelta || delta > lastOffsetDelta || created < 0 || (isLast && end != limit)) {
            return false;
        }
        offsetDelta = delta;
        timestamp = hasCreateTime ? created : logAppendTime;
        position = end;
        return true;
    }

    private void readAny() {
        bound = limit;
        int bodyBytes = readVarint();
        if (bodyBytes < RECORD_BYTES_MIN - 1 || bodyBytes > bound - position) {
            throw corrupt("record length " + bodyBytes + " with " + (bound - position) + " bytes left");
        }
        bound = position + bodyBytes;
        position++; // attributes, of which the format uses none
        readTimestamp();
        readOffset();
        keyLength = readLength("key");
        keyPosition = position;
        position += Math.max(0, keyLength);
        valueLength = readLength("value");
        valuePosition = position;
        position += Math.max(0, valueLength);
        skipHeaders();
        checkEnd();
    }

    private void readTimestamp() {
        long delta = readVarlong();
        if (overflows(delta)) {
            throw corrupt("timestamp delta " + delta + " overflows from base timestamp " + baseTimestamp);
        }
        timestamp = hasCreateTime ? baseTimestamp + delta : logAppendTime;
    }

    private boolean overflows(long timeDelta) {
        long createTime = baseTimestamp + timeDelta;
        return ((baseTimestamp ^ createTime) & (timeDelta ^ createTime)) < 0;
    }

    private void readOffset() {
        int delta = readVarint();
        if (delta <= offsetDelta || delta > lastOffsetDelta) {
            throw corrupt("offset delta " + delta + " is not between " + offsetDelta + " and " + lastOffsetDelta);
        }
        offsetDelta = delta;
    }

    private int readLength(String field) {
        int length = readVarint();
        if (length < NULL_LENGTH || length > bound - position) {
            throw corrupt(field + " length " + length + " with " + (bound - position) + " bytes left in the record");
        }
        return length;
    }

    private void skipHeaders() {
        int claimed = readVarint();
        if (claimed < 0 || claimed > (bound - position) / HEADER_BYTES_MIN) {
            throw corrupt("header count " + claimed + " with " + (bound - position) + " bytes left in the record");
        }
        headersPosition = position;
        headerCount = claimed;
        for (int i = 0; i < claimed; i++) {
            int keyBytes = readLength("header key");
            if (keyBytes < 0) {
                throw corrupt("header key is null");
            }
            position += keyBytes;
            int valueBytes = readLength("header value");
            position += Math.max(0, valueBytes);
        }
    }

    private void checkEnd() {
        if (position != bound) {
            throw corrupt((bound - position) + " bytes too many in the record");
        }
        if (index == count - 1 && bound != limit) {
            throw corrupt((limit - bound) + " bytes after the last of " + count + " records");
        }
    }

    private Header readHeader() {
        byte[] key = new byte[readVarint()];
        bytes.get(position, key);
        position += key.length;
        int valueBytes = readVarint();
        byte[] value = copy(position, valueBytes);
        position += Math.max(0, valueBytes);
        return new Header(new String(key, StandardCharsets.UTF_8), value);
    }

    private byte @Nullable [] copy(int start, int length) {
        if (length < 0) {
            return null;
        }
        byte[] copy = new byte[length];
        bytes.get(start, copy);
        return copy;
    }

    private static int unzigzag(int zigzag) {
        return (zigzag >>> 1) ^ -(zigzag & 1);
    }

    private int readVarint() {
        int at = position;
        if (at < bound) {
            // Nearly every varint of a record has one byte or two; the rest would keep this from being inlined.
            int first = bytes.get(at);
            if (first >= 0) {
                position = at + 1;
                return unzigzag(first);
            }
        }
        if (at + 1 < bound) {
            int first = bytes.get(at);
            int second = bytes.get(at + 1);
            if (second >= 0) {
                position = at + 2;
                return unzigzag((first & PAYLOAD_MASK) | (second << 7));
            }
        }
        return readLongVarint();
    }

    private int readLongVarint() {
        long zigzag = readZigzag(Varint.INT_BYTES_MAX);
        if (zigzag >>> Integer.SIZE != 0) {
            throw corrupt("varint overflows 32 bits");
        }
        return (int) (zigzag >>> 1) ^ -(int) (zigzag & 1);
    }

    private long readVarlong() {
        long first = position < bound ? bytes.get(position) : -1;
        if (first >= 0) {
            position++;
            return (first >>> 1) ^ -(first & 1);
        }
        long zigzag = readZigzag(Varint.LONG_BYTES_MAX);
        return (zigzag >>> 1) ^ -(zigzag & 1);
    }

    private long readZigzag(int bytesMax) {
        long zigzag = 0;
        for (int i = 0; i < bytesMax; i++) {
            if (position >= bound) {
                throw corrupt("varint goes beyond the end");
            }
            int next = bytes.get(position++);
            if (i == Varint.LONG_BYTES_MAX - 1 && next > 1) {
                throw corrupt("varint overflows 64 bits");
            }
            zigzag |= (next & 0x7fL) << (7 * i);
            if (next >= 0) {
                return zigzag;
            }
        }
        throw corrupt("varint is longer than " + bytesMax + " bytes");
    }

    private CorruptRecordException corrupt(String what) {
        String message = "record batch at offset " + baseOffset + ", record " + index + " of " + count + ": " + what;
        CorruptRecordException exception = new CorruptRecordException(baseOffset, message, null);
        failure = exception;
        index = count;
        return exception;
    }
}
