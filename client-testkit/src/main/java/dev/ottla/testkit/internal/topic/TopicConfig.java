package dev.ottla.testkit.internal.topic;

import dev.ottla.internal.concurrent.Immutable;
import java.util.List;
import java.util.Optional;

/**
 * The topic settings that the model knows, with Kafka's defaults. It obeys those that a client can notice; the rest can be set
 * and are shown again.
 *
 * @param name the key
 * @param defaultValue as DescribeConfigs shows it
 * @param type the type, by DescribeConfigs' number
 */
@Immutable
public record TopicConfig(String name, String defaultValue, byte type) {
    public static final String CLEANUP_POLICY = "cleanup.policy";
    public static final String MAX_MESSAGE_BYTES = "max.message.bytes";
    public static final String MIN_INSYNC_REPLICAS = "min.insync.replicas";
    public static final String TIMESTAMP_TYPE = "message.timestamp.type";
    public static final String TIMESTAMP_BEFORE_MAX = "message.timestamp.before.max.ms";
    public static final String TIMESTAMP_AFTER_MAX = "message.timestamp.after.max.ms";

    private static final byte BOOLEAN = 1;
    private static final byte STRING = 2;
    private static final byte INT = 3;
    private static final byte LONG = 5;
    private static final byte DOUBLE = 6;
    private static final byte LIST = 7;

    private static final String FOR_EVER = Long.toString(Long.MAX_VALUE);

    /** All of them, by name. */
    public static final List<TopicConfig> ALL = List.of(
            new TopicConfig(CLEANUP_POLICY, "delete", LIST),
            new TopicConfig("compression.gzip.level", "-1", INT),
            new TopicConfig("compression.lz4.level", "9", INT),
            new TopicConfig("compression.type", "producer", STRING),
            new TopicConfig("compression.zstd.level", "3", INT),
            new TopicConfig("delete.retention.ms", "86400000", LONG),
            new TopicConfig("file.delete.delay.ms", "60000", LONG),
            new TopicConfig("flush.messages", FOR_EVER, LONG),
            new TopicConfig("flush.ms", FOR_EVER, LONG),
            new TopicConfig("follower.replication.throttled.replicas", "", LIST),
            new TopicConfig("index.interval.bytes", "4096", INT),
            new TopicConfig("leader.replication.throttled.replicas", "", LIST),
            new TopicConfig("local.retention.bytes", "-2", LONG),
            new TopicConfig("local.retention.ms", "-2", LONG),
            new TopicConfig("max.compaction.lag.ms", FOR_EVER, LONG),
            new TopicConfig(MAX_MESSAGE_BYTES, "1048588", INT),
            new TopicConfig(TIMESTAMP_AFTER_MAX, "3600000", LONG),
            new TopicConfig(TIMESTAMP_BEFORE_MAX, FOR_EVER, LONG),
            new TopicConfig(TIMESTAMP_TYPE, "CreateTime", STRING),
            new TopicConfig("min.cleanable.dirty.ratio", "0.5", DOUBLE),
            new TopicConfig("min.compaction.lag.ms", "0", LONG),
            new TopicConfig(MIN_INSYNC_REPLICAS, "1", INT),
            new TopicConfig("preallocate", "false", BOOLEAN),
            new TopicConfig("remote.log.copy.disable", "false", BOOLEAN),
            new TopicConfig("remote.log.delete.on.disable", "false", BOOLEAN),
            new TopicConfig("remote.storage.enable", "false", BOOLEAN),
            new TopicConfig("retention.bytes", "-1", LONG),
            new TopicConfig("retention.ms", "604800000", LONG),
            new TopicConfig("segment.bytes", "1073741824", INT),
            new TopicConfig("segment.index.bytes", "10485760", INT),
            new TopicConfig("segment.jitter.ms", "0", LONG),
            new TopicConfig("segment.ms", "604800000", LONG),
            new TopicConfig("unclean.leader.election.enable", "false", BOOLEAN));

    /** The setting of this name, if the model knows it. */
    public static Optional<TopicConfig> named(String name) {
        return ALL.stream().filter(each -> each.name.equals(name)).findAny();
    }

    /** Whether the text can be a value of the setting. */
    public boolean accepts(String value) {
        return switch (type) {
            case BOOLEAN -> value.equals("true") || value.equals("false");
            case INT, LONG -> value.matches("-?\\d{1,18}") || value.equals(FOR_EVER);
            case DOUBLE -> value.matches("\\d+(\\.\\d+)?");
            default -> acceptsWord(value);
        };
    }

    private boolean acceptsWord(String value) {
        return switch (name) {
            case CLEANUP_POLICY ->
                List.of("delete", "compact", "compact,delete", "delete,compact", "")
                        .contains(value);
            case TIMESTAMP_TYPE -> value.equals("CreateTime") || value.equals("LogAppendTime");
            case "compression.type" ->
                List.of("uncompressed", "zstd", "lz4", "snappy", "gzip", "producer")
                        .contains(value);
            default -> true;
        };
    }

    /** Whether the value is a list that single elements can be added to. */
    public boolean isList() {
        return type == LIST;
    }
}
