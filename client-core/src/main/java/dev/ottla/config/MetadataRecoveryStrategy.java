package dev.ottla.config;

import java.util.LinkedHashMap;
import java.util.Map;

/** What to do when no known broker can be reached ({@code metadata.recovery.strategy}, KIP-899 and KIP-1102). */
public enum MetadataRecoveryStrategy {

    /** Forget the known brokers and begin again with {@code bootstrap.servers}. */
    REBOOTSTRAP,

    /** Go on trying the known brokers. */
    NONE;

    static final Map<String, MetadataRecoveryStrategy> BY_NAME = byName();

    private static Map<String, MetadataRecoveryStrategy> byName() {
        Map<String, MetadataRecoveryStrategy> names = new LinkedHashMap<>();
        names.put("rebootstrap", REBOOTSTRAP);
        names.put("none", NONE);
        return names;
    }
}
