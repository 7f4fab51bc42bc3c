package dev.ottla.internal.net;

import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.KafkaException;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.Wire;
import dev.ottla.internal.protocol.message.ApiKey;
import dev.ottla.internal.protocol.message.ApiVersionsResponse;
import io.netty.buffer.ByteBuf;

/**
 * Asks the broker which versions it speaks, first thing on a new connection (KIP-511). A broker that does not know our
 * version of the question itself answers UNSUPPORTED_VERSION in version 0, naming the versions that it does know, and is
 * asked again. Owned by the connection's loop.
 */
@EventLoopConfined
final class VersionNegotiation implements ResponseHandler {
    private final NettyConnection connection;
    private final BrokerAddress address;
    private final long timeoutNanos;
    private boolean askedAgain;

    VersionNegotiation(NettyConnection connection, BrokerAddress address, long timeoutNanos) {
        this.connection = connection;
        this.address = address;
        this.timeoutNanos = timeoutNanos;
    }

    void start() {
        ask(ApiKey.API_VERSIONS.highestVersion());
    }

    private void ask(short version) {
        connection.write(SoftwareIdentity.apiVersionsRequest(), version, timeoutNanos, this);
    }

    @Override
    public int onResponse(ByteBuf body, short version) {
        boolean refused = errorCode(body) == ErrorCode.UNSUPPORTED_VERSION.code();
        // KIP-511: a refusal is always written in version 0, because that is the only one surely known to both.
        ApiVersionsResponse response =
                Wire.readToEnd(body, refused ? 0 : version, "ApiVersionsResponse", ApiVersionsResponse::read);
        if (refused && !askedAgain) {
            askedAgain = true;
            ask(versionOfSecondQuestion(response));
        } else if (response.errorCode() != ErrorCode.NONE.code()) {
            connection.close(NetFailures.negotiationRefused(address, response.errorCode()));
        } else {
            connection.onNegotiated(new NegotiatedVersions(address, response));
        }
        return response.throttleTimeMs();
    }

    private static short errorCode(ByteBuf body) {
        return Wire.readShort(body.duplicate(), "ApiVersionsResponse.errorCode");
    }

    private static short versionOfSecondQuestion(ApiVersionsResponse refusal) {
        return refusal.apiKeys().stream()
                .filter(range -> range.apiKey() == ApiKey.API_VERSIONS.id())
                .map(range -> (short) Math.max(0, Math.min(range.maxVersion(), ApiKey.API_VERSIONS.highestVersion())))
                .findFirst()
                .orElse((short) 0);
    }

    @Override
    public void onFailure(KafkaException cause, Transmission transmission) {
        connection.close(cause);
    }
}
