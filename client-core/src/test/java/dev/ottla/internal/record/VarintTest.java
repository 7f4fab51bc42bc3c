package dev.ottla.internal.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Random;
import org.apache.kafka.common.utils.ByteUtils;
import org.junit.jupiter.api.Test;

class VarintTest {
    private final ByteBuffer ours = ByteBuffer.allocate(16);
    private final ByteBuffer kafkas = ByteBuffer.allocate(16);

    @Test
    void should_write_ints_as_kafka_does() {
        Random random = new Random(5);
        for (int i = 0; i < 20_000; i++) {
            int value = i < 64 ? (1 << (i >> 1)) - (i & 1) : random.nextInt() >> random.nextInt(32);

            ours.clear().limit(Varint.put(ours, 0, value));
            ByteUtils.writeVarint(value, kafkas.clear());

            assertThat(ours).isEqualTo(kafkas.flip());
            assertThat(Varint.sizeOf(value)).isEqualTo(kafkas.limit());
        }
    }

    @Test
    void should_append_small_values_to_a_word_as_they_are_written() {
        for (int value = -1; value < Varint.TWO_BYTES_END; value++) {
            int end = Varint.put(ours, 0, value);
            long written = ours.getLong(0) >>> (Long.SIZE - Byte.SIZE * end);

            assertThat(Varint.sizeOfSmall(value)).isEqualTo(end);
            assertThat(Varint.append(7, value)).isEqualTo((7L << (Byte.SIZE * end)) | written);
        }
    }

    @Test
    void should_write_longs_as_kafka_does() {
        Random random = new Random(6);
        for (int i = 0; i < 20_000; i++) {
            long value = i < 128 ? (1L << (i >> 1)) - (i & 1) : random.nextLong() >> random.nextInt(64);

            ours.clear().limit(Varint.put(ours, 0, value));
            ByteUtils.writeVarlong(value, kafkas.clear());

            assertThat(ours).isEqualTo(kafkas.flip());
            assertThat(Varint.sizeOf(value)).isEqualTo(kafkas.limit());
        }
    }
}
