package dev.ottla.internal.record.compression;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.config.Compression;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class BatchDecompressorTest {
    @Test
    void should_overwrite_a_result_before_the_next_when_assertions_are_on() {
        try (BatchDecompressor decompressor = new BatchDecompressor(1 << 20, UnpooledByteBufAllocator.DEFAULT)) {
            // given
            ByteBuffer held = decompressor
                    .decompress(CompressionType.GZIP, compressed(10_000))
                    .duplicate();
            long before = held.getLong(9_000);

            // when
            decompressor.decompress(CompressionType.GZIP, compressed(1_000));

            // then
            assertThat(before).isZero();
            assertThat(held.getLong(9_000)).isEqualTo(0xDBDBDBDBDBDBDBDBL);
        }
    }

    private static ByteBuffer compressed(int bytes) {
        ByteBuffer memory = ByteBuffer.allocateDirect(bytes);
        try (BatchCompressor compressor = BatchCompressor.of(Compression.gzip(), UnpooledByteBufAllocator.DEFAULT)) {
            return memory.slice(0, compressor.compressInPlace(memory, 0, bytes));
        }
    }
}
