package dev.ottla.config;

import dev.ottla.common.ByteSize;
import dev.ottla.serialization.Serializer;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a producer batches, sends and retries. Immutable.
 */
public final class ProducerOptions {
    private final OptionValues values;
    private final Duration deliveryTimeout;
    private final boolean idempotence;

    private ProducerOptions(OptionValues values, ClientOptions client) {
        this.values = values;
        this.deliveryTimeout = ProducerOptionRules.deliveryTimeout(values, client);
        this.idempotence = ProducerOptionRules.isIdempotent(values);
    }

    /** A builder with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** {@code acks}: how many replicas must have a batch before it counts. By default {@code ALL}. */
    public Acks acks() {
        return values.get(ProducerKeys.ACKS);
    }

    /**
     * {@code enable.idempotence}: whether a retry can neither duplicate nor reorder records. By default true; where it was
     * not set, {@code acks} other than {@code all} or {@code retries=0} make it false.
     */
    public boolean idempotence() {
        return idempotence;
    }

    /** {@code linger.ms}: how long a batch waits for more records. By default 5 ms. */
    public Duration linger() {
        return values.get(ProducerKeys.LINGER);
    }

    /** {@code batch.size}: how large a batch grows. At most 2 GiB - 1; by default 16 KiB. */
    public ByteSize batchSize() {
        return values.get(ProducerKeys.BATCH_SIZE);
    }

    /**
     * {@code ottla.max.batch.records}: how many records a batch may have, at least 1. By default without bound. Kafka's own
     * clients have no such option.
     */
    public int maxBatchRecords() {
        return values.get(ProducerKeys.BATCH_RECORDS_MAX);
    }

    /** {@code buffer.memory}: the memory for records that are not yet confirmed. By default 32 MiB. */
    public ByteSize bufferMemory() {
        return values.get(ProducerKeys.BUFFER_MEMORY);
    }

    /** {@code max.request.size}: the largest request, and so the largest record. By default 1 MiB. */
    public ByteSize maxRequestSize() {
        return values.get(ProducerKeys.REQUEST_SIZE_MAX);
    }

    /** {@code max.in.flight.requests.per.connection}: at least 1, with idempotence at most 5. By default 5. */
    public int maxInFlight() {
        return values.get(ProducerKeys.IN_FLIGHT_MAX);
    }

    /** {@code compression.type} with its level: how batches are compressed. By default not at all. */
    public Compression compression() {
        return CompressionType.withLevel(values);
    }

    /**
     * {@code delivery.timeout.ms}: how long a record may take in all. At least {@link #linger} plus the request
     * timeout; by default 2 minutes, or that sum if it is more.
     */
    public Duration deliveryTimeout() {
        return deliveryTimeout;
    }

    /** {@code max.block.ms}: how long a send may wait for room in the buffer. By default 60 s. */
    public Duration maxBlock() {
        return values.get(ProducerKeys.BLOCK_MAX);
    }

    /** {@code retries}: how often a request is repeated within the delivery timeout. By default without bound. */
    public int retries() {
        return values.get(ProducerKeys.RETRIES);
    }

    /** {@code partitioner.class}: one of Kafka's partitioners; absent for the default one. */
    public Optional<StandardPartitioner> partitioner() {
        return values.find(ProducerKeys.PARTITIONER);
    }

    /** {@code partitioner.ignore.keys}: whether records with a key are spread like those without. By default false. */
    public boolean partitionerIgnoreKeys() {
        return values.get(ProducerKeys.IGNORE_KEYS);
    }

    /**
     * {@code partitioner.adaptive.partitioning.enable}: whether slow brokers get fewer records without key. By default
     * true.
     */
    public boolean adaptivePartitioning() {
        return values.get(ProducerKeys.ADAPTIVE_PARTITIONING);
    }

    /**
     * {@code partitioner.availability.timeout.ms}: a broker that has taken no batch for this long, although some are ready,
     * gets no record without key until it takes one again (KIP-794). Without effect unless {@link #adaptivePartitioning}. At
     * least 0, which switches it off and is the default.
     */
    public Duration partitionerAvailabilityTimeout() {
        return values.get(ProducerKeys.AVAILABILITY_TIMEOUT);
    }

    /** {@code transactional.id}: the name of the producer's transactions; absent without them. */
    public Optional<String> transactionalId() {
        return values.find(ProducerKeys.TRANSACTIONAL_ID);
    }

    /**
     * {@code transaction.timeout.ms}: how long a transaction may stay open before the coordinator aborts it. By default a
     * minute; brokers allow at most their {@code transaction.max.timeout.ms}.
     */
    public Duration transactionTimeout() {
        return values.get(ProducerKeys.TRANSACTION_TIMEOUT);
    }

    /** {@code key.serializer}: named in the configuration, if it is. */
    public Optional<Serializer<?>> keySerializer() {
        return values.find(ProducerKeys.KEY_SERIALIZER);
    }

    /** {@code value.serializer}: named in the configuration, if it is. */
    public Optional<Serializer<?>> valueSerializer() {
        return values.find(ProducerKeys.VALUE_SERIALIZER);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ProducerOptions that
                && values.equals(that.values)
                && deliveryTimeout.equals(that.deliveryTimeout);
    }

    @Override
    public int hashCode() {
        return 31 * values.hashCode() + deliveryTimeout.hashCode();
    }

    /** What differs from the defaults, secrets masked. */
    @Override
    public String toString() {
        return "ProducerOptions" + values;
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

        /** {@code acks}: how many replicas must have a batch before it counts. By default {@code ALL}. */
        public Builder acks(Acks acks) {
            draft.set(ProducerKeys.ACKS, acks);
            return this;
        }

        /**
         * {@code enable.idempotence}: whether a retry can neither duplicate nor reorder records. Needs {@code acks=all},
         * {@code retries} above 0 and at most 5 requests in flight. By default true, unless these say otherwise.
         */
        public Builder idempotence(boolean idempotence) {
            draft.set(ProducerKeys.IDEMPOTENCE, idempotence);
            return this;
        }

        /** {@code linger.ms}: how long a batch waits for more records. By default 5 ms. */
        public Builder linger(Duration linger) {
            draft.set(ProducerKeys.LINGER, linger);
            return this;
        }

        /** {@code batch.size}: how large a batch grows. At most 2 GiB - 1; by default 16 KiB. */
        public Builder batchSize(ByteSize batchSize) {
            draft.set(ProducerKeys.BATCH_SIZE, batchSize);
            return this;
        }

        /** {@code ottla.max.batch.records}: how many records a batch may have, at least 1. By default without bound. */
        public Builder maxBatchRecords(int maxBatchRecords) {
            draft.set(ProducerKeys.BATCH_RECORDS_MAX, maxBatchRecords);
            return this;
        }

        /** {@code buffer.memory}: the memory for records that are not yet confirmed. By default 32 MiB. */
        public Builder bufferMemory(ByteSize bufferMemory) {
            draft.set(ProducerKeys.BUFFER_MEMORY, bufferMemory);
            return this;
        }

        /** {@code max.request.size}: the largest request, and so the largest record. By default 1 MiB. */
        public Builder maxRequestSize(ByteSize maxRequestSize) {
            draft.set(ProducerKeys.REQUEST_SIZE_MAX, maxRequestSize);
            return this;
        }

        /** {@code max.in.flight.requests.per.connection}: at least 1. By default 5. */
        public Builder maxInFlight(int maxInFlight) {
            draft.set(ProducerKeys.IN_FLIGHT_MAX, maxInFlight);
            return this;
        }

        /**
         * {@code delivery.timeout.ms}: how long a record may take in all. At least {@link #linger} plus the request
         * timeout; by default 2 minutes, or that sum if it is more.
         */
        public Builder deliveryTimeout(Duration deliveryTimeout) {
            draft.set(ProducerKeys.DELIVERY_TIMEOUT, deliveryTimeout);
            return this;
        }

        /** {@code max.block.ms}: how long a send may wait for room in the buffer. By default 60 s. */
        public Builder maxBlock(Duration maxBlock) {
            draft.set(ProducerKeys.BLOCK_MAX, maxBlock);
            return this;
        }

        /** {@code retries}: how often a request is repeated within the delivery timeout. By default without bound. */
        public Builder retries(int retries) {
            draft.set(ProducerKeys.RETRIES, retries);
            return this;
        }

        /** {@code partitioner.class}: one of Kafka's partitioners; absent for the default one. */
        public Builder partitioner(StandardPartitioner partitioner) {
            draft.set(ProducerKeys.PARTITIONER, partitioner);
            return this;
        }

        /**
         * {@code partitioner.ignore.keys}: whether records with a key are spread like those without. By default false.
         */
        public Builder partitionerIgnoreKeys(boolean partitionerIgnoreKeys) {
            draft.set(ProducerKeys.IGNORE_KEYS, partitionerIgnoreKeys);
            return this;
        }

        /**
         * {@code partitioner.adaptive.partitioning.enable}: whether slow brokers get fewer records without key. By
         * default true.
         */
        public Builder adaptivePartitioning(boolean adaptivePartitioning) {
            draft.set(ProducerKeys.ADAPTIVE_PARTITIONING, adaptivePartitioning);
            return this;
        }

        /**
         * {@code partitioner.availability.timeout.ms}: after how long without taking a batch, although some are ready, a broker
         * gets no record without key (KIP-794). At least 0, which switches it off; by default 0.
         */
        public Builder partitionerAvailabilityTimeout(Duration timeout) {
            draft.set(ProducerKeys.AVAILABILITY_TIMEOUT, timeout);
            return this;
        }

        /** {@code transactional.id}: the name of the producer's transactions. By default none. */
        public Builder transactionalId(String transactionalId) {
            draft.set(ProducerKeys.TRANSACTIONAL_ID, transactionalId);
            return this;
        }

        /** {@code transaction.timeout.ms}: how long a transaction may stay open. By default a minute. */
        public Builder transactionTimeout(Duration transactionTimeout) {
            draft.set(ProducerKeys.TRANSACTION_TIMEOUT, transactionTimeout);
            return this;
        }

        /** {@code compression.type} with its level: how batches are compressed. By default not at all. */
        public Builder compression(Compression compression) {
            CompressionType.set(draft, compression);
            return this;
        }

        /**
         * Checks all options, also against those of the client that they will be used with.
         *
         * @param client the options of the shared client
         * @throws dev.ottla.errors.InvalidOptionsException naming everything that is wrong, if anything is
         */
        public ProducerOptions build(ClientOptions client) {
            return new ProducerOptions(
                    draft.resolve(
                            ProducerKeys.TABLES, (values, checks) -> ProducerOptionRules.check(values, client, checks)),
                    client);
        }
    }
}
