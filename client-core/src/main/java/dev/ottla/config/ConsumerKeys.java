package dev.ottla.config;

import dev.ottla.common.ByteSize;
import dev.ottla.config.ConfigKey.Role;
import dev.ottla.serialization.Deserializer;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;

/** The keys of the consumer. */
final class ConsumerKeys {
    private static final String NO_SHARE_GROUPS = "Share groups are not implemented.";

    static final KeyTable GROUP = new KeyTable("Consumer: group", EnumSet.of(Role.CONSUMER));

    static final ConfigKey<String> GROUP_ID =
            GROUP.implemented("group.id", ValueTypes.string(), null, "The group that shares the partitions.");
    static final ConfigKey<String> GROUP_INSTANCE_ID = GROUP.implemented(
            "group.instance.id",
            ValueTypes.nonEmptyString(),
            null,
            "A name by which a member keeps its partitions over a restart (KIP-345).");
    static final ConfigKey<GroupProtocol> GROUP_PROTOCOL = GROUP.implemented(
            "group.protocol",
            ValueTypes.choiceIgnoringCase(GroupProtocol.BY_NAME),
            "classic",
            "Who computes the assignment: the members, or the broker (KIP-848).",
            "auto, which only Ottla knows, takes consumer where the cluster has it, and classic otherwise.");
    static final ConfigKey<String> REMOTE_ASSIGNOR = GROUP.implemented(
            "group.remote.assignor",
            ValueTypes.string(),
            null,
            "The broker's assignor to use with group.protocol=consumer; without it the broker chooses.",
            "Kafka's brokers offer uniform and range.");
    static final ConfigKey<List<Assignor>> ASSIGNORS = GROUP.implemented(
            "partition.assignment.strategy",
            ValueTypes.listOf(KafkaClasses.assignor()),
            "org.apache.kafka.clients.consumer.RangeAssignor,"
                    + "org.apache.kafka.clients.consumer.CooperativeStickyAssignor",
            "How a classic group divides the partitions, the preferred way first.",
            "Kafka's four assignors, by class name or as range, roundrobin, sticky, cooperative-sticky. Assignors of"
                    + " one's own are given to the builder.");
    static final ConfigKey<Duration> SESSION_TIMEOUT = GROUP.implemented(
            "session.timeout.ms",
            ValueTypes.millisAtLeast(1),
            "45000",
            "A member without heartbeats for this long is removed from a classic group.");
    static final ConfigKey<Duration> HEARTBEAT_INTERVAL = GROUP.implemented(
            "heartbeat.interval.ms",
            ValueTypes.millisAtLeast(1),
            "3000",
            "How often a member of a classic group tells that it lives.",
            "Must be below session.timeout.ms.");
    static final ConfigKey<Duration> POLL_INTERVAL_MAX = GROUP.implemented(
            "max.poll.interval.ms",
            ValueTypes.millisAtLeast(1),
            "300000",
            "How long the application may take between two polls before the member leaves the group.");

    static final KeyTable OFFSETS = new KeyTable("Consumer: offsets", EnumSet.of(Role.CONSUMER));

    static final ConfigKey<AutoOffsetReset> OFFSET_RESET = OFFSETS.implemented(
            "auto.offset.reset",
            KafkaClasses.offsetReset(),
            "latest",
            "Where to begin without a committed offset: earliest, latest, none or by_duration:<ISO-8601>.");
    static final ConfigKey<Boolean> AUTO_COMMIT = OFFSETS.implemented(
            "enable.auto.commit", ValueTypes.bool(), "true", "Whether offsets are committed in the background.");
    static final ConfigKey<Duration> AUTO_COMMIT_INTERVAL = OFFSETS.implemented(
            "auto.commit.interval.ms", ValueTypes.millis(), "5000", "How often the background commits.");

    static final KeyTable FETCH = new KeyTable("Consumer: fetching", EnumSet.of(Role.CONSUMER));

    static final ConfigKey<ByteSize> FETCH_MIN = FETCH.implemented(
            "fetch.min.bytes", ValueTypes.bytes(), "1", "A broker waits until it has this much to answer with.");
    static final ConfigKey<Duration> FETCH_WAIT_MAX = FETCH.implemented(
            "fetch.max.wait.ms", ValueTypes.millis(), "500", "How long a broker waits for fetch.min.bytes.");
    static final ConfigKey<ByteSize> FETCH_MAX = FETCH.implemented(
            "fetch.max.bytes",
            ValueTypes.bytes(),
            "52428800",
            "The most that one fetch brings, but one batch at least.");
    static final ConfigKey<ByteSize> PARTITION_FETCH_MAX = FETCH.implemented(
            "max.partition.fetch.bytes",
            ValueTypes.bytes(),
            "1048576",
            "The most that one fetch brings of one partition, but one batch at least.");
    static final ConfigKey<Integer> POLL_RECORDS_MAX = FETCH.implemented(
            "max.poll.records", ValueTypes.integer(1), "500", "The most records that one poll returns.");
    static final ConfigKey<IsolationLevel> ISOLATION = FETCH.implemented(
            "isolation.level",
            ValueTypes.choice(IsolationLevel.BY_NAME),
            "read_uncommitted",
            "Whether records of open and aborted transactions are returned.");
    static final ConfigKey<Boolean> CHECK_CRCS = FETCH.implemented(
            "check.crcs", ValueTypes.bool(), "true", "Whether the checksum of every batch is checked.");
    static final ConfigKey<Boolean> TOPIC_CREATION = FETCH.implemented(
            "allow.auto.create.topics",
            ValueTypes.bool(),
            "true",
            "Whether brokers may create a topic because it is subscribed to.",
            "Topics that match a pattern, and those whose offsets are only looked up, are never created.");
    static final ConfigKey<Boolean> EXCLUDE_INTERNAL = FETCH.implemented(
            "exclude.internal.topics",
            ValueTypes.bool(),
            "true",
            "Whether a pattern leaves Kafka's internal topics out.",
            "It has no effect on a pattern that brokers match.");

    static final KeyTable RECORDS = new KeyTable("Consumer: records", EnumSet.of(Role.CONSUMER));

    static final ConfigKey<Deserializer<?>> KEY_DESERIALIZER = RECORDS.implemented(
            "key.deserializer",
            KafkaClasses.deserializer(),
            null,
            "Kafka's deserializer for keys, by its class name.",
            KafkaClasses.BY_NAME_ONLY);
    static final ConfigKey<Deserializer<?>> VALUE_DESERIALIZER = RECORDS.implemented(
            "value.deserializer",
            KafkaClasses.deserializer(),
            null,
            "Kafka's deserializer for values, by its class name.",
            KafkaClasses.BY_NAME_ONLY);

    static {
        RECORDS.ignored(
                "internal.throw.on.fetch.stable.offset.unsupported",
                ValueTypes.bool(),
                "false",
                "A switch for Kafka Streams.",
                "Only Kafka Streams sets it.");
        RECORDS.ignored(
                "share.acknowledgement.mode",
                ValueTypes.word("implicit", "explicit"),
                "implicit",
                "How a share consumer acknowledges (KIP-932).",
                NO_SHARE_GROUPS);
        RECORDS.ignored(
                "share.acquire.mode",
                ValueTypes.wordIgnoringCase("BATCH_OPTIMIZED", "RECORD_LIMIT"),
                "BATCH_OPTIMIZED",
                "How a share consumer acquires records (KIP-932).",
                NO_SHARE_GROUPS);
    }

    static final KeyTable OTTLA = new KeyTable("Consumer: Ottla's own", EnumSet.noneOf(Role.class));

    static final ConfigKey<ByteSize> DECOMPRESSED_MAX = OTTLA.implemented(
            "ottla.max.decompressed.batch.bytes",
            ValueTypes.bytes(),
            "134217728",
            "The most that one batch may hold decompressed; a larger one is taken for an attack and fails.");

    static final ConfigKey<ByteSize> MEMORY = OTTLA.implemented(
            "ottla.consumer.memory.bytes",
            ValueTypes.bytes(),
            "268435456",
            "The most memory for what was fetched from all brokers and is not read yet, and for decompressing it.",
            "At least 4 MiB. One batch may take a third of it decompressed, if ottla.max.decompressed.batch.bytes is not"
                    + " less. A batch that is larger than a fetch asks for is delivered all the same.");

    static final List<KeyTable> TABLES = List.of(GROUP, OFFSETS, FETCH, RECORDS, OTTLA);

    private ConsumerKeys() {}
}
