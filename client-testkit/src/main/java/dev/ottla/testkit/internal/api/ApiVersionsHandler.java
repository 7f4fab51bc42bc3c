package dev.ottla.testkit.internal.api;

import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.message.ApiVersionsRequest;
import dev.ottla.internal.protocol.message.ApiVersionsResponse;
import dev.ottla.internal.protocol.message.ApiVersionsResponse.ApiVersion;
import dev.ottla.internal.protocol.message.ApiVersionsResponse.FinalizedFeatureKey;
import dev.ottla.internal.protocol.message.ApiVersionsResponse.SupportedFeatureKey;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** ApiVersions: which APIs in which versions, and the features that clients look at (KIP-584). */
@EventLoopConfined
final class ApiVersionsHandler implements ApiHandler<ApiVersionsRequest, ApiVersionsResponse> {
    private static final short FIRST_VERSION_WITH_SOFTWARE_NAME = 3;

    /** KIP-511: names are restricted, because brokers make metrics of them. */
    private static final Pattern SOFTWARE_NAME = Pattern.compile("[a-zA-Z0-9](?:[a-zA-Z0-9\\-.]*[a-zA-Z0-9])?");

    /** The features that change what a client does: KIP-848 groups, and transactions as in KIP-890. */
    private static final List<SupportedFeatureKey> SUPPORTED = List.of(
            new SupportedFeatureKey("group.version", (short) 0, (short) 1),
            new SupportedFeatureKey("transaction.version", (short) 0, (short) 2));

    private final Supplier<List<ApiVersion>> versions;
    private final List<FinalizedFeatureKey> finalized;

    ApiVersionsHandler(Supplier<List<ApiVersion>> versions, ClusterOptions options) {
        short transactionVersion = (short) options.transactionVersion();
        this.versions = versions;
        this.finalized = List.of(
                new FinalizedFeatureKey("group.version", (short) 1, (short) 1),
                new FinalizedFeatureKey("transaction.version", transactionVersion, transactionVersion));
    }

    @Override
    public void handle(ApiVersionsRequest request, Call<ApiVersionsResponse> call) {
        if (call.wantedError() != ErrorCode.NONE) {
            call.reply(refusal(call.wantedError()));
        } else if (!isValid(request, call.version())) {
            call.reply(refusal(ErrorCode.INVALID_REQUEST));
        } else {
            boolean tellsZero = call.version() >= 4; // KIP-584: older clients fail on a lowest version of 0
            call.reply(ApiVersionsResponse.builder()
                    .apiKeys(versions.get())
                    .supportedFeatures(SUPPORTED.stream()
                            .filter(each -> tellsZero || each.minVersion() > 0)
                            .toList())
                    .finalizedFeaturesEpoch(1)
                    .finalizedFeatures(finalized)
                    .build());
        }
    }

    private static boolean isValid(ApiVersionsRequest request, short version) {
        return version < FIRST_VERSION_WITH_SOFTWARE_NAME
                || (SOFTWARE_NAME.matcher(request.clientSoftwareName()).matches()
                        && SOFTWARE_NAME
                                .matcher(request.clientSoftwareVersion())
                                .matches());
    }

    private static ApiVersionsResponse refusal(ErrorCode error) {
        return ApiVersionsResponse.builder().errorCode(error.code()).build();
    }
}
