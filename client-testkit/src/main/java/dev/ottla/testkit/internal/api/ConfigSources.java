package dev.ottla.testkit.internal.api;

import dev.ottla.internal.concurrent.Immutable;
import dev.ottla.testkit.internal.topic.TopicConfig;

/** Where the value of a setting comes from, by the numbers of DescribeConfigs (KIP-226). */
@Immutable
final class ConfigSources {
    private static final byte TOPIC = 1;
    static final byte STATIC_BROKER = 4;

    private static final byte DYNAMIC_DEFAULT_BROKER = 3;
    private static final byte DEFAULT = 5;

    private ConfigSources() {}

    /** Where the value of a topic's setting comes from; KIP-966 makes brokers set one of them for the whole cluster. */
    static byte of(TopicConfig config, boolean isOwn) {
        if (isOwn) {
            return TOPIC;
        }
        return config.name().equals(TopicConfig.MIN_INSYNC_REPLICAS) ? DYNAMIC_DEFAULT_BROKER : DEFAULT;
    }
}
