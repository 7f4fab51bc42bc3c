package dev.ottla.internal.net;

import dev.ottla.errors.UnsupportedVersionException;
import dev.ottla.internal.concurrent.Immutable;
import dev.ottla.internal.protocol.RequestBody;
import dev.ottla.internal.protocol.message.ApiKey;
import dev.ottla.internal.protocol.message.ApiVersionsResponse;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The versions of each API that one broker said it speaks (ApiVersions), and its finalized feature levels. Made once when a
 * connection is negotiated, read for every request.
 */
@Immutable
public final class NegotiatedVersions {
    private static final int API_COUNT =
            1 + Arrays.stream(ApiKey.values()).mapToInt(ApiKey::id).max().orElseThrow();

    private final BrokerAddress broker;
    private final short[] lowest = new short[API_COUNT];
    private final short[] highest = new short[API_COUNT];
    private final Map<String, Short> finalizedFeatures = new HashMap<>();

    /** What the broker at this address has answered. */
    public NegotiatedVersions(BrokerAddress broker, ApiVersionsResponse response) {
        this.broker = broker;
        Arrays.fill(highest, (short) -1);
        for (ApiVersionsResponse.ApiVersion range : response.apiKeys()) {
            if (range.apiKey() >= 0 && range.apiKey() < API_COUNT) {
                lowest[range.apiKey()] = range.minVersion();
                highest[range.apiKey()] = range.maxVersion();
            }
        }
        for (ApiVersionsResponse.FinalizedFeatureKey feature : response.finalizedFeatures()) {
            finalizedFeatures.put(feature.name(), feature.maxVersionLevel());
        }
    }

    /**
     * The highest version that both sides can use for this request.
     *
     * @throws UnsupportedVersionException if there is none: the broker is too old for what the request asks, or too new
     */
    public short versionFor(RequestBody request) {
        short api = request.apiKey().id();
        int version = Math.min(request.highestVersion(), highest[api]);
        if (version < Math.max(request.lowestVersion(), lowest[api])) {
            throw NetFailures.unsupportedVersion(broker, request, lowest[api], highest[api]);
        }
        return (short) version;
    }

    /** The highest version of the API that the broker speaks and this client knows, or -1 if there is none. */
    public short highestVersion(ApiKey api) {
        int version = Math.min(api.highestVersion(), highest[api.id()]);
        return (short) (version < Math.max(api.lowestVersion(), lowest[api.id()]) ? -1 : version);
    }

    /** The cluster's finalized level of a feature such as {@code transaction.version}, 0 if it has none. */
    public short finalizedFeature(String name) {
        return finalizedFeatures.getOrDefault(name, (short) 0);
    }
}
