package dev.ottla.internal.protocol;

import dev.ottla.internal.concurrent.Immutable;
import dev.ottla.internal.protocol.message.ApiKey;
import io.netty.buffer.ByteBuf;
import java.util.function.IntFunction;

/**
 * A request that is put together differently for different versions, because a field was replaced by another one. Made
 * where the request is made; asked by the connection once the version is known.
 *
 * @param <R> the response
 */
@Immutable
public final class VersionedRequest<R extends ResponseMessage> implements RequestMessage<R> {
    private final ApiKey apiKey;
    private final short lowestVersion;
    private final short highestVersion;
    private final IntFunction<? extends RequestMessage<R>> forVersion;

    /** Asks {@code forVersion} for the message once the version has been negotiated. */
    public VersionedRequest(ApiKey apiKey, IntFunction<? extends RequestMessage<R>> forVersion) {
        this(apiKey, apiKey.lowestVersion(), apiKey.highestVersion(), forVersion);
    }

    /** The same for a request that can be expressed in some of the API's versions only. */
    public VersionedRequest(
            ApiKey apiKey, int lowestVersion, int highestVersion, IntFunction<? extends RequestMessage<R>> forVersion) {
        this.apiKey = apiKey;
        this.lowestVersion = (short) lowestVersion;
        this.highestVersion = (short) highestVersion;
        this.forVersion = forVersion;
    }

    @Override
    public ApiKey apiKey() {
        return apiKey;
    }

    @Override
    public short lowestVersion() {
        return lowestVersion;
    }

    @Override
    public short highestVersion() {
        return highestVersion;
    }

    @Override
    public void write(ByteBuf out, short version) {
        forVersion.apply(version).write(out, version);
    }

    @Override
    public R readResponse(ByteBuf in, short version) {
        return forVersion.apply(version).readResponse(in, version);
    }
}
