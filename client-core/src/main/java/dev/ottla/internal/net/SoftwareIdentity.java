package dev.ottla.internal.net;

import dev.ottla.internal.concurrent.Immutable;
import dev.ottla.internal.protocol.message.ApiVersionsRequest;
import org.jspecify.annotations.Nullable;

/** What this client calls itself towards brokers (KIP-511); seen in their logs and metrics. */
@Immutable
public final class SoftwareIdentity {
    private static final String NAME = "ottla";
    private static final String VERSION =
            version(NettyConnection.class.getPackage().getImplementationVersion());

    private SoftwareIdentity() {}

    /** The request that introduces this client, and asks which versions the broker speaks. */
    public static ApiVersionsRequest apiVersionsRequest() {
        return new ApiVersionsRequest(NAME, VERSION);
    }

    /** The jar's manifest has the version; classes that run from a folder have none. */
    private static String version(@Nullable String implementationVersion) {
        return implementationVersion == null ? "unreleased" : implementationVersion;
    }
}
