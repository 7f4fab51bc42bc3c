package dev.ottla.internal.protocol;

import dev.ottla.internal.concurrent.ThreadSafe;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What memory holds after it was given back, with assertions only: who still reads it finds what no checksum fits. Called in an
 * {@code assert} by whoever gives back or reuses memory that is read without Netty's checks.
 */
@ThreadSafe
public final class FreedMemory {
    private static final byte[] FILL = new byte[8 * 1024];

    static {
        Arrays.fill(FILL, (byte) 0xDB);
    }

    private FreedMemory() {}

    /** Overwrites all of the memory, whatever its position and limit; true. */
    public static boolean overwrite(ByteBuffer memory) {
        ByteBuffer all = memory.duplicate().clear();
        while (all.hasRemaining()) {
            all.put(FILL, 0, Math.min(FILL.length, all.remaining()));
        }
        return true;
    }

    /** Overwrites what was written to the buffer, whether it was read or not; true. */
    public static boolean overwrite(ByteBuf buffer) {
        for (int index = 0; index < buffer.writerIndex(); index += FILL.length) {
            buffer.setBytes(index, FILL, 0, Math.min(FILL.length, buffer.writerIndex() - index));
        }
        return true;
    }
}
