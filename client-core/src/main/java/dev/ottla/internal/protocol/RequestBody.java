package dev.ottla.internal.protocol;

import dev.ottla.internal.concurrent.Immutable;
import dev.ottla.internal.protocol.message.ApiKey;

/**
 * What follows the header of a request. Generated for every API ({@link RequestMessage}), and written by hand where a
 * copy must be avoided (produce). Step 6 of sending; called by the connection, on its loop, once the version is known.
 */
@Immutable
public interface RequestBody {

    /** The API that answers this request; its table row gives the header versions. */
    ApiKey apiKey();

    /** The highest version that this body can be written in. */
    default short highestVersion() {
        return apiKey().highestVersion();
    }

    /** The lowest version that this body can be written in without losing meaning. */
    default short lowestVersion() {
        return apiKey().lowestVersion();
    }

    /** Whether the broker answers at all: it does not answer a produce request with acks=0. */
    default boolean expectsResponse() {
        return true;
    }

    /** Writes the body in the negotiated version. */
    void write(FrameBuilder frame, short version);
}
