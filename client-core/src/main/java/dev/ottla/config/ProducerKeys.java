package dev.ottla.config;

import dev.ottla.common.ByteSize;
import dev.ottla.config.ConfigKey.Role;
import dev.ottla.serialization.Serializer;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;

/** The keys of the producer. */
final class ProducerKeys {

    static final KeyTable DELIVERY = new KeyTable("Producer: delivery", EnumSet.of(Role.PRODUCER));

    static final ConfigKey<Acks> ACKS = DELIVERY.implemented(
            "acks", ValueTypes.choice(Acks.BY_NAME), "all", "How many replicas must have a batch before it counts.");
    static final ConfigKey<Boolean> IDEMPOTENCE = DELIVERY.implemented(
            "enable.idempotence",
            ValueTypes.bool(),
            "true",
            "Whether a retry can neither duplicate nor reorder records (KIP-98).",
            "Needs acks=all, retries above 0 and at most 5 in flight. Where it is not set, acks=0, acks=1 or retries=0 turns"
                    + " it off, as in Kafka; without it a retry keeps the order, but may write a batch twice.");
    static final ConfigKey<Integer> IN_FLIGHT_MAX = DELIVERY.implemented(
            "max.in.flight.requests.per.connection",
            ValueTypes.integer(1),
            "5",
            "How many produce requests may wait for their answer, per broker.");
    static final ConfigKey<Duration> DELIVERY_TIMEOUT = DELIVERY.implemented(
            "delivery.timeout.ms",
            ValueTypes.millis(),
            "120000",
            "How long a record may take from send to its end, in all: queue, linger, requests and retries.",
            "Must be at least linger.ms + request.timeout.ms.");
    static final ConfigKey<Duration> BLOCK_MAX = DELIVERY.implemented(
            "max.block.ms",
            ValueTypes.longMillis(),
            "60000",
            "How long a send may wait for room in the buffer.",
            "Sending waits for metadata only once a batch of records does.");

    static final KeyTable RETRIES_TABLE = new KeyTable("Retries", EnumSet.of(Role.PRODUCER, Role.ADMIN));

    static final ConfigKey<Integer> RETRIES = RETRIES_TABLE.implemented(
            "retries",
            ValueTypes.integer(0),
            "2147483647",
            "How often a request is repeated; its deadline ends it in any case.");

    static final KeyTable BATCHES = new KeyTable("Producer: batches", EnumSet.of(Role.PRODUCER));

    static final ConfigKey<Duration> LINGER =
            BATCHES.implemented("linger.ms", ValueTypes.longMillis(), "5", "How long a batch waits for more records.");
    static final ConfigKey<ByteSize> BATCH_SIZE = BATCHES.implemented(
            "batch.size",
            ValueTypes.bytes(),
            "16384",
            "How large a batch grows; 0 sends every record alone.",
            "A compressed batch may hold up to four times as much, by what the last ones were compressed to, but no more than"
                    + " max.request.size and a 16th of buffer.memory, and only while half of the buffer is left.");
    static final ConfigKey<ByteSize> BUFFER_MEMORY = BATCHES.implemented(
            "buffer.memory", ValueTypes.longBytes(), "33554432", "The memory for records that are not yet confirmed.");
    static final ConfigKey<ByteSize> REQUEST_SIZE_MAX = BATCHES.implemented(
            "max.request.size",
            ValueTypes.bytes(),
            "1048576",
            "The largest request, and so the largest record, uncompressed.");

    static final KeyTable COMPRESSION = new KeyTable("Producer: compression", EnumSet.of(Role.PRODUCER));

    static final ConfigKey<Compression> COMPRESSION_TYPE = COMPRESSION.implemented(
            "compression.type",
            CompressionType.type(),
            "none",
            "How batches are compressed; snappy, lz4 and zstd need their library on the class path.");
    static final ConfigKey<Integer> GZIP_LEVEL = COMPRESSION.implemented(
            "compression.gzip.level",
            CompressionType.gzipLevel(),
            "-1",
            "1 (fastest) to 9 (smallest), or -1 for zlib's default.");
    static final ConfigKey<Integer> LZ4_LEVEL = COMPRESSION.implemented(
            "compression.lz4.level", ValueTypes.integer(1, 17), "9", "1 to 17; 9 is the fast compressor.");
    static final ConfigKey<Integer> ZSTD_LEVEL = COMPRESSION.implemented(
            "compression.zstd.level", ValueTypes.integer(-131_072, 22), "3", "-131072 (fastest) to 22 (smallest).");

    static final KeyTable RECORDS = new KeyTable("Producer: records", EnumSet.of(Role.PRODUCER));

    static final ConfigKey<Serializer<?>> KEY_SERIALIZER = RECORDS.implemented(
            "key.serializer",
            KafkaClasses.serializer(),
            null,
            "Kafka's serializer for keys, by its class name.",
            KafkaClasses.BY_NAME_ONLY);
    static final ConfigKey<Serializer<?>> VALUE_SERIALIZER = RECORDS.implemented(
            "value.serializer",
            KafkaClasses.serializer(),
            null,
            "Kafka's serializer for values, by its class name.",
            KafkaClasses.BY_NAME_ONLY);
    static final ConfigKey<StandardPartitioner> PARTITIONER = RECORDS.implemented(
            "partitioner.class",
            ValueTypes.choice(StandardPartitioner.BY_CLASS_NAME),
            null,
            "Kafka's partitioner, by its class name; without it, keys are hashed and the rest goes where the queue is"
                    + " short.",
            "Partitioners of one's own are given to the producer's builder.");
    static final ConfigKey<Boolean> IGNORE_KEYS = RECORDS.implemented(
            "partitioner.ignore.keys",
            ValueTypes.bool(),
            "false",
            "Whether records with a key are spread like those without.");
    static final ConfigKey<Boolean> ADAPTIVE_PARTITIONING = RECORDS.implemented(
            "partitioner.adaptive.partitioning.enable",
            ValueTypes.bool(),
            "true",
            "Whether partitions on slow brokers get fewer of the records without key (KIP-794).");
    static final ConfigKey<Duration> AVAILABILITY_TIMEOUT = RECORDS.implemented(
            "partitioner.availability.timeout.ms",
            ValueTypes.longMillis(),
            "0",
            "A broker that has taken no batch for this long, although some are ready, gets no record without key until it"
                    + " takes one (KIP-794); 0 switches it off, and so does partitioner.adaptive.partitioning.enable=false.");

    static final KeyTable INTERCEPTORS = new KeyTable("Interceptors", EnumSet.of(Role.PRODUCER, Role.CONSUMER));

    static {
        INTERCEPTORS.rejected(
                "interceptor.classes",
                ValueTypes.list(),
                "",
                "Classes that see every record.",
                "No class is loaded by name; wrap the producer or consumer instead, or give the producer's builder a listener.");
        RECORDS.ignored(
                "metadata.max.idle.ms",
                ValueTypes.longMillisAtLeast(5_000),
                "300000",
                "Topics not sent to for this long are dropped from the metadata.",
                "The metadata keeps the topics that were sent to.");
    }

    static final KeyTable TRANSACTIONS = new KeyTable("Producer: transactions", EnumSet.of(Role.PRODUCER));

    static final ConfigKey<String> TRANSACTIONAL_ID = TRANSACTIONS.implemented(
            "transactional.id",
            ValueTypes.nonEmptyString(),
            null,
            "The name under which transactions continue after a restart (KIP-98).");
    static final ConfigKey<Duration> TRANSACTION_TIMEOUT = TRANSACTIONS.implemented(
            "transaction.timeout.ms",
            ValueTypes.millis(),
            "60000",
            "How long a transaction may stay open before the coordinator aborts it.");

    static {
        TRANSACTIONS.rejected(
                "transaction.two.phase.commit.enable",
                ValueTypes.bool(),
                "false",
                "Whether an outer coordinator decides transactions (KIP-939).",
                "Brokers do not offer it to clients yet.");
    }

    static final KeyTable OTTLA = new KeyTable("Producer: Ottla's own", EnumSet.noneOf(Role.class));

    static final ConfigKey<Integer> BATCH_RECORDS_MAX = OTTLA.implemented(
            "ottla.max.batch.records",
            ValueTypes.integer(1),
            "2147483647",
            "How many records a batch may have; with so many it is complete, whatever its size.");

    static final List<KeyTable> TABLES =
            List.of(DELIVERY, RETRIES_TABLE, BATCHES, COMPRESSION, RECORDS, INTERCEPTORS, TRANSACTIONS, OTTLA);

    private ProducerKeys() {}
}
