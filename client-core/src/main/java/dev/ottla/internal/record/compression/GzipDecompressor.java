package dev.ottla.internal.record.compression;

import dev.ottla.internal.concurrent.Confined;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** gzip with the JDK's zlib; several members in a row are one content, as RFC 1952 has it. */
@Confined
final class GzipDecompressor implements Decompressor {
    private final Inflater inflater = new Inflater(true);
    private final CRC32 checksum = new CRC32();
    private final ByteBuffer probe = ByteBuffer.allocateDirect(1);

    @Override
    public void decompress(ByteBuffer source, DecompressedBytes target) {
        source.order(ByteOrder.LITTLE_ENDIAN);
        do {
            GzipFormat.skipHeader(source);
            int start = target.memory().position();
            try {
                inflate(source, target);
            } catch (DataFormatException e) {
                throw new DecompressionException("deflated data is malformed: " + e.getMessage(), e);
            }
            ByteBuffer content = target.memory().duplicate().flip().position(start);
            int length = content.remaining();
            checksum.reset();
            checksum.update(content);
            GzipFormat.checkTrailer(source, (int) checksum.getValue(), length);
        } while (source.hasRemaining());
    }

    @Override
    public void close() {
        inflater.end();
    }

    private void inflate(ByteBuffer source, DecompressedBytes target) throws DataFormatException {
        inflater.reset();
        inflater.setInput(source);
        while (!inflater.finished()) {
            ByteBuffer memory = target.memory();
            if (memory.hasRemaining()) {
                requireProgress(inflater.inflate(memory));
            } else {
                inflateBeyond(target);
            }
        }
    }

    /** The memory is full, yet only one more byte shows whether the content is really longer. */
    private void inflateBeyond(DecompressedBytes target) throws DataFormatException {
        probe.clear();
        int written = inflater.inflate(probe);
        requireProgress(written);
        if (written > 0) {
            target.grown().put(probe.flip());
        }
    }

    private void requireProgress(int written) {
        if (written == 0 && !inflater.finished()) {
            // It needs input that is not there, or a dictionary.
            throw new DecompressionException("deflated data ends early", null);
        }
    }
}
