package dev.ottla.internal.protocol;

import dev.ottla.internal.concurrent.Immutable;
import io.netty.buffer.ByteBuf;

/** A generated message: an immutable record that writes itself in any version that its schema has. */
@Immutable
public interface Message {

    /**
     * Appends this message in one pass.
     *
     * @throws IllegalArgumentException if a field that the version lacks holds another value than its default, unless
     *     the schema calls the field ignorable
     */
    void write(ByteBuf out, short version);
}
