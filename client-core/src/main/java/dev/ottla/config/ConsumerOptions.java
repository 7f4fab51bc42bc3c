package dev.ottla.config;

import dev.ottla.common.ByteSize;
import dev.ottla.serialization.Deserializer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a consumer fetches, commits and takes part in its group. Immutable.
 */
public final class ConsumerOptions {
    private final OptionValues values;

    private ConsumerOptions(OptionValues values) {
        this.values = values;
    }

    /** A builder with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** {@code group.id}: the group that shares the partitions; absent for a consumer without group. */
    public Optional<String> groupId() {
        return values.find(ConsumerKeys.GROUP_ID);
    }

    /** {@code group.instance.id}: a name that outlives a restart, for static membership; absent for dynamic. */
    public Optional<String> groupInstanceId() {
        return values.find(ConsumerKeys.GROUP_INSTANCE_ID);
    }

    /** {@code group.protocol}: who computes the assignment. By default {@code CLASSIC}. */
    public GroupProtocol groupProtocol() {
        return values.get(ConsumerKeys.GROUP_PROTOCOL);
    }

    /** {@code group.remote.assignor}: the broker's assignor; absent to let the broker choose. */
    public Optional<String> groupRemoteAssignor() {
        return values.find(ConsumerKeys.REMOTE_ASSIGNOR);
    }

    /**
     * {@code partition.assignment.strategy}: how a classic group divides the partitions, the preferred way first. At
     * least one; by default range, then cooperative sticky.
     */
    public List<Assignor> assignors() {
        return values.get(ConsumerKeys.ASSIGNORS);
    }

    /** {@code session.timeout.ms}: without heartbeats for this long a member is removed. By default 45 s. */
    public Duration sessionTimeout() {
        return values.get(ConsumerKeys.SESSION_TIMEOUT);
    }

    /**
     * {@code heartbeat.interval.ms}: how often a member tells that it lives. Below {@link #sessionTimeout}; by default
     * 3 s.
     */
    public Duration heartbeatInterval() {
        return values.get(ConsumerKeys.HEARTBEAT_INTERVAL);
    }

    /** {@code max.poll.interval.ms}: how long the application may take between two polls. By default 5 minutes. */
    public Duration maxPollInterval() {
        return values.get(ConsumerKeys.POLL_INTERVAL_MAX);
    }

    /** {@code auto.offset.reset}: where to begin without a committed offset. By default latest. */
    public AutoOffsetReset autoOffsetReset() {
        return values.get(ConsumerKeys.OFFSET_RESET);
    }

    /**
     * {@code enable.auto.commit}: whether offsets are committed in the background. By default true with a group, and
     * false without one.
     */
    public boolean enableAutoCommit() {
        return values.get(ConsumerKeys.AUTO_COMMIT) && groupId().isPresent();
    }

    /** {@code auto.commit.interval.ms}: how often the background commits. By default 5 s. */
    public Duration autoCommitInterval() {
        return values.get(ConsumerKeys.AUTO_COMMIT_INTERVAL);
    }

    /** {@code isolation.level}: whether records of open and aborted transactions are returned. By default they are. */
    public IsolationLevel isolationLevel() {
        return values.get(ConsumerKeys.ISOLATION);
    }

    /** {@code fetch.min.bytes}: a broker waits until it has this much. By default 1 byte. */
    public ByteSize fetchMinBytes() {
        return values.get(ConsumerKeys.FETCH_MIN);
    }

    /** {@code fetch.max.bytes}: the most that one fetch brings. Not below {@link #fetchMinBytes}; by default 50 MiB. */
    public ByteSize fetchMaxBytes() {
        return values.get(ConsumerKeys.FETCH_MAX);
    }

    /** {@code fetch.max.wait.ms}: how long a broker waits for {@link #fetchMinBytes}. By default 500 ms. */
    public Duration fetchMaxWait() {
        return values.get(ConsumerKeys.FETCH_WAIT_MAX);
    }

    /** {@code max.partition.fetch.bytes}: the most that one fetch brings of one partition. By default 1 MiB. */
    public ByteSize maxPartitionFetchBytes() {
        return values.get(ConsumerKeys.PARTITION_FETCH_MAX);
    }

    /** {@code max.poll.records}: the most records that one poll returns. At least 1; by default 500. */
    public int maxPollRecords() {
        return values.get(ConsumerKeys.POLL_RECORDS_MAX);
    }

    /** {@code check.crcs}: whether the checksum of every batch is checked. By default true. */
    public boolean checkCrcs() {
        return values.get(ConsumerKeys.CHECK_CRCS);
    }

    /**
     * {@code ottla.max.decompressed.batch.bytes}: the most that one batch may hold decompressed. By default 128 MiB.
     */
    public ByteSize maxDecompressedBatchBytes() {
        return values.get(ConsumerKeys.DECOMPRESSED_MAX);
    }

    /**
     * {@code ottla.consumer.memory.bytes}: the most memory for what was fetched from all brokers and is not read yet, and for
     * decompressing it. At least 4 MiB, by default 256 MiB.
     */
    public ByteSize memory() {
        return values.get(ConsumerKeys.MEMORY);
    }

    /**
     * {@code exclude.internal.topics}: whether a pattern that the client matches leaves Kafka's internal topics out. By
     * default true.
     */
    public boolean excludeInternalTopics() {
        return values.get(ConsumerKeys.EXCLUDE_INTERNAL);
    }

    /**
     * {@code allow.auto.create.topics}: whether brokers may create a topic because it is subscribed to or assigned, if
     * they create topics at all. One that matches a pattern, or is only looked at, is never created. By default true.
     */
    public boolean allowAutoCreateTopics() {
        return values.get(ConsumerKeys.TOPIC_CREATION);
    }

    /** {@code key.deserializer}: named in the configuration, if it is. */
    public Optional<Deserializer<?>> keyDeserializer() {
        return values.find(ConsumerKeys.KEY_DESERIALIZER);
    }

    /** {@code value.deserializer}: named in the configuration, if it is. */
    public Optional<Deserializer<?>> valueDeserializer() {
        return values.find(ConsumerKeys.VALUE_DESERIALIZER);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ConsumerOptions that && values.equals(that.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    /** What differs from the defaults, secrets masked. */
    @Override
    public String toString() {
        return "ConsumerOptions" + values;
    }

    /**
     * Collects options. Not thread-safe. A typed option wins over the same key of a configuration, whatever the order
     * of
     * calls; a configuration wins over those given before it.
     */
    public static final class Builder {
        private final OptionDraft draft = new OptionDraft();

        private Builder() {}

        /** Takes every key that concerns these options from a configuration; the others are left to other clients. */
        public Builder config(KafkaConfig config) {
            draft.config(config);
            return this;
        }

        /** {@code group.id}: the group that shares the partitions; absent for a consumer without group. */
        public Builder groupId(String groupId) {
            draft.set(ConsumerKeys.GROUP_ID, groupId);
            return this;
        }

        /** {@code group.instance.id}: a name that outlives a restart, for static membership; absent for dynamic. */
        public Builder groupInstanceId(String groupInstanceId) {
            draft.set(ConsumerKeys.GROUP_INSTANCE_ID, groupInstanceId);
            return this;
        }

        /** {@code group.protocol}: who computes the assignment. By default {@code CLASSIC}. */
        public Builder groupProtocol(GroupProtocol groupProtocol) {
            draft.set(ConsumerKeys.GROUP_PROTOCOL, groupProtocol);
            return this;
        }

        /** {@code group.remote.assignor}: the broker's assignor; absent to let the broker choose. */
        public Builder groupRemoteAssignor(String groupRemoteAssignor) {
            draft.set(ConsumerKeys.REMOTE_ASSIGNOR, groupRemoteAssignor);
            return this;
        }

        /**
         * {@code partition.assignment.strategy}: how a classic group divides the partitions, the preferred way first.
         * At least one; by default range, then cooperative sticky.
         */
        public Builder assignors(List<Assignor> assignors) {
            draft.set(ConsumerKeys.ASSIGNORS, assignors);
            return this;
        }

        /** {@code session.timeout.ms}: without heartbeats for this long a member is removed. By default 45 s. */
        public Builder sessionTimeout(Duration sessionTimeout) {
            draft.set(ConsumerKeys.SESSION_TIMEOUT, sessionTimeout);
            return this;
        }

        /**
         * {@code heartbeat.interval.ms}: how often a member tells that it lives. Below {@link #sessionTimeout}; by
         * default 3 s.
         */
        public Builder heartbeatInterval(Duration heartbeatInterval) {
            draft.set(ConsumerKeys.HEARTBEAT_INTERVAL, heartbeatInterval);
            return this;
        }

        /** {@code max.poll.interval.ms}: how long the application may take between two polls. By default 5 minutes. */
        public Builder maxPollInterval(Duration maxPollInterval) {
            draft.set(ConsumerKeys.POLL_INTERVAL_MAX, maxPollInterval);
            return this;
        }

        /** {@code auto.offset.reset}: where to begin without a committed offset. By default latest. */
        public Builder autoOffsetReset(AutoOffsetReset autoOffsetReset) {
            draft.set(ConsumerKeys.OFFSET_RESET, autoOffsetReset);
            return this;
        }

        /**
         * {@code enable.auto.commit}: whether offsets are committed in the background. By default true with a group,
         * and false without one.
         */
        public Builder enableAutoCommit(boolean enableAutoCommit) {
            draft.set(ConsumerKeys.AUTO_COMMIT, enableAutoCommit);
            return this;
        }

        /** {@code auto.commit.interval.ms}: how often the background commits. By default 5 s. */
        public Builder autoCommitInterval(Duration autoCommitInterval) {
            draft.set(ConsumerKeys.AUTO_COMMIT_INTERVAL, autoCommitInterval);
            return this;
        }

        /**
         * {@code isolation.level}: whether records of open and aborted transactions are returned. By default they are.
         */
        public Builder isolationLevel(IsolationLevel isolationLevel) {
            draft.set(ConsumerKeys.ISOLATION, isolationLevel);
            return this;
        }

        /** {@code fetch.min.bytes}: a broker waits until it has this much. By default 1 byte. */
        public Builder fetchMinBytes(ByteSize fetchMinBytes) {
            draft.set(ConsumerKeys.FETCH_MIN, fetchMinBytes);
            return this;
        }

        /**
         * {@code fetch.max.bytes}: the most that one fetch brings. Not below {@link #fetchMinBytes}; by default 50 MiB.
         */
        public Builder fetchMaxBytes(ByteSize fetchMaxBytes) {
            draft.set(ConsumerKeys.FETCH_MAX, fetchMaxBytes);
            return this;
        }

        /** {@code fetch.max.wait.ms}: how long a broker waits for {@link #fetchMinBytes}. By default 500 ms. */
        public Builder fetchMaxWait(Duration fetchMaxWait) {
            draft.set(ConsumerKeys.FETCH_WAIT_MAX, fetchMaxWait);
            return this;
        }

        /** {@code max.partition.fetch.bytes}: the most that one fetch brings of one partition. By default 1 MiB. */
        public Builder maxPartitionFetchBytes(ByteSize maxPartitionFetchBytes) {
            draft.set(ConsumerKeys.PARTITION_FETCH_MAX, maxPartitionFetchBytes);
            return this;
        }

        /** {@code max.poll.records}: the most records that one poll returns. At least 1; by default 500. */
        public Builder maxPollRecords(int maxPollRecords) {
            draft.set(ConsumerKeys.POLL_RECORDS_MAX, maxPollRecords);
            return this;
        }

        /** {@code check.crcs}: whether the checksum of every batch is checked. By default true. */
        public Builder checkCrcs(boolean checkCrcs) {
            draft.set(ConsumerKeys.CHECK_CRCS, checkCrcs);
            return this;
        }

        /**
         * {@code ottla.max.decompressed.batch.bytes}: the most that one batch may hold decompressed. By default 128
         * MiB.
         */
        public Builder maxDecompressedBatchBytes(ByteSize maxDecompressedBatchBytes) {
            draft.set(ConsumerKeys.DECOMPRESSED_MAX, maxDecompressedBatchBytes);
            return this;
        }

        /**
         * {@code ottla.consumer.memory.bytes}: the most memory for what was fetched from all brokers and is not read
         * yet, and for decompressing it. At least 4 MiB, by default 256 MiB.
         */
        public Builder memory(ByteSize memory) {
            draft.set(ConsumerKeys.MEMORY, memory);
            return this;
        }

        /**
         * {@code exclude.internal.topics}: whether a pattern that the client matches leaves Kafka's internal topics
         * out. By default true.
         */
        public Builder excludeInternalTopics(boolean excludeInternalTopics) {
            draft.set(ConsumerKeys.EXCLUDE_INTERNAL, excludeInternalTopics);
            return this;
        }

        /**
         * {@code allow.auto.create.topics}: whether brokers may create a topic because it is subscribed to or assigned,
         * if they create topics at all. One that matches a pattern, or is only looked at, is never created. By default
         * true.
         */
        public Builder allowAutoCreateTopics(boolean allowAutoCreateTopics) {
            draft.set(ConsumerKeys.TOPIC_CREATION, allowAutoCreateTopics);
            return this;
        }

        /**
         * Checks all options, also against those of the client that they will be used with.
         *
         * @param client the options of the shared client
         * @throws dev.ottla.errors.InvalidOptionsException naming everything that is wrong, if anything is
         */
        public ConsumerOptions build(ClientOptions client) {
            return new ConsumerOptions(draft.resolve(
                    ConsumerOptionRules.TABLES, (values, checks) -> ConsumerOptionRules.check(values, client, checks)));
        }
    }
}
