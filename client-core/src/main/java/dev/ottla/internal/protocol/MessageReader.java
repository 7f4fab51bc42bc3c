package dev.ottla.internal.protocol;

import dev.ottla.internal.concurrent.ThreadSafe;
import io.netty.buffer.ByteBuf;

/**
 * Reads one message in a version; every generated message's {@code read} fits.
 *
 * @param <T> the message
 */
@ThreadSafe
@FunctionalInterface
public interface MessageReader<T> {

    /** Reads from the buffer's reader index on and leaves it behind the message. Borrows the buffer for the call. */
    T read(ByteBuf in, short version);
}
