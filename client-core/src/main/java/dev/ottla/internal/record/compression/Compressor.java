package dev.ottla.internal.record.compression;

import dev.ottla.internal.concurrent.Confined;
import java.nio.ByteBuffer;

/** One codec's compressor with its native state, reused for batch after batch by one owner. */
@Confined
interface Compressor extends AutoCloseable {

    /** The most bytes that {@code sourceBytes} bytes can become. */
    int compressedBytesMax(int sourceBytes);

    /** Compresses all that remains in the source into the target, both direct, and leaves the target's position after it. */
    void compress(ByteBuffer source, ByteBuffer target);

    /** Frees native memory. */
    @Override
    void close();
}
