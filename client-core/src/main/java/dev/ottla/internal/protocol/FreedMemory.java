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

    /** Overwrites the memory up to its limit, whatever its position; true. */
    public static boolean overwrite(ByteBuffer memory) {
        for (int index = 0; index < memory.limit(); index += FILL.length) {
            memory.put(index, FILL, 0, Math.min(FILL.length, memory.limit() - index));
        }
        return true;
    }

    /** Overwrites so many bytes from the begin of the buffer on, whatever its indices; true. */
    public static boolean overwrite(ByteBuf buffer, int bytes) {
        for (int index = 0; index < bytes; index += FILL.length) {
            buffer.setBytes(index, FILL, 0, Math.min(FILL.length, bytes - index));
        }
        return true;
    }
}
