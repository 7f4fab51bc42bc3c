package dev.ottla.testkit.internal.log;

import dev.ottla.common.TimestampType;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.KafkaException;
import dev.ottla.internal.concurrent.Immutable;
import dev.ottla.internal.record.RecordBatchHeader;
import dev.ottla.internal.record.RecordBatchReader;
import dev.ottla.internal.record.RecordCursor;
import dev.ottla.internal.record.compression.CompressionType;
import dev.ottla.testkit.internal.log.Append.RecordError;
import dev.ottla.testkit.internal.log.Append.Refused;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a broker checks in a producer's batch before it looks at the producer's sequence, in the broker's order. Called by
 * {@link PartitionLog} on the cluster's loop.
 */
@Immutable
final class BatchRules {
    /** Zstandard came with this version of Produce (KIP-110). */
    private static final short FIRST_VERSION_WITH_ZSTD = 7;

    private static final int DECOMPRESSED_BYTES_MAX = 256 * 1024 * 1024;

    /** Where the length ends and what it counts begins. */
    private static final int LENGTH_END = 12;

    private BatchRules() {}

    /** The reason to refuse what a produce request holds for a partition; null if it is one sound batch. */
    static @Nullable Refused check(@Nullable ByteBuf records, short produceVersion, LogOptions options, long now) {
        if (records == null || records.readableBytes() <= LENGTH_END) {
            return malformed("Produce requests with version " + produceVersion
                    + " must have at least one record batch per partition");
        }
        RecordBatchHeader batch = new RecordBatchHeader().wrap(records, records.readerIndex());
        Refused refused = checkFrame(records, batch, produceVersion);
        if (refused == null) {
            refused = checkHeader(batch, options);
        }
        return refused == null ? checkRecords(batch, options, now) : refused;
    }

    private static @Nullable Refused checkFrame(ByteBuf records, RecordBatchHeader batch, short produceVersion) {
        long sizeBytes = (long) records.getInt(batch.start() + 8) + LENGTH_END;
        if (sizeBytes < LENGTH_END + 14 || records.readableBytes() < 17) {
            return corrupt(
                    "Record size " + (sizeBytes - LENGTH_END) + " is less than the minimum record overhead (14)");
        }
        if (batch.magic() < 0 || batch.magic() > RecordBatchHeader.MAGIC) {
            return corrupt("Invalid magic found in record: " + batch.magic());
        }
        if (sizeBytes > records.readableBytes()) {
            return malformed("Produce requests with version " + produceVersion
                    + " must have at least one record batch per partition");
        }
        if (batch.magic() != RecordBatchHeader.MAGIC) {
            return malformed("Produce requests with version " + produceVersion
                    + " are only allowed to contain record batches with magic version 2");
        }
        if (sizeBytes < RecordBatchHeader.BYTES) {
            return corrupt("Record batch is corrupted: it has " + sizeBytes + " bytes");
        }
        if (batch.compressionId() == CompressionType.ZSTD.id() && produceVersion < FIRST_VERSION_WITH_ZSTD) {
            return Refused.early(
                    ErrorCode.UNSUPPORTED_COMPRESSION_TYPE,
                    "Produce requests with version " + produceVersion
                            + " are not allowed to use ZStandard compression");
        }
        if (records.readableBytes() > sizeBytes) {
            return malformed("Produce requests with version " + produceVersion
                    + " are only allowed to contain exactly one record batch per partition");
        }
        return null;
    }

    private static @Nullable Refused checkHeader(RecordBatchHeader batch, LogOptions options) {
        if (batch.baseOffset() != 0) {
            return invalid(
                    "The baseOffset of the record batch in the append should be 0, but it is " + batch.baseOffset());
        }
        if (batch.sizeBytes() > options.maxMessageBytes()) {
            return Refused.early(
                    ErrorCode.MESSAGE_TOO_LARGE,
                    "The record batch size in the append is " + batch.sizeBytes()
                            + " bytes which exceeds the maximum configured value of " + options.maxMessageBytes());
        }
        if (batch.crc() != batch.computeCrc()) {
            return corrupt("Record is corrupt (stored crc = " + Integer.toUnsignedLong(batch.crc()) + ")");
        }
        if (batch.isControl()) {
            return invalid("Clients are not allowed to write control records");
        }
        if (batch.count() <= 0 || batch.lastOffsetDelta() != batch.count() - 1) {
            return invalid("Inconsistent batch offset range [0, " + batch.lastOffsetDelta() + "] and count of records "
                    + batch.count());
        }
        if (batch.producerId() >= 0 && batch.baseSequence() < 0) {
            return invalid("Invalid sequence number " + batch.baseSequence() + " in record batch with producerId "
                    + batch.producerId());
        }
        if (batch.isTransactional() && batch.producerId() < 0) {
            return invalid("Transactional batch without a producer id");
        }
        if (batch.timestampType() == TimestampType.LOG_APPEND_TIME) {
            return Refused.because(
                    ErrorCode.INVALID_TIMESTAMP,
                    "Producers are not allowed to set the timestamp type to LogAppendTime");
        }
        return null;
    }

    private static @Nullable Refused checkRecords(RecordBatchHeader batch, LogOptions options, long now) {
        List<RecordError> wrong = new ArrayList<>();
        ErrorCode error = ErrorCode.INVALID_RECORD;
        try (RecordBatchReader reader =
                new RecordBatchReader(false, DECOMPRESSED_BYTES_MAX, UnpooledByteBufAllocator.DEFAULT)) {
            RecordCursor records = reader.open(batch);
            for (int i = 0; records.next(); i++) {
                if (records.offset() != i) {
                    return invalid("Inner record at index " + i + " has offset " + records.offset());
                }
                if (options.isCompacted() && records.keyLength() < 0) {
                    wrong.add(new RecordError(i, "Compacted topic cannot accept message without key"));
                } else if (!options.accepts(records.timestamp(), now)) {
                    error = ErrorCode.INVALID_TIMESTAMP;
                    wrong.add(new RecordError(
                            i,
                            "Timestamp " + records.timestamp() + " of message with offset " + i + " is out of range"));
                }
            }
        } catch (KafkaException malformed) {
            return invalid("Found invalid compressed record set or record: " + malformed.getMessage());
        }
        return wrong.isEmpty()
                ? null
                : new Refused(
                        error,
                        "One or more records have been rejected due to " + wrong.size() + " record errors",
                        true,
                        wrong);
    }

    private static Refused malformed(String message) {
        return Refused.early(ErrorCode.INVALID_RECORD, message);
    }

    private static Refused invalid(String message) {
        return Refused.because(ErrorCode.INVALID_RECORD, message);
    }

    private static Refused corrupt(String message) {
        return Refused.early(ErrorCode.CORRUPT_MESSAGE, message);
    }
}
