package dev.ottla.testkit;

import dev.ottla.common.TopicNames;
import dev.ottla.common.TopicPartition;
import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.protocol.message.ApiKey;
import dev.ottla.internal.record.DecodedRecord;
import dev.ottla.testkit.internal.api.ClusterOptions;
import dev.ottla.testkit.internal.api.Coordinators.Kind;
import dev.ottla.testkit.internal.api.Faults.Fault;
import dev.ottla.testkit.internal.api.Faults.Target;
import dev.ottla.testkit.internal.cluster.ModelCluster;
import dev.ottla.testkit.internal.tcp.TcpCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A Kafka cluster in this JVM, for tests: any client connects to it over TCP on 127.0.0.1. It speaks the protocol as brokers of
 * Apache Kafka 4.3 do, starts in well under a second, keeps everything in memory, and does on request what a real cluster does
 * only by accident.
 *
 * <pre>{@code
 * try (FakeKafka kafka = FakeKafka.start()) {
 *     connectTo(kafka.bootstrapServers());
 *     kafka.failNext(KafkaApi.PRODUCE, ErrorCode.NOT_LEADER_OR_FOLLOWER, 1);
 * }
 * }</pre>
 *
 * <p>It serves the APIs of {@link KafkaApi}: records, idempotent producers, transactions, groups of the classic protocol
 * and of KIP-848, topics and their settings, SASL. It has no TLS, no permissions, and no retention.
 *
 * <p>Thread-safe. Every method blocks until what it asks for is done, which takes microseconds.
 */
public final class FakeKafka implements AutoCloseable {
    private final TcpCluster cluster;
    private final int brokers;

    private FakeKafka(Builder builder) {
        this.brokers = builder.brokers;
        this.cluster = new TcpCluster(ClusterOptions.builder(builder.brokers)
                .autoCreateTopics(builder.autoCreateTopics)
                .saslUsers(builder.saslUsers)
                .transactionVersion(builder.transactionVersion)
                .consumerHeartbeatInterval(builder.consumerHeartbeatInterval)
                .consumerSessionTimeout(builder.consumerSessionTimeout)
                .build());
        builder.topics.forEach(this::createTopic);
    }

    /** Starts one broker, which creates topics as clients ask for them. */
    public static FakeKafka start() {
        return builder().start();
    }

    /** A builder with one broker, no topics, and topics created as clients ask for them. */
    public static Builder builder() {
        return new Builder();
    }

    /** The addresses of all brokers, up or not, as {@code bootstrap.servers} takes them. */
    public String bootstrapServers() {
        return IntStream.rangeClosed(1, brokers).mapToObj(cluster::address).collect(Collectors.joining(","));
    }

    /**
     * Creates a topic with up to three replicas of each partition; partition {@code i} is not necessarily led by any certain
     * broker.
     *
     * @param partitions at least 1
     * @throws IllegalArgumentException if the name is not legal, there is such a topic, or the number is below 1
     */
    public void createTopic(String name, int partitions) {
        TopicNames.requireLegal(name);
        if (partitions < 1) {
            throw new IllegalArgumentException(
                    "partitions of topic " + name + " must be at least 1, was " + partitions);
        }
        tell(model -> model.createTopic(name, partitions, Math.min(brokers, 3), Map.of()));
    }

    /**
     * Deletes a topic with all records and committed offsets.
     *
     * @throws IllegalArgumentException if there is no such topic
     */
    public void deleteTopic(String name) {
        tell(model -> model.deleteTopic(name));
    }

    /**
     * Deletes a topic and creates one of the same name, shape and settings: another topic id, no records, leader epochs from 0.
     *
     * @throws IllegalArgumentException if there is no such topic
     */
    public void recreateTopic(String name) {
        tell(model -> model.recreateTopic(name));
    }

    /**
     * The records of a partition that consumers can see, without transaction markers.
     *
     * @throws IllegalArgumentException if there is no such partition
     */
    public List<FakeRecord> records(TopicPartition partition) {
        return cluster.ask(model ->
                model.records(partition).stream().map(FakeKafka::record).toList());
    }

    private static FakeRecord record(DecodedRecord record) {
        return new FakeRecord(record.offset(), record.timestamp(), record.key(), record.value(), record.headers());
    }

    /**
     * The broker that leads a partition; -1 if none does.
     *
     * @throws IllegalArgumentException if there is no such partition
     */
    public int leader(TopicPartition partition) {
        return cluster.ask(model -> model.partition(partition).leader());
    }

    /**
     * Makes another replica the leader, in a new leader epoch. It has everything that the old one had.
     *
     * @throws IllegalArgumentException if there is no such partition, or the broker is down or has no replica of it
     */
    public void moveLeader(TopicPartition partition, int brokerId) {
        tell(model -> model.moveLeader(partition, brokerId, false));
    }

    /**
     * Makes a replica the leader that lacks the end of the log, as an unclean leader election does: what consumers could see from
     * {@code endOffset} on is gone, and other records will take its offsets. A batch that reaches beyond is gone as a whole.
     *
     * @param brokerId the new leader, which may be the old one
     * @throws IllegalArgumentException if there is no such partition, or the broker is down or has no replica of it
     */
    public void truncate(TopicPartition partition, int brokerId, long endOffset) {
        tell(model -> model.moveLeaderUncleanly(partition, brokerId, endOffset));
    }

    /** The broker that coordinates a group. */
    public int coordinator(String groupId) {
        return cluster.ask(model -> model.coordinator(Kind.GROUP, groupId));
    }

    /**
     * Puts another broker in charge of a group; members that wait for the old one are told so.
     *
     * @throws IllegalArgumentException if there is no such broker
     */
    public void moveCoordinator(String groupId, int brokerId) {
        tell(model -> model.moveCoordinator(Kind.GROUP, groupId, brokerId));
    }

    /** The broker that coordinates a transactional id. */
    public int transactionCoordinator(String transactionalId) {
        return cluster.ask(model -> model.coordinator(Kind.TRANSACTION, transactionalId));
    }

    /**
     * Puts another broker in charge of a transactional id.
     *
     * @throws IllegalArgumentException if there is no such broker
     */
    public void moveTransactionCoordinator(String transactionalId, int brokerId) {
        tell(model -> model.moveCoordinator(Kind.TRANSACTION, transactionalId, brokerId));
    }

    /**
     * How long after a transaction is decided its markers are written; 0 at first. Until they are, the coordinator answers
     * CONCURRENT_TRANSACTIONS, and read_committed does not get past the transaction.
     */
    public void transactionMarkerDelay(Duration delay) {
        tell(model -> model.transactionMarkerDelay(delay.toNanos()));
    }

    /**
     * Takes a broker down: its port and connections close, other replicas lead. Does nothing if it is down.
     *
     * @throws IllegalArgumentException if there is no such broker
     */
    public void brokerDown(int brokerId) {
        requireBroker(brokerId);
        cluster.brokerDown(brokerId);
    }

    /**
     * Brings a broker back on its old port, with its replicas caught up. Does nothing if it is up.
     *
     * @throws IllegalArgumentException if there is no such broker
     */
    public void brokerUp(int brokerId) {
        requireBroker(brokerId);
        cluster.brokerUp(brokerId);
    }

    /**
     * Makes all partitions forget the idempotent producers that have written to them, as {@code producer.id.expiration.ms} does
     * after a day; those with an open transaction are kept.
     */
    public void expireProducerIds() {
        tell(ModelCluster::expireProducerIds);
    }

    /**
     * Answers the next requests of an API with an error, without doing what they ask. With {@code REQUEST_TIMED_OUT} and {@code
     * NOT_ENOUGH_REPLICAS_AFTER_APPEND} a batch is appended all the same, since that is what they say. Heeded by every API
     * whose answer has a place for an error of this kind.
     *
     * @param times how many requests
     */
    public void failNext(KafkaApi api, ErrorCode error, int times) {
        add(api, null, new Fault.Fail(error), times);
    }

    /** The same for the parts of requests that are about one partition. */
    public void failNext(KafkaApi api, TopicPartition partition, ErrorCode error, int times) {
        add(api, partition, new Fault.Fail(error), times);
    }

    /** Does at once what the next requests of an API ask, and holds their answers back. */
    public void delayNext(KafkaApi api, Duration delay, int times) {
        add(api, null, new Fault.Delay(delay.toNanos()), times);
    }

    /** The same for requests that are about one partition, among others. */
    public void delayNext(KafkaApi api, TopicPartition partition, Duration delay, int times) {
        add(api, partition, new Fault.Delay(delay.toNanos()), times);
    }

    /**
     * Closes the connection instead of answering the next requests of an API.
     *
     * @param afterWork whether what they ask is done
     */
    public void disconnectNext(KafkaApi api, boolean afterWork, int times) {
        add(api, null, new Fault.Disconnect(afterWork), times);
    }

    /** Drops all faults that have not happened yet. */
    public void clearFaults() {
        tell(model -> model.faults().clear());
    }

    private void add(KafkaApi api, @Nullable TopicPartition partition, Fault fault, int times) {
        if (times < 1) {
            throw new IllegalArgumentException("times must be at least 1, was " + times);
        }
        Target target = new Target(ApiKey.valueOf(api.name()), null, partition);
        tell(model -> model.faults().add(target, fault, times));
    }

    private void tell(Consumer<ModelCluster> command) {
        boolean unused = cluster.ask(model -> {
            command.accept(model);
            return true;
        });
    }

    private void requireBroker(int brokerId) {
        if (brokerId < 1 || brokerId > brokers) {
            throw new IllegalArgumentException("no broker " + brokerId + "; the ids are 1 to " + brokers);
        }
    }

    /** Closes all ports and connections; everything that was stored is gone. Calling it again does nothing. */
    @Override
    public void close() {
        cluster.close();
    }

    /** What to start. Not thread-safe; every method but {@link #start} returns at once. */
    public static final class Builder {
        private final Map<String, Integer> topics = new LinkedHashMap<>();
        private final Map<String, String> saslUsers = new LinkedHashMap<>();
        private int brokers = 1;
        private boolean autoCreateTopics = true;
        private int transactionVersion = 2;
        private Duration consumerHeartbeatInterval = Duration.ofSeconds(5);
        private Duration consumerSessionTimeout = Duration.ofSeconds(45);

        private Builder() {}

        /** How many brokers, with ids from 1; 1 by default, at most 100. */
        public Builder brokers(int count) {
            brokers = count;
            return this;
        }

        /** A topic that is there from the start. */
        public Builder topic(String name, int partitions) {
            topics.put(name, partitions);
            return this;
        }

        /** Whether Metadata creates topics, with one partition, that it is asked for and does not know; true by default. */
        public Builder autoCreateTopics(boolean create) {
            autoCreateTopics = create;
            return this;
        }

        /**
         * A user. If there is any, clients must authenticate with one of them: {@code security.protocol} SASL_PLAINTEXT, mechanism
         * PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512.
         */
        public Builder saslUser(String user, String password) {
            saslUsers.put(user, password);
            return this;
        }

        /**
         * {@code group.consumer.heartbeat.interval.ms}: how often members of KIP-848 groups hear of changes; 5 s by default, at
         * least 1 ms.
         */
        public Builder consumerHeartbeatInterval(Duration interval) {
            consumerHeartbeatInterval = interval;
            return this;
        }

        /**
         * {@code group.consumer.session.timeout.ms}: how long members of KIP-848 groups may be silent; 45 s by default, at least
         * 1 ms.
         */
        public Builder consumerSessionTimeout(Duration timeout) {
            consumerSessionTimeout = timeout;
            return this;
        }

        /**
         * The feature {@code transaction.version}: 2, the default, for the protocol of KIP-890, 1 for the one before it, which
         * Kafka 3 has.
         */
        public Builder transactionVersion(int version) {
            transactionVersion = version;
            return this;
        }

        /**
         * Starts the brokers and blocks until they listen.
         *
         * @throws IllegalArgumentException if anything is out of range; all problems are named, nothing was started
         */
        public FakeKafka start() {
            List<String> problems = new ArrayList<>();
            if (brokers < 1 || brokers > 100) {
                problems.add("brokers must be 1 to 100, but is " + brokers);
            }
            if (consumerHeartbeatInterval.toMillis() < 1) {
                problems.add("consumerHeartbeatInterval must be at least 1 ms, but is " + consumerHeartbeatInterval);
            }
            if (consumerSessionTimeout.toMillis() < 1) {
                problems.add("consumerSessionTimeout must be at least 1 ms, but is " + consumerSessionTimeout);
            }
            if (transactionVersion < 1 || transactionVersion > 2) {
                problems.add("transactionVersion must be 1 or 2, but is " + transactionVersion);
            }
            topics.forEach((name, partitions) -> check(name, partitions, problems));
            if (!problems.isEmpty()) {
                throw new IllegalArgumentException(String.join("; ", problems));
            }
            return new FakeKafka(this);
        }

        private static void check(String name, int partitions, List<String> problems) {
            try {
                TopicNames.requireLegal(name);
            } catch (IllegalArgumentException illegal) {
                problems.add(String.valueOf(illegal.getMessage()));
            }
            if (partitions < 1) {
                problems.add("partitions of topic " + name + " must be at least 1, but is " + partitions);
            }
        }
    }
}
