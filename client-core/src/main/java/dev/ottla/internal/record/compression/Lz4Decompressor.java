package dev.ottla.internal.record.compression;

import dev.ottla.internal.concurrent.Confined;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;
import net.jpountz.xxhash.XXHash32;
import net.jpountz.xxhash.XXHashFactory;

/** lz4 frames of independent blocks from any client, block by block, with all checksums that they carry. */
@Confined
final class Lz4Decompressor implements Decompressor {
    private final LZ4SafeDecompressor decompressor =
            LZ4Factory.fastestInstance().safeDecompressor();
    private final XXHash32 hash = XXHashFactory.fastestInstance().hash32();

    @Override
    public void decompress(ByteBuffer source, DecompressedBytes target) {
        source.order(ByteOrder.LITTLE_ENDIAN);
        Lz4Format.Frame frame = Lz4Format.readHeader(source, hash);
        target.requireAllowed(frame.contentBytes());
        for (int length = readInt(source); length != 0; length = readInt(source)) {
            decompressBlock(source, length, frame, target);
        }
        checkContent(source, frame, target.memory());
    }

    @Override
    public void close() {
        // lz4-java's decompressors keep nothing between blocks
    }

    private void decompressBlock(ByteBuffer source, int length, Lz4Format.Frame frame, DecompressedBytes target) {
        int blockBytes = length & ~Lz4Format.STORED_FLAG;
        if (blockBytes > frame.blockBytesMax() || blockBytes > source.remaining()) {
            throw new DecompressionException(
                    "lz4 block of " + blockBytes + " bytes with " + source.remaining() + " left", null);
        }
        int start = source.position();
        if ((length & Lz4Format.STORED_FLAG) != 0) {
            ByteBuffer memory = target.withRoom(blockBytes);
            memory.put(source.slice(start, blockBytes));
        } else {
            inflateBlock(source, start, blockBytes, frame, target);
        }
        source.position(start + blockBytes);
        if (frame.blockChecksums() && readInt(source) != hash.hash(source, start, blockBytes, 0)) {
            throw new DecompressionException("lz4 block checksum is wrong", null);
        }
    }

    private void inflateBlock(
            ByteBuffer source, int start, int blockBytes, Lz4Format.Frame frame, DecompressedBytes target) {
        ByteBuffer memory = target.withRoomUpTo(frame.blockBytesMax());
        int position = memory.position();
        int room = Math.min(frame.blockBytesMax(), memory.remaining());
        try {
            int written = decompressor.decompress(source, start, blockBytes, memory, position, room);
            memory.position(position + written);
        } catch (LZ4Exception e) {
            // Too little room looks the same as malformed data; only at the bound can it be that.
            String hint = room < frame.blockBytesMax() ? ", or exceeds the bytes that a batch may decompress to" : "";
            throw new DecompressionException("lz4 block is malformed" + hint, e);
        }
    }

    private void checkContent(ByteBuffer source, Lz4Format.Frame frame, ByteBuffer memory) {
        if (frame.contentChecksum() && readInt(source) != hash.hash(memory, 0, memory.position(), 0)) {
            throw new DecompressionException("lz4 content checksum is wrong", null);
        }
        if (frame.contentBytes() != Lz4Format.Frame.UNKNOWN && frame.contentBytes() != memory.position()) {
            throw new DecompressionException("lz4 content is not as long as its frame says", null);
        }
        if (source.hasRemaining()) {
            throw new DecompressionException(source.remaining() + " bytes after the lz4 frame", null);
        }
    }

    private static int readInt(ByteBuffer source) {
        Lz4Format.require(source, Integer.BYTES);
        return source.getInt();
    }
}
