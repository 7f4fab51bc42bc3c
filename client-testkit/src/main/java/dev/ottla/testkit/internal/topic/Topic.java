package dev.ottla.testkit.internal.topic;

import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.testkit.internal.log.LogOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One topic: its id, its settings, its partitions. Owned by the cluster's loop. */
@EventLoopConfined
public final class Topic {
    private final String name;
    private final UUID id;
    private final List<Partition> partitions = new ArrayList<>();
    private final TreeMap<String, String> configs = new TreeMap<>();
    private LogOptions logOptions;

    Topic(String name, UUID id, Map<String, String> configs) {
        this.name = name;
        this.id = id;
        this.configs.putAll(configs);
        this.logOptions = readLogOptions();
    }

    public String name() {
        return name;
    }

    public UUID id() {
        return id;
    }

    public List<Partition> partitions() {
        return partitions;
    }

    /** A partition; null if there is none of this number. */
    public @Nullable Partition partition(int index) {
        return index < 0 || index >= partitions.size() ? null : partitions.get(index);
    }

    /** The settings that were made for this topic; a copy. */
    public Map<String, String> configs() {
        return new TreeMap<>(configs);
    }

    /** Replaces the settings. */
    public void configs(Map<String, String> replacement) {
        configs.clear();
        configs.putAll(replacement);
        logOptions = readLogOptions();
    }

    /** The value of a setting, the default if none was made. */
    public String config(TopicConfig config) {
        return configs.getOrDefault(config.name(), config.defaultValue());
    }

    LogOptions logOptions() {
        return logOptions;
    }

    int minInsyncReplicas() {
        return Integer.parseInt(config(TopicConfig.MIN_INSYNC_REPLICAS));
    }

    private LogOptions readLogOptions() {
        return new LogOptions(
                Integer.parseInt(config(TopicConfig.MAX_MESSAGE_BYTES)),
                config(TopicConfig.CLEANUP_POLICY).contains("compact"),
                config(TopicConfig.TIMESTAMP_TYPE).equals("LogAppendTime"),
                Long.parseLong(config(TopicConfig.TIMESTAMP_BEFORE_MAX)),
                Long.parseLong(config(TopicConfig.TIMESTAMP_AFTER_MAX)));
    }

    private String config(String key) {
        return config(TopicConfig.named(key).orElseThrow());
    }
}
