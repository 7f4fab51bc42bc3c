package dev.ottla.internal.record;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ottla.common.Header;
import dev.ottla.common.Headers;
import dev.ottla.config.Compression;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;

/** The official client's own writer and reader of record batches, which ours have to agree with. */
final class KafkaOracle {
    private KafkaOracle() {}

    static byte[] write(List<DecodedRecord> records, Compression compression, ProducerStamp stamp) {
        long baseOffset = records.get(0).offset();
        MemoryRecordsBuilder builder = MemoryRecords.builder(
                ByteBuffer.allocate(1 << 16),
                RecordBatch.MAGIC_VALUE_V2,
                compression(compression),
                TimestampType.CREATE_TIME,
                baseOffset,
                RecordBatch.NO_TIMESTAMP,
                stamp.producerId(),
                stamp.producerEpoch(),
                stamp.baseSequence(),
                stamp.transactional(),
                RecordBatch.NO_PARTITION_LEADER_EPOCH);
        for (DecodedRecord record : records) {
            builder.appendWithOffset(
                    record.offset(), record.timestamp(), record.key(), record.value(), headers(record.headers()));
        }
        return bytes(builder.build());
    }

    /** Writes records that the broker has given its own time. */
    static byte[] writeWithLogAppendTime(List<DecodedRecord> records, long logAppendTime) {
        MemoryRecordsBuilder builder = MemoryRecords.builder(
                ByteBuffer.allocate(1 << 16),
                RecordBatch.MAGIC_VALUE_V2,
                compression(Compression.none()),
                TimestampType.LOG_APPEND_TIME,
                0L,
                logAppendTime);
        for (DecodedRecord record : records) {
            builder.append(record.timestamp(), record.key(), record.value(), headers(record.headers()));
        }
        return bytes(builder.build());
    }

    static List<DecodedRecord> read(byte[] batches) {
        List<DecodedRecord> records = new ArrayList<>();
        for (MutableRecordBatch batch : batches(batches)) {
            batch.ensureValid();
            for (Record record : batch) {
                record.ensureValid();
                records.add(new DecodedRecord(
                        record.offset(),
                        record.timestamp(),
                        bytes(record.key()),
                        bytes(record.value()),
                        headers(record.headers())));
            }
        }
        return records;
    }

    static MutableRecordBatch batch(byte[] batch) {
        return batches(batch).iterator().next();
    }

    static byte[] bytes(MemoryRecords records) {
        return bytes(records.buffer());
    }

    static byte[] bytes(ByteBuffer source) {
        if (source == null) {
            return null;
        }
        byte[] bytes = new byte[source.remaining()];
        source.duplicate().get(bytes);
        return bytes;
    }

    private static Iterable<MutableRecordBatch> batches(byte[] batches) {
        return MemoryRecords.readableRecords(ByteBuffer.wrap(batches)).batches();
    }

    private static org.apache.kafka.common.compress.Compression compression(Compression compression) {
        if (compression instanceof Compression.Gzip gzip) {
            return org.apache.kafka.common.compress.Compression.gzip()
                    .level(gzip.level())
                    .build();
        } else if (compression instanceof Compression.Snappy) {
            return org.apache.kafka.common.compress.Compression.snappy().build();
        } else if (compression instanceof Compression.Lz4 lz4) {
            return org.apache.kafka.common.compress.Compression.lz4()
                    .level(lz4.level())
                    .build();
        } else if (compression instanceof Compression.Zstd zstd) {
            return org.apache.kafka.common.compress.Compression.zstd()
                    .level(zstd.level())
                    .build();
        }
        return org.apache.kafka.common.compress.Compression.NONE;
    }

    private static org.apache.kafka.common.header.Header[] headers(Headers headers) {
        return headers.asList().stream()
                .map(header -> new RecordHeader(header.key(), header.value()))
                .toArray(org.apache.kafka.common.header.Header[]::new);
    }

    private static Headers headers(org.apache.kafka.common.header.Header[] headers) {
        List<Header> list = new ArrayList<>();
        for (org.apache.kafka.common.header.Header header : headers) {
            list.add(new Header(new String(header.key().getBytes(UTF_8), UTF_8), header.value()));
        }
        return Headers.of(list);
    }
}
