package dev.ottla.internal.record.compression;

import dev.ottla.internal.concurrent.Confined;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** gzip with the JDK's zlib. */
@Confined
final class GzipCompressor implements Compressor {
    private final Deflater deflater;
    private final CRC32 checksum = new CRC32();

    GzipCompressor(int level) {
        this.deflater = new Deflater(level, true);
    }

    @Override
    public int compressedBytesMax(int sourceBytes) {
        // zlib's deflateBound for any parameters, plus our frame.
        long bound = sourceBytes
                + ((sourceBytes + 7L) >>> 3)
                + ((sourceBytes + 63L) >>> 6)
                + 5
                + GzipFormat.HEADER_BYTES
                + GzipFormat.TRAILER_BYTES;
        return Math.toIntExact(bound);
    }

    @Override
    public void compress(ByteBuffer source, ByteBuffer target) {
        checksum.reset();
        checksum.update(source.duplicate());
        int length = source.remaining();
        GzipFormat.writeHeader(target);
        deflater.reset();
        deflater.setInput(source);
        deflater.finish();
        while (!deflater.finished()) {
            deflater.deflate(target);
        }
        GzipFormat.writeTrailer(target, (int) checksum.getValue(), length);
    }

    @Override
    public void close() {
        deflater.end();
    }
}
