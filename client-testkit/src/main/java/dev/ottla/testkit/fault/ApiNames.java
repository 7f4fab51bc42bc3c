package dev.ottla.testkit.fault;

import dev.ottla.internal.protocol.message.ApiKey;
import java.util.Arrays;
import java.util.Locale;

/** The names of Kafka's APIs as its protocol has them, such as {@code OffsetCommit}. */
final class ApiNames {
    private ApiNames() {}

    static ApiKey parse(String name) {
        return Arrays.stream(ApiKey.values())
                .filter(api -> compact(api).equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("no API " + name + "; there are, among others, Produce, "
                                + "Fetch, Metadata, OffsetCommit, and all others as in Kafka's protocol"));
    }

    private static String compact(ApiKey api) {
        return api.name().replace("_", "").toLowerCase(Locale.ROOT);
    }
}
