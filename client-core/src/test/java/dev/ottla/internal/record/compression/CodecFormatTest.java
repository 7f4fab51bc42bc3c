package dev.ottla.internal.record.compression;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import net.jpountz.lz4.LZ4FrameOutputStream;
import net.jpountz.lz4.LZ4FrameOutputStream.BLOCKSIZE;
import net.jpountz.lz4.LZ4FrameOutputStream.FLG.Bits;
import net.jpountz.xxhash.XXHashFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xerial.snappy.Snappy;

/** What other clients than kafka-clients write, and what no client writes. */
class CodecFormatTest {
    private static final byte[] TEXT =
            "so long, and thanks for all the fish, ".repeat(9000).getBytes(US_ASCII);

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
    private final BatchDecompressor decompressor = new BatchDecompressor(1 << 20, allocator);

    @AfterEach
    void close() {
        decompressor.close();
        assertThat(allocator.metric().usedDirectMemory()).isZero();
    }

    @Test
    void should_read_raw_snappy_block_as_librdkafka_writes_it() throws IOException {
        assertThat(decompress(CompressionType.SNAPPY, Snappy.compress(TEXT))).isEqualTo(TEXT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "ffffffff0f", "ffffffffff01", "8080808008", "808004", "82534e41505059000000000100000002"})
    void should_reject_snappy_that_lies_about_itself(String hex) {
        assertMalformed(CompressionType.SNAPPY, HexFormat.of().parseHex(hex));
    }

    @ParameterizedTest
    @ValueSource(strings = {"7fffffff", "ffffffff", "80000000", "00000001", "0000", "00000005ffffffff0f"})
    void should_reject_snappy_frame_with_impossible_block(String hex) {
        assertMalformed(CompressionType.SNAPPY, HexFormat.of().parseHex("82534e41505059000000000100000001" + hex));
    }

    @ParameterizedTest
    @EnumSource
    void should_read_lz4_with_every_block_size_and_all_checksums(BLOCKSIZE blockSize) throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        try (OutputStream out = new LZ4FrameOutputStream(
                frame,
                blockSize,
                TEXT.length,
                Bits.BLOCK_INDEPENDENCE,
                Bits.BLOCK_CHECKSUM,
                Bits.CONTENT_CHECKSUM,
                Bits.CONTENT_SIZE)) {
            out.write(TEXT);
        }
        byte[] valid = frame.toByteArray();
        byte[] badContentChecksum = valid.clone();
        badContentChecksum[valid.length - 1] ^= 1;

        assertThat(decompress(CompressionType.LZ4, valid)).isEqualTo(TEXT);
        assertMalformed(CompressionType.LZ4, badContentChecksum);
        assertMalformed(CompressionType.LZ4, Arrays.copyOf(valid, valid.length + 1));
        assertMalformed(CompressionType.LZ4, Arrays.copyOf(valid, valid.length - 5));
    }

    @Test
    void should_read_lz4_block_stored_as_it_is() throws IOException {
        byte[] noise = new byte[100_000];
        new Random(1).nextBytes(noise);
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        try (OutputStream out = new LZ4FrameOutputStream(frame, BLOCKSIZE.SIZE_64KB, Bits.BLOCK_INDEPENDENCE)) {
            out.write(noise);
        }

        assertThat(decompress(CompressionType.LZ4, frame.toByteArray())).isEqualTo(noise);
    }

    /** Flags and block size of an lz4 frame: linked, dictionary, version 0, reserved bits, block sizes 3 and reserved. */
    @ParameterizedTest
    @ValueSource(strings = {"4040", "6140", "2040", "6240", "6030", "6041", "60c0"})
    void should_reject_lz4_frames_that_kafka_rules_out(String descriptor) {
        assertMalformed(CompressionType.LZ4, lz4Frame(HexFormat.of().parseHex(descriptor), new byte[4]));
    }

    @Test
    void should_reject_lz4_content_size_beyond_the_bound_before_reading_it() {
        ByteBuffer descriptor = ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN);
        descriptor.put((byte) 0x68).put((byte) 0x40).putLong(1L << 40);

        assertMalformed(CompressionType.LZ4, lz4Frame(descriptor.array(), new byte[4]));
        assertThat(allocator.metric().usedDirectMemory()).isLessThan(200_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ffffff7f", "ffffffff", "01000100", "05000000", "0500000041", ""})
    void should_reject_lz4_block_length_that_does_not_fit(String hex) {
        assertMalformed(
                CompressionType.LZ4,
                lz4Frame(new byte[] {0x60, 0x40}, HexFormat.of().parseHex(hex)));
    }

    @Test
    void should_read_gzip_members_with_optional_fields() throws IOException {
        ByteArrayOutputStream members = new ByteArrayOutputStream();
        for (byte[] half : new byte[][] {Arrays.copyOf(TEXT, 1000), Arrays.copyOfRange(TEXT, 1000, TEXT.length)}) {
            ByteArrayOutputStream member = new ByteArrayOutputStream();
            try (OutputStream out = new GZIPOutputStream(member)) {
                out.write(half);
            }
            // extra field of 2 bytes, name, comment, header checksum
            byte[] plain = member.toByteArray();
            plain[3] = 0x1e;
            members.write(plain, 0, 10);
            members.write(HexFormat.of().parseHex("0200beef" + "6e00" + "6300" + "0000"));
            members.write(plain, 10, plain.length - 10);
        }

        assertThat(decompress(CompressionType.GZIP, members.toByteArray())).isEqualTo(TEXT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1f8b08", "1f8b0880000000000000", "1f8b0700000000000000", "1f8b0804000000000000ffff41"})
    void should_reject_what_is_no_gzip(String hex) {
        assertMalformed(CompressionType.GZIP, HexFormat.of().parseHex(hex));
    }

    @Test
    void should_reject_gzip_with_wrong_trailer() throws IOException {
        ByteArrayOutputStream member = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(member)) {
            out.write(TEXT);
        }
        byte[] bytes = member.toByteArray();
        bytes[bytes.length - 1] ^= 1;

        assertMalformed(CompressionType.GZIP, bytes);
        assertMalformed(CompressionType.GZIP, Arrays.copyOf(bytes, bytes.length - 8));
    }

    @Test
    void should_read_zstd_frames_in_a_row() {
        byte[] first = Zstd.compress(Arrays.copyOf(TEXT, 1000), 1);
        byte[] second = Zstd.compress(Arrays.copyOfRange(TEXT, 1000, TEXT.length), 19);
        byte[] both = ByteBuffer.allocate(first.length + second.length)
                .put(first)
                .put(second)
                .array();

        assertThat(decompress(CompressionType.ZSTD, both)).isEqualTo(TEXT);
    }

    /** Nothing but a claim: a window of 2 GiB, a content of 2^40 bytes, no frame at all. */
    @ParameterizedTest
    @ValueSource(strings = {"28b52ffd00a8010000", "28b52ffde00000000000010000010000", "00", "28b52ffd"})
    void should_reject_zstd_without_memory_for_claims(String hex) {
        try {
            byte[] content = decompress(CompressionType.ZSTD, HexFormat.of().parseHex(hex));
            assertThat(content).isEmpty();
        } catch (DecompressionException e) {
            assertThat(e).hasMessageMatching("(zstd data is malformed|more than the 1048576 bytes).*");
        }
        assertThat(allocator.metric().usedDirectMemory()).isLessThanOrEqualTo((1 << 20) + (64 << 10));
    }

    private byte[] decompress(CompressionType type, byte[] source) {
        ByteBuffer content = decompressor.decompress(type, ByteBuffer.wrap(source));
        byte[] bytes = new byte[content.remaining()];
        content.get(bytes);
        return bytes;
    }

    private void assertMalformed(CompressionType type, byte[] source) {
        assertThatThrownBy(() -> decompress(type, source)).isInstanceOf(DecompressionException.class);
    }

    private static byte[] lz4Frame(byte[] descriptor, byte[] blocks) {
        int hash = XXHashFactory.fastestInstance().hash32().hash(descriptor, 0, descriptor.length, 0);
        return ByteBuffer.allocate(4 + descriptor.length + 1 + blocks.length)
                .put(new byte[] {0x04, 0x22, 0x4d, 0x18})
                .put(descriptor)
                .put((byte) (hash >>> 8))
                .put(blocks)
                .array();
    }
}
