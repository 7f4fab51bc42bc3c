package dev.ottla.internal.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.config.Compression;
import dev.ottla.errors.CorruptRecordException;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CompressedBatchTest {

    static Stream<Compression> levels() {
        return Stream.of(
                        IntStream.concat(IntStream.of(-1), IntStream.rangeClosed(1, 9))
                                .mapToObj(Compression::gzip),
                        Stream.of(Compression.snappy()),
                        IntStream.rangeClosed(1, 17).mapToObj(Compression::lz4),
                        IntStream.of(-131072, -50, -1, 0, 1, 3, 9, 19, 22).mapToObj(Compression::zstd))
                .flatMap(stream -> stream);
    }

    static Stream<Compression> codecs() {
        return TestBatches.codecs().filter(compression -> !(compression instanceof Compression.None));
    }

    static Stream<List<DecodedRecord>> samples() {
        byte[] noise = new byte[300_000];
        new Random(11).nextBytes(noise);
        return Stream.of(
                TestBatches.random(31, 1, 10),
                TestBatches.random(32, 100, 100),
                TestBatches.random(33, 3000, 200),
                List.of(TestBatches.record(0, noise)),
                List.of(TestBatches.record(0, new byte[3_000_000])),
                List.of(TestBatches.record(0, null), TestBatches.record(1, noise)));
    }

    @ParameterizedTest
    @MethodSource("levels")
    void should_be_read_by_kafka(Compression compression) {
        samples().forEach(records -> {
            byte[] written = TestBatches.write(records, compression, TestBatches.STAMP);

            TestBatches.assertSame(KafkaOracle.read(written), records);
            TestBatches.assertSame(TestBatches.read(written), records);
        });
    }

    @ParameterizedTest
    @MethodSource("levels")
    void should_read_what_kafka_wrote(Compression compression) {
        samples().forEach(records -> {
            byte[] written = KafkaOracle.write(records, compression, TestBatches.STAMP);

            TestBatches.assertSame(TestBatches.read(written), records);
        });
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void should_get_smaller(Compression compression) {
        List<DecodedRecord> records = TestBatches.random(34, 500, 100);

        int compressed = TestBatches.write(records, compression, TestBatches.STAMP).length;

        assertThat(compressed).isLessThan(TestBatches.write(records, Compression.none(), TestBatches.STAMP).length);
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void should_read_batches_of_direct_memory_one_after_the_other(Compression compression) {
        UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
        try (RecordBatchReader reader = new RecordBatchReader(true, 1 << 20, allocator)) {
            for (int size : new int[] {10, 2000, 1, 300}) {
                List<DecodedRecord> records = TestBatches.random(size, size, 100);
                byte[] written = KafkaOracle.write(records, compression, TestBatches.STAMP);
                RecordBatches walk = new RecordBatches(
                        Unpooled.directBuffer().writeZero(5).writeBytes(written).skipBytes(5));
                walk.next();

                RecordCursor cursor = reader.open(walk.header());

                List<DecodedRecord> read = new ArrayList<>();
                while (cursor.next()) {
                    read.add(cursor.toRecord());
                }
                TestBatches.assertSame(read, records);
                walk.header().buffer().release();
            }
        }
        assertThat(allocator.metric().usedDirectMemory()).isZero();
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void should_stop_at_bound_when_batch_is_a_bomb(Compression compression) {
        byte[] bomb =
                KafkaOracle.write(List.of(TestBatches.record(0, new byte[30 << 20])), compression, TestBatches.STAMP);
        UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
        RecordBatches walk = new RecordBatches(Unpooled.wrappedBuffer(bomb));
        walk.next();

        try (RecordBatchReader reader = new RecordBatchReader(true, 1 << 20, allocator)) {
            assertThatThrownBy(() -> reader.open(walk.header()))
                    .isInstanceOf(CorruptRecordException.class)
                    .hasMessageContaining("batch may decompress to");
            assertThat(allocator.metric().usedDirectMemory()).isLessThanOrEqualTo((1 << 20) + bomb.length + (64 << 10));
        }
        assertThat(allocator.metric().usedDirectMemory()).isZero();
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void should_allow_exactly_the_bound(Compression compression) {
        for (int valueBytes : new int[] {1, 65_000, 65_536, 131_072, 200_000}) {
            List<DecodedRecord> records = List.of(TestBatches.record(0, new byte[valueBytes]));
            int bytes =
                    TestBatches.write(records, Compression.none(), TestBatches.STAMP).length - RecordBatchHeader.BYTES;
            byte[] written = KafkaOracle.write(records, compression, TestBatches.STAMP);

            TestBatches.assertSame(TestBatches.read(written, true, bytes), records);
            assertThatThrownBy(() -> TestBatches.read(written, true, bytes - 1))
                    .isInstanceOf(CorruptRecordException.class)
                    .hasMessageContaining("batch may decompress to");
        }
    }

    @Test
    void should_reject_unknown_codec() {
        byte[] batch = TestBatches.write(TestBatches.random(1, 3, 9), Compression.none(), TestBatches.STAMP);
        batch[22] = 5;

        assertThatThrownBy(() -> TestBatches.read(batch, false, 1 << 20))
                .isInstanceOf(CorruptRecordException.class)
                .hasMessageContaining("unknown compression codec 5");
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void should_reject_records_cut_off_or_followed_by_more(Compression compression) {
        byte[] batch = TestBatches.write(TestBatches.random(35, 200, 50), compression, TestBatches.STAMP);
        for (int change : new int[] {-1, -4, -9, 1, 4, 9}) {
            byte[] changed = java.util.Arrays.copyOf(batch, batch.length + change);
            java.nio.ByteBuffer.wrap(changed).putInt(8, changed.length - 12);

            assertThatThrownBy(() -> TestBatches.read(changed, false, 1 << 20))
                    .isInstanceOf(CorruptRecordException.class);
        }
    }
}
