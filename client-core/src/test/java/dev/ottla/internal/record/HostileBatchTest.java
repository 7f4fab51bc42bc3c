package dev.ottla.internal.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import dev.ottla.common.Header;
import dev.ottla.common.Headers;
import dev.ottla.errors.CorruptRecordException;
import dev.ottla.errors.KafkaException;
import dev.ottla.errors.UnsupportedVersionException;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Valid batches, broken in every place: the answer is a typed error or some records, within a budget of memory. */
class HostileBatchTest {
    private static final int DECOMPRESSED_BYTES_MAX = 64 << 10;

    /** Per read: exceptions with their stack traces, views, and copies of what is really there. */
    private static final long HEAP_BYTES_MAX = 256 << 10;

    private static final int CRC_COVERED_FROM = 21;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
    private final RecordBatchReader trusting = new RecordBatchReader(false, DECOMPRESSED_BYTES_MAX, allocator);
    private final RecordBatchReader checking = new RecordBatchReader(true, DECOMPRESSED_BYTES_MAX, allocator);

    static Stream<byte[]> batches() {
        List<DecodedRecord> records = new ArrayList<>(TestBatches.random(41, 8, 60));
        Headers headers = Headers.of(new Header("a", new byte[5]), new Header("b", null));
        records.add(new DecodedRecord(8, 1_700_000_000_000L, new byte[3], new byte[100], headers));
        return TestBatches.codecs()
                .flatMap(codec -> Stream.of(
                        TestBatches.write(records, codec, TestBatches.STAMP),
                        KafkaOracle.write(records, codec, ProducerStamp.NONE)));
    }

    @AfterEach
    void close() {
        trusting.close();
        checking.close();
        assertThat(allocator.metric().usedDirectMemory()).isZero();
    }

    @ParameterizedTest
    @MethodSource("batches")
    void should_survive_every_flipped_bit(byte[] batch) {
        for (int bit = 0; bit < batch.length * Byte.SIZE; bit++) {
            byte[] flipped = batch.clone();
            flipped[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);

            readWithinBudget(flipped, trusting);
            KafkaException error = readWithinBudget(flipped, checking);

            if (bit / Byte.SIZE >= CRC_COVERED_FROM) {
                assertThat(error).isInstanceOf(CorruptRecordException.class);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("batches")
    void should_survive_every_truncation_with_matching_length(byte[] batch) {
        for (int length = RecordBatchHeader.BYTES; length < batch.length; length++) {
            byte[] truncated = Arrays.copyOf(batch, length);
            java.nio.ByteBuffer.wrap(truncated).putInt(8, length - 12);

            assertThat(readWithinBudget(truncated, checking)).isInstanceOf(CorruptRecordException.class);
            assertThat(readWithinBudget(truncated, trusting)).isInstanceOf(CorruptRecordException.class);
        }
    }

    @ParameterizedTest
    @MethodSource("batches")
    void should_survive_random_bytes_after_the_header(byte[] batch) {
        Random random = new Random(42);
        for (int i = 0; i < 2000; i++) {
            byte[] noise = batch.clone();
            int from = RecordBatchHeader.BYTES + random.nextInt(batch.length - RecordBatchHeader.BYTES);
            for (int at = from; at < Math.min(batch.length, from + 8); at++) {
                noise[at] = (byte) random.nextInt();
            }

            readWithinBudget(noise, trusting);
        }
    }

    private KafkaException readWithinBudget(byte[] batch, RecordBatchReader reader) {
        long before = threads.getCurrentThreadAllocatedBytes();
        KafkaException error = read(batch, reader);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(allocated).isLessThan(HEAP_BYTES_MAX);
        assertThat(allocator.metric().usedDirectMemory()).isLessThan(8L * DECOMPRESSED_BYTES_MAX);
        return error;
    }

    private static KafkaException read(byte[] batch, RecordBatchReader reader) {
        try {
            RecordBatches walk = new RecordBatches(Unpooled.wrappedBuffer(batch));
            while (walk.next()) {
                RecordCursor cursor = reader.open(walk.header());
                while (cursor.next()) {
                    cursor.toRecord();
                }
            }
            return null;
        } catch (CorruptRecordException | UnsupportedVersionException e) {
            return e;
        } catch (Throwable e) {
            return fail("not a typed error", e);
        }
    }
}
