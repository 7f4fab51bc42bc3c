package dev.ottla.internal.protocol;

import dev.ottla.internal.concurrent.Immutable;

/** A generated response of one API. */
@Immutable
public interface ResponseMessage extends Message {

    /** How long the client must not send on this connection (KIP-219); 0 where the API or version has no such field. */
    default int throttleTimeMs() {
        return 0;
    }
}
