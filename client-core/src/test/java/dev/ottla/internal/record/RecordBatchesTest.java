package dev.ottla.internal.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.config.Compression;
import dev.ottla.errors.CorruptRecordException;
import dev.ottla.errors.UnsupportedVersionException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordBatchesTest {
    private static final int COUNT = 3;

    @Test
    void should_walk_batches_one_after_the_other() {
        ByteBuf records = batches(0, 10, 20);

        RecordBatches walk = new RecordBatches(records);

        for (long baseOffset = 0; baseOffset <= 20; baseOffset += 10) {
            assertThat(walk.next()).isTrue();
            assertThat(walk.header().baseOffset()).isEqualTo(baseOffset);
            assertThat(walk.header().lastOffset()).isEqualTo(baseOffset + COUNT - 1);
            assertThat(walk.header().nextOffset()).isEqualTo(baseOffset + COUNT);
            assertThat(walk.header().count()).isEqualTo(COUNT);
        }
        assertThat(walk.next()).isFalse();
        assertThat(walk.remainingBytes()).isZero();
        assertThat(records.readerIndex()).isZero();
    }

    @Test
    void should_drop_batch_that_is_cut_off_anywhere() {
        ByteBuf whole = batches(0, 10, 20);
        int batchBytes = whole.readableBytes() / 3;
        for (int length = 0; length <= whole.readableBytes(); length++) {
            RecordBatches walk = new RecordBatches(whole.slice(0, length));

            int complete = 0;
            while (walk.next()) {
                complete++;
            }

            assertThat(complete).isEqualTo(length / batchBytes);
            assertThat(walk.remainingBytes()).isEqualTo(length % batchBytes);
        }
    }

    @ParameterizedTest
    @ValueSource(bytes = {0, 1, 3, 127, -1})
    void should_name_offset_of_other_formats(byte magic) {
        ByteBuf records = batches(5).setByte(16, magic);

        assertThatThrownBy(() -> new RecordBatches(records).next())
                .isInstanceOf(UnsupportedVersionException.class)
                .hasMessageContaining("offset 5")
                .hasMessageContaining("format " + magic);
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 48})
    void should_reject_length_below_header(int length) {
        assertCorrupt(batches(5).setInt(8, length), "length " + length);
    }

    @ParameterizedTest
    @CsvSource({"-1,3", "-2147483648,3", "1,3", "2,-1", "2,2147483647", "2,4"})
    void should_reject_counts_that_contradict_offsets(int lastOffsetDelta, int count) {
        assertCorrupt(batches(5).setInt(23, lastOffsetDelta).setInt(57, count), "delta " + lastOffsetDelta);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE - 2})
    void should_reject_base_offset_out_of_range(long baseOffset) {
        ByteBuf records = batches(5).setLong(0, baseOffset);

        assertThatThrownBy(() -> new RecordBatches(records).next())
                .isInstanceOfSatisfying(
                        CorruptRecordException.class,
                        error -> assertThat(error.offset()).isEqualTo(baseOffset));
    }

    @Test
    void should_reject_batches_that_overlap() {
        RecordBatches walk = new RecordBatches(batches(10, 12));
        walk.next();

        assertThatThrownBy(walk::next)
                .isInstanceOf(CorruptRecordException.class)
                .hasMessageContaining("below 13");
    }

    private static void assertCorrupt(ByteBuf records, String what) {
        assertThatThrownBy(() -> new RecordBatches(records).next())
                .isInstanceOfSatisfying(
                        CorruptRecordException.class,
                        error -> assertThat(error.offset()).isEqualTo(5))
                .hasMessageContaining("offset 5")
                .hasMessageContaining(what);
    }

    private static ByteBuf batches(long... baseOffsets) {
        List<DecodedRecord> records = TestBatches.random(1, COUNT, 30);
        ByteBuf[] batches = Arrays.stream(baseOffsets)
                .mapToObj(baseOffset -> {
                    ByteBuf batch =
                            Unpooled.wrappedBuffer(TestBatches.write(records, Compression.none(), ProducerStamp.NONE));
                    return batch.setLong(0, baseOffset);
                })
                .toArray(ByteBuf[]::new);
        return Unpooled.copiedBuffer(batches);
    }
}
