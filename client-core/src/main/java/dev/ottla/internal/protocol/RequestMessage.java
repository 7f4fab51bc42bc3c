package dev.ottla.internal.protocol;

import dev.ottla.internal.concurrent.Immutable;
import io.netty.buffer.ByteBuf;

/**
 * A generated request of one API.
 *
 * @param <R> the generated response of the same API
 */
@Immutable
public interface RequestMessage<R extends ResponseMessage> extends RequestBody, Message {

    /** Reads the answer to a request of this API that was sent in {@code version}. Borrows the buffer for the call. */
    R readResponse(ByteBuf in, short version);

    @Override
    default void write(FrameBuilder frame, short version) {
        write(frame.fields(), version);
    }
}
