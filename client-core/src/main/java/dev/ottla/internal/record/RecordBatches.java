package dev.ottla.internal.record;

import dev.ottla.errors.CorruptRecordException;
import dev.ottla.errors.UnsupportedVersionException;
import dev.ottla.internal.concurrent.Confined;
import io.netty.buffer.ByteBuf;

/**
 * Walks the batches of one partition in a fetch response, looking at headers alone. Step 4 of receiving; borrows the
 * response's buffer. Everything that {@link RecordBatchReader} relies on is checked here, except for the checksum.
 */
@Confined
public final class RecordBatches {
    private final ByteBuf records;
    private final RecordBatchHeader header = new RecordBatchHeader();
    private int position;
    private long nextOffsetMin;

    /** Starts before the first batch in the readable bytes, whose indices stay as they are. */
    public RecordBatches(ByteBuf borrowedRecords) {
        this.records = borrowedRecords;
        this.position = borrowedRecords.readerIndex();
    }

    /**
     * Moves to the next batch; returns false after the last complete one. Brokers cut the last batch off anywhere, to stay
     * within the size that was asked for; it is then as if it was not there (see {@link #remainingBytes()}).
     *
     * @throws CorruptRecordException if the lengths, counts or offsets in the header contradict each other
     * @throws UnsupportedVersionException if the batch has another format than 2
     */
    public boolean next() {
        int remaining = remainingBytes();
        if (remaining <= RecordBatchHeader.MAGIC_INDEX) {
            return false;
        }
        header.wrap(records, position);
        checkMagic();
        int length = records.getInt(position + RecordBatchHeader.LENGTH_INDEX);
        if (length < RecordBatchHeader.BYTES - RecordBatchHeader.LENGTH_END) {
            throw corrupt("length " + length + " is less than the header of a batch");
        }
        if (length > remaining - RecordBatchHeader.LENGTH_END) {
            return false;
        }
        checkHeader();
        position += header.sizeBytes();
        nextOffsetMin = header.nextOffset();
        return true;
    }

    /** The header of the batch that {@link #next()} moved to. The same object every time. */
    public RecordBatchHeader header() {
        return header;
    }

    /** How many bytes come after the current batch; once {@link #next()} returned false, the size of a cut-off batch. */
    public int remainingBytes() {
        return records.writerIndex() - position;
    }

    private void checkMagic() {
        byte magic = header.magic();
        if (magic != RecordBatchHeader.MAGIC) {
            throw new UnsupportedVersionException(
                    "records at offset " + header.baseOffset() + " have format " + magic
                            + ", only format 2 can be read;"
                            + " formats 0 and 1 are from before Kafka 0.11: let the broker convert them, or skip them",
                    null);
        }
    }

    private void checkHeader() {
        long baseOffset = header.baseOffset();
        int lastOffsetDelta = header.lastOffsetDelta();
        int count = header.count();
        if (baseOffset < nextOffsetMin) {
            throw corrupt("base offset is below " + nextOffsetMin + ", where the batch before it ends");
        }
        if (lastOffsetDelta < 0 || baseOffset > Long.MAX_VALUE - 1 - lastOffsetDelta) {
            throw corrupt("last offset delta " + lastOffsetDelta + " is out of range");
        }
        if (count < 0 || count - 1 > lastOffsetDelta) {
            throw corrupt("record count " + count + " does not fit last offset delta " + lastOffsetDelta);
        }
    }

    private CorruptRecordException corrupt(String what) {
        long baseOffset = header.baseOffset();
        return new CorruptRecordException(baseOffset, "record batch at offset " + baseOffset + ": " + what, null);
    }
}
