package dev.ottla.producer;

import dev.ottla.internal.protocol.message.ApiKey;
import dev.ottla.internal.protocol.message.ApiVersionsResponse;
import dev.ottla.internal.protocol.message.ApiVersionsResponse.ApiVersion;
import dev.ottla.internal.protocol.message.ApiVersionsResponse.FinalizedFeatureKey;
import java.util.ArrayList;
import java.util.List;

/** What the fake brokers say that they speak: everything, and the transactions of KIP-890 if the cluster has agreed on them. */
final class FakeVersions {
    private FakeVersions() {}

    static ApiVersionsResponse answer(boolean isV2) {
        List<ApiVersion> apis = new ArrayList<>();
        for (ApiKey api : ApiKey.values()) {
            apis.add(new ApiVersion(api.id(), api.lowestVersion(), api.highestVersion()));
        }
        short level = (short) (isV2 ? 2 : 1);
        return ApiVersionsResponse.builder()
                .apiKeys(apis)
                .finalizedFeatures(List.of(new FinalizedFeatureKey("transaction.version", level, level)))
                .build();
    }
}
