package dev.ottla.internal.record;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.ottla.common.Header;
import dev.ottla.common.Headers;
import dev.ottla.config.Compression;
import dev.ottla.internal.record.compression.BatchCompressor;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordBatchBuilderTest {
    private static final byte[] VALUE = new byte[100];

    private final FreeListSegmentPool pool = new FreeListSegmentPool(1 << 16, 1 << 20);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
    void should_write_same_bytes_as_kafka_when_not_compressed(long seed) {
        List<DecodedRecord> records = TestBatches.random(seed, (int) (seed * seed * 4), 200);
        ProducerStamp stamp = seed % 2 == 0 ? ProducerStamp.NONE : new ProducerStamp(seed, (short) 1, 5, seed % 3 == 0);

        byte[] written = TestBatches.write(records, Compression.none(), stamp);

        assertThat(written).isEqualTo(KafkaOracle.write(records, Compression.none(), stamp));
    }

    /** Where one of the lengths, the offset or the time begins to take another byte. */
    @Test
    void should_write_same_bytes_as_kafka_where_varints_grow() {
        List<DecodedRecord> records = new ArrayList<>();
        for (int valueBytes : new int[] {-1, 0, 1, 62, 63, 64, 65, 8_056, 8_063, 8_064, 8_065, 8_191, 8_192}) {
            for (int keyBytes : new int[] {-1, 0, 1, 62, 63, 64, 65, 8_191, 8_192}) {
                for (int delta : new int[] {0, 63, 64, 8_191, 8_192, -1}) {
                    records.add(record(records.size(), delta, keyBytes, valueBytes));
                }
            }
        }
        while (records.size() < 8_200) {
            records.add(record(records.size(), records.size() % 3, 16, 1));
        }

        byte[] written = TestBatches.write(records, Compression.none(), ProducerStamp.NONE);

        assertThat(written).isEqualTo(KafkaOracle.write(records, Compression.none(), ProducerStamp.NONE));
    }

    private static DecodedRecord record(int offset, int delta, int keyBytes, int valueBytes) {
        long timestamp = 1_700_000_000_000L + (offset == 0 ? 0 : delta);
        return new DecodedRecord(offset, timestamp, bytes(keyBytes), bytes(valueBytes), Headers.empty());
    }

    private static byte[] bytes(int length) {
        byte[] bytes = length < 0 ? null : new byte[length];
        if (bytes != null) {
            Arrays.fill(bytes, (byte) 'x');
        }
        return bytes;
    }

    @Test
    void should_write_same_bytes_from_buffers_as_from_arrays() {
        byte[] bytes = "--key--value--".getBytes(US_ASCII);
        ByteBuffer key = ByteBuffer.wrap(bytes, 2, 3);
        ByteBuffer value =
                ByteBuffer.allocateDirect(bytes.length).put(bytes).position(7).limit(12);
        RecordBatchBuilder fromBuffers = builder();
        RecordBatchBuilder fromArrays = builder();

        fromBuffers.tryAppend(1, key, value, Headers.empty());
        fromBuffers.tryAppend(2, (ByteBuffer) null, null, Headers.empty());
        fromArrays.tryAppend(1, "key".getBytes(US_ASCII), "value".getBytes(US_ASCII), Headers.empty());
        fromArrays.tryAppend(2, (byte[]) null, null, Headers.empty());

        assertThat(sealed(fromBuffers)).isEqualTo(sealed(fromArrays));
        assertThat(key.position()).isEqualTo(2);
        assertThat(value.position()).isEqualTo(7);
    }

    @Test
    void should_refuse_record_and_keep_batch_when_segment_is_full() {
        RecordBatchBuilder builder = new RecordBatchBuilder(new FreeListSegmentPool(512, 512).tryTake(0));
        int appended = 0;
        while (builder.tryAppend(1, null, VALUE, Headers.empty())) {
            appended++;
        }

        boolean small = builder.tryAppend(1, null, new byte[1], Headers.empty());

        assertThat(appended).isEqualTo(4);
        assertThat(small).isTrue();
        assertThat(TestBatches.read(sealed(builder))).hasSize(5);
    }

    @Test
    void should_give_a_single_record_the_whole_segment_and_several_no_more_than_their_bound() {
        // given
        RecordBatchBuilder large =
                new RecordBatchBuilder(new FreeListSegmentPool(512, 512).tryTake(0), 200, Integer.MAX_VALUE);
        RecordBatchBuilder small =
                new RecordBatchBuilder(new FreeListSegmentPool(512, 512).tryTake(0), 200, Integer.MAX_VALUE);

        // when
        boolean alone = large.tryAppend(1, null, new byte[300], Headers.empty());
        boolean another = large.tryAppend(1, null, new byte[1], Headers.empty());
        while (small.tryAppend(1, null, new byte[20], Headers.empty())) {
            assertThat(small.sizeBytes()).isLessThanOrEqualTo(200);
        }

        // then
        assertThat(alone).isTrue();
        assertThat(another).isFalse();
        assertThat(small.sizeBytes()).isGreaterThan(150);
    }

    @Test
    void should_have_no_room_for_more_records_than_it_may_have() {
        // given
        RecordBatchBuilder builder = new RecordBatchBuilder(new FreeListSegmentPool(512, 512).tryTake(0), 512, 2);

        // when
        boolean first = builder.tryAppend(1, null, VALUE, Headers.empty());
        boolean isComplete = builder.hasAllRecords();
        boolean second = builder.tryAppend(1, null, VALUE, Headers.empty());
        boolean third = builder.tryAppend(1, null, new byte[0], Headers.empty());

        // then
        assertThat(List.of(first, isComplete, second, third)).containsExactly(true, false, true, false);
        assertThat(builder.hasAllRecords()).isTrue();
        assertThat(TestBatches.read(sealed(builder))).hasSize(2);
    }

    @Test
    void should_fill_segment_to_last_byte() {
        for (int spare = 0; spare < 4; spare++) {
            RecordBatchBuilder probe = new RecordBatchBuilder(new FreeListSegmentPool(512, 512).tryTake(0));
            int valueBytes = 512 - RecordBatchHeader.BYTES - 10 + spare - 2;
            boolean fits = probe.tryAppend(1, null, new byte[valueBytes], Headers.empty());

            // 2 bytes of length, 2 of value length, 5 of one each
            assertThat(fits).isEqualTo(valueBytes + 9 + RecordBatchHeader.BYTES <= 512);
            assertThat(probe.remainingBytes()).isEqualTo(fits ? 512 - RecordBatchHeader.BYTES - 9 - valueBytes : 451);
        }
    }

    @Test
    void should_fill_segment_to_last_byte_with_a_header_of_any_script() {
        Headers headers = Headers.of(new Header("größe-€-😀", null), new Header("trace", null));
        long bytes = RecordBatchHeader.BYTES + 6 + HeaderEncoder.sizeOf(headers);
        RecordBatchBuilder builder = new RecordBatchBuilder(new FreeListSegmentPool((int) bytes, bytes).tryTake(0));

        assertThat(builder.tryAppend(1, (byte[]) null, null, headers)).isTrue();

        assertThat(builder.remainingBytes()).isZero();
        assertThat(TestBatches.read(sealed(builder)).get(0).headers()).isEqualTo(headers);
    }

    @Test
    void should_never_need_more_than_the_announced_bound() {
        for (DecodedRecord record : TestBatches.random(99, 500, 3000)) {
            int keyBytes = record.key() == null ? 0 : record.key().length;
            int valueBytes = record.value() == null ? 0 : record.value().length;
            long bound = RecordBatchBuilder.batchBytesMax(keyBytes, valueBytes, record.headers());
            RecordBatchBuilder builder =
                    new RecordBatchBuilder(new FreeListSegmentPool(62, 1 << 20).tryTake((int) bound));

            assertThat(builder.tryAppend(record.timestamp(), record.key(), record.value(), record.headers()))
                    .isTrue();
        }
    }

    @Test
    void should_refuse_timestamp_that_no_delta_can_reach() {
        RecordBatchBuilder builder = builder();
        builder.tryAppend(-1, null, VALUE, Headers.empty());

        assertThat(builder.tryAppend(Long.MAX_VALUE, null, VALUE, Headers.empty()))
                .isFalse();
        assertThat(builder.tryAppend(Long.MAX_VALUE - 1, null, VALUE, Headers.empty()))
                .isTrue();
        assertThat(KafkaOracle.read(sealed(builder)))
                .extracting(DecodedRecord::timestamp)
                .containsExactly(-1L, Long.MAX_VALUE - 1);
    }

    @Test
    void should_take_record_larger_than_a_standard_segment() {
        byte[] value = new byte[1_000_000];
        value[999_999] = 42;
        int bytes = (int) RecordBatchBuilder.batchBytesMax(0, value.length, Headers.empty());
        RecordBatchBuilder builder = new RecordBatchBuilder(pool.tryTake(bytes));

        builder.tryAppend(1, null, value, Headers.empty());

        assertThat(KafkaOracle.read(sealed(builder)).get(0).value()).isEqualTo(value);
        assertThat(pool.takenBytes()).isZero();
    }

    @Test
    void should_allocate_nothing_per_record() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Headers headers = Headers.of(new Header("trace", VALUE), new Header("größe", null));
        for (int i = 0; i < 100; i++) {
            fill(builder(), headers).discard();
        }
        RecordBatchBuilder builder = builder();

        long before = threads.getCurrentThreadAllocatedBytes();
        fill(builder, headers);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;

        assertThat(allocated).isLessThan(200);
        assertThat(builder.count()).isGreaterThan(150);
        builder.discard();
    }

    @Test
    void should_keep_uncompressed_form_when_codec_makes_it_larger() {
        RecordBatchBuilder builder = builder();
        builder.tryAppend(1, null, new byte[] {1, 2, 3}, Headers.empty());

        try (BatchCompressor compressor = BatchCompressor.of(Compression.gzip(), UnpooledByteBufAllocator.DEFAULT)) {
            SealedBatch batch = builder.seal(TestBatches.STAMP, compressor);

            assertThat(batch.header().compressionId()).isZero();
            assertThat(KafkaOracle.read(TestBatches.toBytes(batch))).hasSize(1);
            batch.release();
        }
    }

    @Test
    void should_write_markers_as_kafka_reads_them() {
        RecordBatchBuilder builder = builder();
        byte[] value = {0, 0, 0, 0, 0, 9};
        builder.tryAppend(5, ControlRecordType.COMMIT.toKey(), value, Headers.empty());

        SealedBatch batch = builder.sealControl(new ProducerStamp(7, (short) 2, -1, true));

        RecordBatch read = KafkaOracle.batch(TestBatches.toBytes(batch));
        assertThat(read.isControlBatch()).isTrue();
        assertThat(read.isTransactional()).isTrue();
        assertThat(org.apache.kafka.common.record.internal.ControlRecordType.parse(
                        read.iterator().next().key()))
                .isEqualTo(org.apache.kafka.common.record.internal.ControlRecordType.COMMIT);
        batch.release();
    }

    @Test
    void should_refuse_to_seal_nothing_or_twice() {
        RecordBatchBuilder empty = builder();
        RecordBatchBuilder sealed = builder();
        sealed.tryAppend(1, null, VALUE, Headers.empty());
        sealed.seal(ProducerStamp.NONE, BatchCompressor.none()).release();

        assertThatThrownBy(() -> empty.seal(ProducerStamp.NONE, BatchCompressor.none()))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> sealed.seal(ProducerStamp.NONE, BatchCompressor.none()))
                .isInstanceOf(IllegalStateException.class);
        empty.discard();
        assertThat(pool.takenBytes()).isZero();
    }

    private static RecordBatchBuilder fill(RecordBatchBuilder builder, Headers headers) {
        long timestamp = 1_700_000_000_000L;
        while (builder.tryAppend(timestamp++, VALUE, VALUE, headers)) {
            // until the segment is full
        }
        return builder;
    }

    private RecordBatchBuilder builder() {
        return new RecordBatchBuilder(pool.tryTake(0));
    }

    private static byte[] sealed(RecordBatchBuilder builder) {
        SealedBatch batch = builder.seal(ProducerStamp.NONE, BatchCompressor.none());
        byte[] bytes = TestBatches.toBytes(batch);
        batch.release();
        return bytes;
    }
}
