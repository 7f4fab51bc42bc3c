package dev.ottla.testkit.internal.api;

import dev.ottla.internal.concurrent.Immutable;

/** Where the value of a setting comes from, by the numbers of DescribeConfigs (KIP-226). */
@Immutable
final class ConfigSources {
    static final byte TOPIC = 1;
    static final byte STATIC_BROKER = 4;
    static final byte DEFAULT = 5;

    private ConfigSources() {}
}
