package dev.ottla.internal.record;

import dev.ottla.errors.CorruptRecordException;
import dev.ottla.internal.concurrent.Confined;
import dev.ottla.internal.record.compression.BatchDecompressor;
import dev.ottla.internal.record.compression.CompressionType;
import dev.ottla.internal.record.compression.DecompressionException;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Opens one batch after the other: checksum, decompression, then a cursor over its records. Step 6 of receiving; owned by
 * the thread that takes the records, which closes it. The memory for decompressed records is reused by the next batch.
 */
@Confined
public final class RecordBatchReader implements AutoCloseable {
    private final boolean checkCrcs;
    private final BatchDecompressor decompressor;
    private final RecordCursor cursor = new RecordCursor();

    /**
     * A reader without an open batch.
     *
     * @param checkCrcs whether to check the checksum of each batch ({@code check.crcs})
     * @param decompressedBytesMax the most bytes that one batch may decompress to
     * @param allocator gives direct memory for decompressed records
     */
    public RecordBatchReader(boolean checkCrcs, int decompressedBytesMax, ByteBufAllocator allocator) {
        this.checkCrcs = checkCrcs;
        this.decompressor = new BatchDecompressor(decompressedBytesMax, allocator);
    }

    /**
     * Opens a batch that {@link RecordBatches} moved to, and closes the one that was open. The cursor, always the same
     * object, reads the batch's own buffer or this reader's memory: it is good until the next call, the {@link #close()},
     * or the release of the buffer.
     *
     * @throws CorruptRecordException if the checksum is wrong, or the records do not decompress within the bound
     * @throws dev.ottla.errors.MissingCodecException if the codec's library is not on the class path
     */
    public RecordCursor open(RecordBatchHeader batch) {
        cursor.detach();
        if (checkCrcs) {
            checkCrc(batch);
        }
        cursor.attach(batch, recordBytes(batch));
        return cursor;
    }

    /** Closes the open batch and frees the memory and the codecs. */
    @Override
    public void close() {
        cursor.detach();
        decompressor.close();
    }

    private static void checkCrc(RecordBatchHeader batch) {
        int computed = batch.computeCrc();
        if (computed != batch.crc()) {
            throw corrupt(
                    batch,
                    "checksum is " + Integer.toHexString(computed) + ", header says "
                            + Integer.toHexString(batch.crc()),
                    null);
        }
    }

    private ByteBuffer recordBytes(RecordBatchHeader batch) {
        ByteBuffer stored = batch.buffer()
                .nioBuffer(batch.start() + RecordBatchHeader.BYTES, batch.sizeBytes() - RecordBatchHeader.BYTES);
        CompressionType type = CompressionType.ofId(batch.compressionId());
        if (type == null) {
            throw corrupt(batch, "unknown compression codec " + batch.compressionId(), null);
        }
        if (type == CompressionType.NONE || batch.count() == 0) {
            return stored;
        }
        try {
            return decompressor.decompress(type, stored);
        } catch (DecompressionException e) {
            throw corrupt(batch, type + " records can not be decompressed: " + e.getMessage(), e);
        }
    }

    private static CorruptRecordException corrupt(RecordBatchHeader batch, String what, @Nullable Throwable cause) {
        long baseOffset = batch.baseOffset();
        return new CorruptRecordException(baseOffset, "record batch at offset " + baseOffset + ": " + what, cause);
    }
}
