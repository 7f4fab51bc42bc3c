package dev.ottla.admin;

import dev.ottla.admin.internal.Answer;
import dev.ottla.admin.internal.KeyedRequest;
import dev.ottla.internal.concurrent.Immutable;
import dev.ottla.internal.net.SoftwareIdentity;
import dev.ottla.internal.protocol.RequestMessage;
import dev.ottla.internal.protocol.message.ApiKey;
import dev.ottla.internal.protocol.message.ApiVersionsResponse;
import dev.ottla.internal.protocol.message.ApiVersionsResponse.ApiVersion;
import dev.ottla.internal.protocol.message.ApiVersionsResponse.FinalizedFeatureKey;
import dev.ottla.internal.protocol.message.ApiVersionsResponse.SupportedFeatureKey;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/** ApiVersions, asked once more of a broker that is connected: the answer is about the broker that gives it. */
@Immutable
record DescribeApiVersions() implements KeyedRequest<Integer, ApiVersionsDescription, ApiVersionsResponse> {

    @Override
    public RequestMessage<ApiVersionsResponse> request(List<Integer> nodeIds, int timeoutMs) {
        return SoftwareIdentity.apiVersionsRequest();
    }

    @Override
    public short errorCode(ApiVersionsResponse response) {
        return response.errorCode();
    }

    @Override
    public Map<Integer, Answer<ApiVersionsDescription>> answers(List<Integer> nodeIds, ApiVersionsResponse response) {
        ApiVersionsDescription description = new ApiVersionsDescription(apis(response), features(response));
        return nodeIds.stream().collect(Collectors.toMap(id -> id, id -> new Answer.Value<>(description)));
    }

    private static List<ApiVersionRange> apis(ApiVersionsResponse response) {
        return response.apiKeys().stream()
                .map(api -> new ApiVersionRange(api.apiKey(), name(api), api.minVersion(), api.maxVersion()))
                .sorted(Comparator.comparingInt(ApiVersionRange::apiKey))
                .toList();
    }

    private static Optional<String> name(ApiVersion api) {
        return Optional.ofNullable(ApiKey.forId(api.apiKey())).map(ApiKey::toString);
    }

    private static List<FeatureDescription> features(ApiVersionsResponse response) {
        Map<String, FinalizedFeatureKey> finalized = response.finalizedFeatures().stream()
                .collect(Collectors.toMap(FinalizedFeatureKey::name, feature -> feature, (first, second) -> first));
        return response.supportedFeatures().stream()
                .map(feature -> feature(feature, Optional.ofNullable(finalized.get(feature.name()))))
                .sorted(Comparator.comparing(FeatureDescription::name))
                .toList();
    }

    private static FeatureDescription feature(SupportedFeatureKey supported, Optional<FinalizedFeatureKey> finalized) {
        return new FeatureDescription(
                supported.name(),
                supported.minVersion(),
                supported.maxVersion(),
                finalized.map(level -> OptionalInt.of(level.maxVersionLevel())).orElse(OptionalInt.empty()));
    }
}
