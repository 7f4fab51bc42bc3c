package dev.ottla.internal.record.compression;

import dev.ottla.internal.concurrent.Confined;
import java.nio.ByteBuffer;

/** One codec's decompressor with its native state, reused for batch after batch by one owner. */
@Confined
interface Decompressor extends AutoCloseable {

    /**
     * Decompresses all that remains in the source, which is direct.
     *
     * @throws DecompressionException if the source is not what the codec's format allows, or exceeds the target's bound
     */
    void decompress(ByteBuffer source, DecompressedBytes target);

    /** Frees native memory. */
    @Override
    void close();
}
