package dev.ottla.internal.record;

import dev.ottla.common.TimestampType;
import dev.ottla.internal.concurrent.Confined;
import dev.ottla.internal.record.compression.CompressionType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The 61 bytes in front of the records of a batch (KIP-98), read and patched where they lie. Borrows the buffer that it
 * is pointed at. Step 4 of receiving looks at nothing else of a batch; sealing writes it as the last thing.
 */
@Confined
public final class RecordBatchHeader {
    /** The size of the header. */
    public static final int BYTES = 61;

    /** The only format that brokers have written since Kafka 0.11, and that Kafka 4 still knows. */
    public static final byte MAGIC = 2;

    /** The length field counts the bytes after itself. */
    static final int LENGTH_END = 12;

    static final int LENGTH_INDEX = 8;
    static final int MAGIC_INDEX = 16;
    private static final int PARTITION_LEADER_EPOCH_INDEX = 12;
    private static final int CRC_INDEX = 17;
    private static final int ATTRIBUTES_INDEX = 21;
    private static final int LAST_OFFSET_DELTA_INDEX = 23;
    private static final int BASE_TIMESTAMP_INDEX = 27;
    private static final int MAX_TIMESTAMP_INDEX = 35;
    private static final int PRODUCER_ID_INDEX = 43;
    private static final int PRODUCER_EPOCH_INDEX = 51;
    private static final int BASE_SEQUENCE_INDEX = 53;
    private static final int COUNT_INDEX = 57;

    private static final int COMPRESSION_MASK = 0x07;
    private static final int LOG_APPEND_TIME_FLAG = 0x08;
    private static final int TRANSACTIONAL_FLAG = 0x10;
    private static final int CONTROL_FLAG = 0x20;

    private final CRC32C checksum = new CRC32C();
    private final @Nullable ByteBuffer memory;
    private ByteBuf buffer = Unpooled.EMPTY_BUFFER;
    private int start;

    /** Points at nothing yet. */
    public RecordBatchHeader() {
        this(null);
    }

    /** For batches in a buffer over just this memory, a view that nobody else uses. */
    RecordBatchHeader(@Nullable ByteBuffer memory) {
        this.memory = memory;
    }

    /** Points at the batch that starts at {@code start} of the buffer, whose header must be there in full. */
    public RecordBatchHeader wrap(ByteBuf borrowedBuffer, int start) {
        this.buffer = borrowedBuffer;
        this.start = start;
        return this;
    }

    /** The buffer that the batch lies in. */
    public ByteBuf buffer() {
        return buffer;
    }

    /** Where in the buffer the batch starts. */
    public int start() {
        return start;
    }

    /** The size of the whole batch, header included. */
    public int sizeBytes() {
        return buffer.getInt(start + LENGTH_INDEX) + LENGTH_END;
    }

    /** The offset of the first record that the batch had when it was written; compaction may have removed it since. */
    public long baseOffset() {
        return buffer.getLong(start);
    }

    /** The offset of the last record that the batch had when it was written. */
    public long lastOffset() {
        return baseOffset() + lastOffsetDelta();
    }

    /** The offset to fetch next after this batch. */
    public long nextOffset() {
        return lastOffset() + 1;
    }

    /** The epoch of the leader that appended the batch; -1 if unknown. */
    public int partitionLeaderEpoch() {
        return buffer.getInt(start + PARTITION_LEADER_EPOCH_INDEX);
    }

    /** The format of the batch. */
    public byte magic() {
        return buffer.getByte(start + MAGIC_INDEX);
    }

    /** The checksum that the batch claims. */
    public int crc() {
        return buffer.getInt(start + CRC_INDEX);
    }

    /** All flags, as they are. */
    public short attributes() {
        return buffer.getShort(start + ATTRIBUTES_INDEX);
    }

    /** The number of the codec, 0 for none; numbers above those in {@link CompressionType} are possible. */
    public int compressionId() {
        return attributes() & COMPRESSION_MASK;
    }

    /** Who set the timestamps; with log append time all records have {@link #maxTimestamp()}. */
    public TimestampType timestampType() {
        return has(LOG_APPEND_TIME_FLAG) ? TimestampType.LOG_APPEND_TIME : TimestampType.CREATE_TIME;
    }

    /** Whether the records belong to a transaction. */
    public boolean isTransactional() {
        return has(TRANSACTIONAL_FLAG);
    }

    /** Whether the batch is a transaction marker (see {@link ControlRecordType}), which users never see. */
    public boolean isControl() {
        return has(CONTROL_FLAG);
    }

    /** The distance from the base offset to the last offset. */
    public int lastOffsetDelta() {
        return buffer.getInt(start + LAST_OFFSET_DELTA_INDEX);
    }

    /** What the records' timestamps count from; the delete horizon instead, after compaction (KIP-534). */
    public long baseTimestamp() {
        return buffer.getLong(start + BASE_TIMESTAMP_INDEX);
    }

    /** The highest timestamp of the records, or the log append time. */
    public long maxTimestamp() {
        return buffer.getLong(start + MAX_TIMESTAMP_INDEX);
    }

    /** The producer's id; -1 without idempotence. */
    public long producerId() {
        return buffer.getLong(start + PRODUCER_ID_INDEX);
    }

    /** The producer's epoch; -1 without idempotence. */
    public short producerEpoch() {
        return buffer.getShort(start + PRODUCER_EPOCH_INDEX);
    }

    /** The sequence number of the first record; -1 without idempotence. */
    public int baseSequence() {
        return buffer.getInt(start + BASE_SEQUENCE_INDEX);
    }

    /** How many records the batch has; 0 if compaction removed all of them. */
    public int count() {
        return buffer.getInt(start + COUNT_INDEX);
    }

    /** The checksum that the batch should have. */
    public int computeCrc() {
        checksum.reset();
        checksum.update(view(start + ATTRIBUTES_INDEX, start + sizeBytes()));
        return (int) checksum.getValue();
    }

    private ByteBuffer view(int from, int to) {
        // Not Netty's shared internal one, which belongs to whoever owns the buffer.
        return memory == null
                ? buffer.nioBuffer(from, to - from)
                : memory.limit(to).position(from);
    }

    /** Sets the base offset, as a broker does on append. Not covered by the checksum. */
    public RecordBatchHeader baseOffset(long baseOffset) {
        buffer.setLong(start, baseOffset);
        return this;
    }

    /** Sets the leader's epoch, as a broker does on append. Not covered by the checksum. */
    public RecordBatchHeader partitionLeaderEpoch(int partitionLeaderEpoch) {
        buffer.setInt(start + PARTITION_LEADER_EPOCH_INDEX, partitionLeaderEpoch);
        return this;
    }

    /** Sets the log append time, as a broker does on append where the topic says so. To be followed by the checksum. */
    public RecordBatchHeader logAppendTime(long timestamp) {
        buffer.setShort(start + ATTRIBUTES_INDEX, attributes() | LOG_APPEND_TIME_FLAG);
        buffer.setLong(start + MAX_TIMESTAMP_INDEX, timestamp);
        return this;
    }

    /** Sets identity, sequence and the transactional flag. To be followed by the checksum. */
    public RecordBatchHeader producer(ProducerStamp stamp) {
        int others = attributes() & ~TRANSACTIONAL_FLAG;
        buffer.setShort(start + ATTRIBUTES_INDEX, stamp.transactional() ? others | TRANSACTIONAL_FLAG : others);
        buffer.setLong(start + PRODUCER_ID_INDEX, stamp.producerId());
        buffer.setShort(start + PRODUCER_EPOCH_INDEX, stamp.producerEpoch());
        buffer.setInt(start + BASE_SEQUENCE_INDEX, stamp.baseSequence());
        return this;
    }

    /** Sets the checksum over what the batch holds now. */
    public void sealCrc() {
        buffer.setInt(start + CRC_INDEX, computeCrc());
    }

    /** Writes what the builder knows; producer and checksum follow. */
    RecordBatchHeader write(int sizeBytes, int count, long baseTimestamp, long maxTimestamp) {
        buffer.setLong(start, 0);
        buffer.setInt(start + LENGTH_INDEX, sizeBytes - LENGTH_END);
        buffer.setInt(start + PARTITION_LEADER_EPOCH_INDEX, -1);
        buffer.setByte(start + MAGIC_INDEX, MAGIC);
        buffer.setShort(start + ATTRIBUTES_INDEX, 0);
        buffer.setInt(start + LAST_OFFSET_DELTA_INDEX, count - 1);
        buffer.setLong(start + BASE_TIMESTAMP_INDEX, baseTimestamp);
        buffer.setLong(start + MAX_TIMESTAMP_INDEX, maxTimestamp);
        buffer.setInt(start + COUNT_INDEX, count);
        return this;
    }

    /** Sets the codec that the records are compressed with. */
    RecordBatchHeader compression(CompressionType type) {
        buffer.setShort(start + ATTRIBUTES_INDEX, (attributes() & ~COMPRESSION_MASK) | type.id());
        return this;
    }

    /** Marks the batch as a control batch. */
    RecordBatchHeader control() {
        buffer.setShort(start + ATTRIBUTES_INDEX, attributes() | CONTROL_FLAG);
        return this;
    }

    private boolean has(int flag) {
        return (attributes() & flag) != 0;
    }
}
