package dev.ottla.testkit.internal.api;

import dev.ottla.internal.concurrent.Confined;
import dev.ottla.internal.concurrent.Immutable;
import java.time.Duration;

/**
 * What a model cluster is made with. The names are those of the broker settings that they stand for.
 *
 * @param brokers how many brokers, with the ids 1 to this
 * @param autoCreateTopics whether Metadata creates a topic that it is asked for ({@code auto.create.topics.enable})
 * @param numPartitions partitions of a topic that does not say ({@code num.partitions})
 * @param defaultReplicationFactor replicas of a topic that does not say ({@code default.replication.factor})
 * @param fetchSessionSlots fetch sessions per broker ({@code max.incremental.fetch.session.cache.slots})
 * @param groupInitialRebalanceDelay wait for more members ({@code group.initial.rebalance.delay.ms})
 * @param consumerHeartbeatInterval KIP-848 members are told this ({@code group.consumer.heartbeat.interval.ms})
 * @param consumerSessionTimeout KIP-848 members may be silent this long ({@code group.consumer.session.timeout.ms})
 * @param transactionVersion the feature {@code transaction.version}: 1, or 2 for KIP-890
 */
@Immutable
public record ClusterOptions(
        int brokers,
        boolean autoCreateTopics,
        int numPartitions,
        int defaultReplicationFactor,
        int fetchSessionSlots,
        Duration groupInitialRebalanceDelay,
        Duration consumerHeartbeatInterval,
        Duration consumerSessionTimeout,
        int transactionVersion) {

    /** A builder with Kafka's own defaults, but for groups, which do not wait for more members. */
    public static Builder builder(int brokers) {
        return new Builder(brokers);
    }

    /** Collects options; not checked, since {@code FakeKafka} checks what its users say. */
    @Confined
    public static final class Builder {
        private final int brokers;
        private boolean autoCreateTopics = true;
        private int numPartitions = 1;
        private int defaultReplicationFactor;
        private int fetchSessionSlots = 1000;
        private Duration groupInitialRebalanceDelay = Duration.ZERO;
        private Duration consumerHeartbeatInterval = Duration.ofSeconds(5);
        private Duration consumerSessionTimeout = Duration.ofSeconds(45);
        private int transactionVersion = 2;

        Builder(int brokers) {
            this.brokers = brokers;
            this.defaultReplicationFactor = Math.min(brokers, 3);
        }

        public Builder autoCreateTopics(boolean create) {
            autoCreateTopics = create;
            return this;
        }

        public Builder numPartitions(int partitions) {
            numPartitions = partitions;
            return this;
        }

        public Builder defaultReplicationFactor(int replicas) {
            defaultReplicationFactor = replicas;
            return this;
        }

        public Builder fetchSessionSlots(int slots) {
            fetchSessionSlots = slots;
            return this;
        }

        public Builder groupInitialRebalanceDelay(Duration delay) {
            groupInitialRebalanceDelay = delay;
            return this;
        }

        public Builder consumerHeartbeatInterval(Duration interval) {
            consumerHeartbeatInterval = interval;
            return this;
        }

        public Builder consumerSessionTimeout(Duration timeout) {
            consumerSessionTimeout = timeout;
            return this;
        }

        public Builder transactionVersion(int version) {
            transactionVersion = version;
            return this;
        }

        public ClusterOptions build() {
            return new ClusterOptions(
                    brokers,
                    autoCreateTopics,
                    numPartitions,
                    defaultReplicationFactor,
                    fetchSessionSlots,
                    groupInitialRebalanceDelay,
                    consumerHeartbeatInterval,
                    consumerSessionTimeout,
                    transactionVersion);
        }
    }
}
