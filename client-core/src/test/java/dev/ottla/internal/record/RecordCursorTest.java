package dev.ottla.internal.record;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.ottla.common.Header;
import dev.ottla.common.Headers;
import dev.ottla.common.TimestampType;
import dev.ottla.config.Compression;
import dev.ottla.errors.CorruptRecordException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.kafka.common.record.internal.DefaultRecordBatch;
import org.apache.kafka.common.record.internal.EndTransactionMarker;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordCursorTest {
    private final RecordBatchReader reader = new RecordBatchReader(false, 1 << 20, UnpooledByteBufAllocator.DEFAULT);

    @AfterEach
    void close() {
        reader.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23, 24, 25, 26, 27, 28})
    void should_read_what_kafka_wrote(long seed) {
        List<DecodedRecord> records = TestBatches.random(seed, (int) (seed % 20) * 30, 500);
        byte[] written = KafkaOracle.write(records, Compression.none(), TestBatches.STAMP);

        TestBatches.assertSame(TestBatches.read(written), records);
    }

    /** One byte more or less in a varint is where the short way of reading a record ends. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 63, 64, 65, 8191, 8192, 8193, 1_048_575, 1_048_576, 1_048_577})
    void should_read_numbers_of_every_length(int edge) {
        List<DecodedRecord> records = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            long offset = i * (edge + 3L);
            records.add(new DecodedRecord(offset, 5_000_000 + edge * (i - 1L), null, new byte[edge], Headers.empty()));
            records.add(new DecodedRecord(offset + 1, edge, new byte[edge], null, Headers.of(new Header("h", null))));
            records.add(new DecodedRecord(offset + 2, 5_000_000 - edge, new byte[edge], new byte[3], Headers.empty()));
        }
        byte[] written = KafkaOracle.write(records, Compression.none(), ProducerStamp.NONE);

        TestBatches.assertSame(TestBatches.read(written), records);
    }

    @Test
    void should_give_views_of_key_and_value_where_they_lie() {
        Headers headers = Headers.of(new Header("h", null), new Header("h", new byte[] {1}));
        DecodedRecord record = new DecodedRecord(0, 9, "key".getBytes(US_ASCII), "value".getBytes(US_ASCII), headers);
        RecordCursor cursor = open(TestBatches.write(List.of(record), Compression.none(), ProducerStamp.NONE));

        cursor.next();

        assertThat(text(cursor.key())).isEqualTo("key");
        assertThat(text(cursor.value())).isEqualTo("value");
        assertThat(text(cursor.bytes().slice(cursor.keyPosition(), cursor.keyLength())))
                .isEqualTo("key");
        assertThat(text(cursor.bytes().slice(cursor.valuePosition(), cursor.valueLength())))
                .isEqualTo("value");
        assertThat(cursor.headerCount()).isEqualTo(2);
        assertThat(cursor.headers()).isEqualTo(headers);
        assertThat(cursor.headers()).isEqualTo(headers);
        assertThat(cursor.timestampType()).isEqualTo(TimestampType.CREATE_TIME);
        assertThat(cursor.next()).isFalse();
    }

    @Test
    void should_keep_offsets_of_records_that_compaction_left() {
        List<DecodedRecord> records = List.of(
                TestBatches.record(100, new byte[1]), TestBatches.record(107, null), TestBatches.record(300, null));

        byte[] written = KafkaOracle.write(records, Compression.lz4(), ProducerStamp.NONE);

        assertThat(TestBatches.read(written)).extracting(DecodedRecord::offset).containsExactly(100L, 107L, 300L);
    }

    @Test
    void should_read_batch_that_compaction_emptied() {
        ByteBuffer empty = ByteBuffer.allocate(RecordBatchHeader.BYTES);
        DefaultRecordBatch.writeEmptyHeader(
                empty,
                RecordBatch.MAGIC_VALUE_V2,
                9,
                (short) 1,
                4,
                50,
                59,
                2,
                org.apache.kafka.common.record.TimestampType.CREATE_TIME,
                77,
                true,
                false);
        RecordBatches walk = new RecordBatches(Unpooled.wrappedBuffer(empty.array()));

        walk.next();

        assertThat(walk.header().count()).isZero();
        assertThat(walk.header().nextOffset()).isEqualTo(60);
        assertThat(walk.header().producerId()).isEqualTo(9);
        assertThat(walk.header().producerEpoch()).isEqualTo((short) 1);
        assertThat(walk.header().baseSequence()).isEqualTo(4);
        assertThat(walk.header().partitionLeaderEpoch()).isEqualTo(2);
        assertThat(walk.header().isTransactional()).isTrue();
        assertThat(reader.open(walk.header()).next()).isFalse();
    }

    @Test
    void should_give_log_append_time_to_every_record() {
        List<DecodedRecord> records = TestBatches.random(3, 10, 10);

        byte[] written = KafkaOracle.writeWithLogAppendTime(records, 123_456);

        assertThat(TestBatches.read(written))
                .extracting(DecodedRecord::timestamp)
                .containsOnly(123_456L)
                .hasSize(10);
    }

    @ParameterizedTest
    @EnumSource(names = {"ABORT", "COMMIT"})
    void should_recognise_transaction_markers(ControlRecordType type) {
        EndTransactionMarker marker = new EndTransactionMarker(
                org.apache.kafka.common.record.internal.ControlRecordType.valueOf(type.name()), 4);
        byte[] written = KafkaOracle.bytes(MemoryRecords.withEndTransactionMarker(40, 5, 2, 7, (short) 1, marker));
        RecordBatches walk = new RecordBatches(Unpooled.wrappedBuffer(written));
        walk.next();

        RecordCursor cursor = reader.open(walk.header());
        cursor.next();

        assertThat(walk.header().isControl()).isTrue();
        assertThat(walk.header().producerId()).isEqualTo(7);
        assertThat(cursor.controlRecordType()).isEqualTo(type);
    }

    @Test
    void should_skip_unknown_control_records_and_reject_short_ones() {
        DecodedRecord unknown = new DecodedRecord(0, 1, new byte[] {0, 0, 0, 99}, null, Headers.empty());
        DecodedRecord tooShort = new DecodedRecord(1, 1, new byte[] {0, 0, 0}, null, Headers.empty());
        RecordCursor cursor =
                open(TestBatches.write(List.of(unknown, tooShort), Compression.none(), ProducerStamp.NONE));

        cursor.next();
        assertThat(cursor.controlRecordType()).isEqualTo(ControlRecordType.OTHER);
        cursor.next();
        assertThatThrownBy(cursor::controlRecordType).isInstanceOf(CorruptRecordException.class);
    }

    @Test
    void should_allocate_nothing_per_record() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        byte[] batch = TestBatches.write(TestBatches.random(4, 1000, 50), Compression.none(), ProducerStamp.NONE);
        for (int i = 0; i < 100; i++) {
            sumOfLengths(open(batch));
        }
        RecordCursor cursor = open(batch);

        long before = threads.getCurrentThreadAllocatedBytes();
        long sum = sumOfLengths(cursor);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;

        assertThat(allocated).isLessThan(200);
        assertThat(sum).isPositive();
    }

    @Test
    void should_forget_memory_when_reader_moves_on() {
        byte[] batch = TestBatches.write(TestBatches.random(4, 5, 50), Compression.none(), ProducerStamp.NONE);
        RecordCursor cursor = open(batch);
        cursor.next();

        reader.close();

        assertThat(cursor.next()).isFalse();
        assertThat(cursor.bytes().capacity()).isZero();
        assertThat(cursor.keyBytes()).isNull();
    }

    /** One record of 11 bytes after its length: attributes, two deltas, key "k", value "v", header count, header. */
    @ParameterizedTest
    @CsvSource({
        "16 00 00 00 02 6b 02 76 02 02 68 01, valid",
        "14 00 00 00 02 6b 02 76 02 02 68 01, beyond the end",
        "18 00 00 00 02 6b 02 76 02 02 68 01, record length 12",
        "01 00 00 00 02 6b 02 76 02 02 68 01, record length -1",
        "0a 00 00 00 02 6b 02 76 02 02 68 01, record length 5",
        "10 00 00 00 02 6b 02 76 00 02 68 01, 3 bytes after",
        "16 00 00 01 02 6b 02 76 02 02 68 01, offset delta -1",
        "16 00 00 02 02 6b 02 76 02 02 68 01, offset delta 1",
        "16 00 00 00 03 6b 02 76 02 02 68 01, key length -2",
        "16 00 00 00 7e 6b 02 76 02 02 68 01, key length 63",
        "16 00 00 00 02 6b 03 76 02 02 68 01, value length -2",
        "16 00 00 00 02 6b 7e 76 02 02 68 01, value length 63",
        "16 00 00 00 02 6b 02 76 01 02 68 01, header count -1",
        "16 00 00 00 02 6b 02 76 04 02 68 01, header count 2",
        "16 00 00 00 02 6b 02 76 7e 02 68 01, header count 63",
        "16 00 00 00 02 6b 02 76 00 02 68 01, bytes too many",
        "16 00 00 00 02 6b 02 76 02 01 68 01, header key is null",
        "16 00 00 00 02 6b 02 76 02 02 68 03, header value length -2",
        "16 00 ff ff ff ff ff ff ff ff ff 7f, varint overflows",
        "16 00 ff ff ff ff ff ff ff ff ff ff, longer than 10 bytes",
        "16 00 00 ff ff ff ff 7f 02 02 68 01, overflows 32 bits",
        "16 00 00 ff ff ff ff ff 02 02 68 01, longer than 5 bytes",
        "16 00 fe ff ff ff ff ff ff ff ff 01, timestamp delta",
    })
    void should_reject_record_that_contradicts_itself(String hex, String what) {
        byte[] body = HexFormat.ofDelimiter(" ").parseHex(hex);
        RecordCursor cursor = open(batchOf(body, 1));

        if (what.equals("valid")) {
            assertThat(cursor.next()).isTrue();
            assertThat(cursor.next()).isFalse();
            return;
        }
        assertThatThrownBy(cursor::next)
                .isInstanceOfSatisfying(
                        CorruptRecordException.class,
                        error -> assertThat(error.offset()).isEqualTo(500))
                .hasMessageContaining("batch at offset 500, record 0 of 1")
                .hasMessageContaining(what);
        assertThatThrownBy(cursor::next).isInstanceOf(CorruptRecordException.class);
    }

    @Test
    void should_reject_count_that_bytes_can_not_hold() {
        assertThatThrownBy(() -> open(batchOf(new byte[20], 3)))
                .isInstanceOf(CorruptRecordException.class)
                .hasMessageContaining("record count 3");
        assertThatThrownBy(() -> open(batchOf(new byte[20], 0)))
                .isInstanceOf(CorruptRecordException.class)
                .hasMessageContaining("20 bytes after no records");
    }

    private static byte[] batchOf(byte[] recordBytes, int count) {
        List<DecodedRecord> one = List.of(TestBatches.record(0, new byte[recordBytes.length]));
        byte[] template = TestBatches.write(one, Compression.none(), ProducerStamp.NONE);
        ByteBuffer batch = ByteBuffer.allocate(RecordBatchHeader.BYTES + recordBytes.length);
        batch.put(template, 0, RecordBatchHeader.BYTES).put(recordBytes);
        batch.putLong(0, 500)
                .putInt(8, batch.capacity() - 12)
                .putInt(23, Math.max(0, count - 1))
                .putLong(27, 1000)
                .putInt(57, count);
        return batch.array();
    }

    private RecordCursor open(byte[] batch) {
        ByteBuf buffer = Unpooled.wrappedBuffer(batch);
        RecordBatches walk = new RecordBatches(buffer);
        assertThat(walk.next()).isTrue();
        return reader.open(walk.header());
    }

    private static String text(ByteBuffer bytes) {
        return US_ASCII.decode(bytes).toString();
    }

    private static long sumOfLengths(RecordCursor cursor) {
        long sum = 0;
        while (cursor.next()) {
            sum += cursor.keyLength() + cursor.valueLength() + cursor.headerCount();
        }
        return sum;
    }
}
