package dev.ottla.internal.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.common.Header;
import dev.ottla.common.Headers;
import dev.ottla.config.Compression;
import dev.ottla.internal.record.compression.BatchCompressor;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Records and batches for the tests of this package. */
final class TestBatches {
    static final int DECOMPRESSED_BYTES_MAX = 64 << 20;
    static final ProducerStamp STAMP = new ProducerStamp(4711, (short) 3, 17, false);

    private static final long START_TIMESTAMP = 1_700_000_000_000L;

    private TestBatches() {}

    static Stream<Compression> codecs() {
        return Stream.of(
                Compression.none(), Compression.gzip(), Compression.snappy(), Compression.lz4(), Compression.zstd());
    }

    /** Records that compress somewhat, with nulls, empty arrays, header duplicates and times that go back. */
    static List<DecodedRecord> random(long seed, int count, int valueBytesMax) {
        Random random = new Random(seed);
        List<DecodedRecord> records = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            long timestamp = START_TIMESTAMP + random.nextInt(20_000) - 10_000;
            byte[] key = random.nextInt(4) == 0 ? null : bytes(random, 20);
            byte[] value = random.nextInt(8) == 0 ? null : bytes(random, valueBytesMax);
            records.add(new DecodedRecord(i, timestamp, key, value, headers(random)));
        }
        return records;
    }

    static DecodedRecord record(long offset, byte[] value) {
        return new DecodedRecord(offset, START_TIMESTAMP, null, value, Headers.empty());
    }

    static byte[] write(List<DecodedRecord> records, Compression compression, ProducerStamp stamp) {
        FreeListSegmentPool pool = new FreeListSegmentPool(1 << 16, 1 << 30);
        long bytes = records.stream()
                .mapToLong(record -> RecordBatchBuilder.batchBytesMax(
                        length(record.key()), length(record.value()), record.headers()))
                .sum();
        RecordBatchBuilder builder = new RecordBatchBuilder(pool.tryTake((int) bytes));
        for (DecodedRecord record : records) {
            if (!builder.tryAppend(record.timestamp(), record.key(), record.value(), record.headers())) {
                throw new AssertionError("no room in " + bytes + " bytes");
            }
        }
        try (BatchCompressor compressor = BatchCompressor.of(compression, UnpooledByteBufAllocator.DEFAULT)) {
            SealedBatch batch = builder.seal(stamp, compressor);
            byte[] written = toBytes(batch);
            batch.release();
            return written;
        }
    }

    static byte[] toBytes(SealedBatch batch) {
        ByteBuf buffer = batch.retainedBuffer();
        try {
            return ByteBufUtil.getBytes(buffer);
        } finally {
            buffer.release();
        }
    }

    /** Reads all batches with our reader; fails if it keeps direct memory. */
    static List<DecodedRecord> read(byte[] batches, boolean checkCrcs, int decompressedBytesMax) {
        UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
        List<DecodedRecord> records = new ArrayList<>();
        try (RecordBatchReader reader = new RecordBatchReader(checkCrcs, decompressedBytesMax, allocator)) {
            RecordBatches walk = new RecordBatches(Unpooled.wrappedBuffer(batches));
            while (walk.next()) {
                RecordCursor cursor = reader.open(walk.header());
                while (cursor.next()) {
                    records.add(cursor.toRecord());
                }
            }
        }
        if (allocator.metric().usedDirectMemory() != 0) {
            throw new AssertionError("reader keeps " + allocator.metric());
        }
        return records;
    }

    static List<DecodedRecord> read(byte[] batches) {
        return read(batches, true, DECOMPRESSED_BYTES_MAX);
    }

    /** Compares key, value and headers by content; one by one, because AssertJ would box every byte. */
    static void assertSame(List<DecodedRecord> actual, List<DecodedRecord> expected) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            assertThat(actual.get(i).offset()).isEqualTo(expected.get(i).offset());
            assertThat(actual.get(i).timestamp()).isEqualTo(expected.get(i).timestamp());
            assertThat(actual.get(i).key()).isEqualTo(expected.get(i).key());
            assertThat(Arrays.equals(actual.get(i).value(), expected.get(i).value()))
                    .isTrue();
            assertThat(actual.get(i).headers()).isEqualTo(expected.get(i).headers());
        }
    }

    private static byte[] bytes(Random random, int lengthMax) {
        byte[] bytes = new byte[random.nextInt(lengthMax + 1)];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) ('a' + random.nextInt(8));
        }
        return bytes;
    }

    private static Headers headers(Random random) {
        if (random.nextInt(3) > 0) {
            return Headers.empty();
        }
        List<Header> headers = new ArrayList<>();
        String[] keys = {"trace", "", "größe", "日本", "\uD83D\uDE00"};
        for (int i = random.nextInt(5); i > 0; i--) {
            byte[] value = random.nextInt(4) == 0 ? null : bytes(random, 30);
            headers.add(new Header(keys[random.nextInt(keys.length)], value));
        }
        return Headers.of(headers);
    }

    private static int length(byte[] bytes) {
        return bytes == null ? 0 : bytes.length;
    }
}
