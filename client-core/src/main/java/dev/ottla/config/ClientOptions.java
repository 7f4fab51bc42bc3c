package dev.ottla.config;

import dev.ottla.common.ByteSize;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a client reaches its cluster: the options that all producers, consumers and admins on one {@code KafkaClient}
 * share.
 * Immutable.
 */
public final class ClientOptions {
    private final OptionValues values;

    private ClientOptions(OptionValues values) {
        this.values = values;
    }

    /** A builder with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** {@code bootstrap.servers}: addresses of some brokers, their names unresolved. At least one. */
    public List<InetSocketAddress> bootstrapServers() {
        return values.get(ClientKeys.BOOTSTRAP_SERVERS);
    }

    /** {@code client.id}: a name for the logs and quotas of the brokers. By default empty. */
    public String clientId() {
        return values.get(ClientKeys.CLIENT_ID);
    }

    /** {@code request.timeout.ms}: how long one request waits for its answer. At least 1 ms; by default 30 s. */
    public Duration requestTimeout() {
        return values.get(ClientKeys.REQUEST_TIMEOUT);
    }

    /**
     * {@code client.rack}: where this client runs, so that it is assigned partitions and reads replicas nearby; empty if it
     * does not tell.
     */
    public String clientRack() {
        return values.get(ClientKeys.RACK);
    }

    /**
     * {@code default.api.timeout.ms}: how long a call may take in all. Not below {@link #requestTimeout}; by default 60
     * s.
     */
    public Duration defaultApiTimeout() {
        return values.notBelow(ClientKeys.DEFAULT_API_TIMEOUT, values.get(ClientKeys.REQUEST_TIMEOUT));
    }

    /**
     * {@code socket.connection.setup.timeout.ms}: how long a connection may take until it is ready. By default 10 s.
     */
    public Duration connectionSetupTimeout() {
        return values.get(ClientKeys.SETUP_TIMEOUT);
    }

    /** {@code socket.connection.setup.timeout.max.ms}: the same after several failures. By default 30 s. */
    public Duration connectionSetupTimeoutMax() {
        return values.notBelow(ClientKeys.SETUP_TIMEOUT_MAX, values.get(ClientKeys.SETUP_TIMEOUT));
    }

    /** {@code reconnect.backoff.ms}: the first pause before connecting again. By default 50 ms. */
    public Duration reconnectBackoff() {
        return values.get(ClientKeys.RECONNECT_BACKOFF);
    }

    /** {@code reconnect.backoff.max.ms}: the longest pause before connecting again. By default 1 s. */
    public Duration reconnectBackoffMax() {
        return values.notBelow(ClientKeys.RECONNECT_BACKOFF_MAX, values.get(ClientKeys.RECONNECT_BACKOFF));
    }

    /** {@code retry.backoff.ms}: the first pause before a request is repeated. By default 100 ms. */
    public Duration retryBackoff() {
        return values.get(ClientKeys.RETRY_BACKOFF);
    }

    /** {@code retry.backoff.max.ms}: the longest pause before a request is repeated. By default 1 s. */
    public Duration retryBackoffMax() {
        return values.notBelow(ClientKeys.RETRY_BACKOFF_MAX, values.get(ClientKeys.RETRY_BACKOFF));
    }

    /** {@code metadata.max.age.ms}: metadata is refreshed at least this often. By default 5 minutes. */
    public Duration metadataMaxAge() {
        return values.get(ClientKeys.METADATA_MAX_AGE);
    }

    /**
     * {@code metadata.recovery.strategy}: what to do when no known broker can be reached. By default {@code
     * REBOOTSTRAP}.
     */
    public MetadataRecoveryStrategy metadataRecoveryStrategy() {
        return values.get(ClientKeys.METADATA_RECOVERY);
    }

    /**
     * {@code metadata.recovery.rebootstrap.trigger.ms}: how long without metadata until the client begins again. By
     * default 5 minutes.
     */
    public Duration rebootstrapTrigger() {
        return values.get(ClientKeys.REBOOTSTRAP_TRIGGER);
    }

    /**
     * {@code connections.max.idle.ms}: connections idle for this long are closed. By default 9 minutes.
     * A negative number in a configuration means never, and is given as the longest duration.
     */
    public Duration connectionsMaxIdle() {
        return values.get(ClientKeys.CONNECTIONS_MAX_IDLE);
    }

    /**
     * {@code send.buffer.bytes}: the socket's send buffer; empty leaves it to the operating system. By default 128 KiB.
     */
    public Optional<ByteSize> sendBuffer() {
        return bufferSize(ClientKeys.SEND_BUFFER);
    }

    /**
     * {@code receive.buffer.bytes}: the socket's receive buffer; empty leaves it to the operating system. By default 64
     * KiB.
     */
    public Optional<ByteSize> receiveBuffer() {
        return bufferSize(ClientKeys.RECEIVE_BUFFER);
    }

    /** {@code client.dns.lookup}: what a name with several addresses stands for. By default {@code USE_ALL_DNS_IPS}. */
    public DnsLookup dnsLookup() {
        return values.get(ClientKeys.DNS_LOOKUP);
    }

    /** {@code ottla.max.frame.bytes}: the largest answer that is accepted. By default 100 MiB. */
    public ByteSize maxFrameBytes() {
        return values.get(ClientKeys.FRAME_MAX);
    }

    /** {@code ottla.io.threads}: how many event loops carry the connections, 1 to 1024. By default 1. */
    public int ioThreads() {
        return values.get(ClientKeys.IO_THREADS);
    }

    /** How connections are protected. By default not at all. */
    public SecurityOptions security() {
        return new SecurityOptions(values);
    }

    private Optional<ByteSize> bufferSize(ConfigKey<Integer> key) {
        int size = values.get(key);
        return size < 0 ? Optional.empty() : Optional.of(ByteSize.bytes(size));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ClientOptions that && values.equals(that.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    /** What differs from the defaults, secrets masked. */
    @Override
    public String toString() {
        return "ClientOptions" + values;
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

        /** {@code client.id}: a name for the logs and quotas of the brokers. By default empty. */
        public Builder clientId(String clientId) {
            draft.set(ClientKeys.CLIENT_ID, clientId);
            return this;
        }

        /** {@code request.timeout.ms}: how long one request waits for its answer. At least 1 ms; by default 30 s. */
        public Builder requestTimeout(Duration requestTimeout) {
            draft.set(ClientKeys.REQUEST_TIMEOUT, requestTimeout);
            return this;
        }

        /** {@code client.rack}: where this client runs, so that it is assigned partitions nearby. By default it does not tell. */
        public Builder clientRack(String clientRack) {
            draft.set(ClientKeys.RACK, clientRack);
            return this;
        }

        /**
         * {@code default.api.timeout.ms}: how long a call may take in all. Not below {@link #requestTimeout}; by
         * default 60 s.
         */
        public Builder defaultApiTimeout(Duration defaultApiTimeout) {
            draft.set(ClientKeys.DEFAULT_API_TIMEOUT, defaultApiTimeout);
            return this;
        }

        /**
         * {@code socket.connection.setup.timeout.ms}: how long a connection may take until it is ready. By default 10
         * s.
         */
        public Builder connectionSetupTimeout(Duration connectionSetupTimeout) {
            draft.set(ClientKeys.SETUP_TIMEOUT, connectionSetupTimeout);
            return this;
        }

        /** {@code socket.connection.setup.timeout.max.ms}: the same after several failures. By default 30 s. */
        public Builder connectionSetupTimeoutMax(Duration connectionSetupTimeoutMax) {
            draft.set(ClientKeys.SETUP_TIMEOUT_MAX, connectionSetupTimeoutMax);
            return this;
        }

        /** {@code reconnect.backoff.ms}: the first pause before connecting again. By default 50 ms. */
        public Builder reconnectBackoff(Duration reconnectBackoff) {
            draft.set(ClientKeys.RECONNECT_BACKOFF, reconnectBackoff);
            return this;
        }

        /** {@code reconnect.backoff.max.ms}: the longest pause before connecting again. By default 1 s. */
        public Builder reconnectBackoffMax(Duration reconnectBackoffMax) {
            draft.set(ClientKeys.RECONNECT_BACKOFF_MAX, reconnectBackoffMax);
            return this;
        }

        /** {@code retry.backoff.ms}: the first pause before a request is repeated. By default 100 ms. */
        public Builder retryBackoff(Duration retryBackoff) {
            draft.set(ClientKeys.RETRY_BACKOFF, retryBackoff);
            return this;
        }

        /** {@code retry.backoff.max.ms}: the longest pause before a request is repeated. By default 1 s. */
        public Builder retryBackoffMax(Duration retryBackoffMax) {
            draft.set(ClientKeys.RETRY_BACKOFF_MAX, retryBackoffMax);
            return this;
        }

        /** {@code metadata.max.age.ms}: metadata is refreshed at least this often. By default 5 minutes. */
        public Builder metadataMaxAge(Duration metadataMaxAge) {
            draft.set(ClientKeys.METADATA_MAX_AGE, metadataMaxAge);
            return this;
        }

        /**
         * {@code metadata.recovery.strategy}: what to do when no known broker can be reached. By default {@code
         * REBOOTSTRAP}.
         */
        public Builder metadataRecoveryStrategy(MetadataRecoveryStrategy metadataRecoveryStrategy) {
            draft.set(ClientKeys.METADATA_RECOVERY, metadataRecoveryStrategy);
            return this;
        }

        /**
         * {@code metadata.recovery.rebootstrap.trigger.ms}: how long without metadata until the client begins again. By
         * default 5 minutes.
         */
        public Builder rebootstrapTrigger(Duration rebootstrapTrigger) {
            draft.set(ClientKeys.REBOOTSTRAP_TRIGGER, rebootstrapTrigger);
            return this;
        }

        /**
         * {@code connections.max.idle.ms}: connections idle for this long are closed. By default 9 minutes.
         * A negative number in a configuration means never, and is given as the longest duration.
         */
        public Builder connectionsMaxIdle(Duration connectionsMaxIdle) {
            draft.set(ClientKeys.CONNECTIONS_MAX_IDLE, connectionsMaxIdle);
            return this;
        }

        /**
         * {@code client.dns.lookup}: what a name with several addresses stands for. By default {@code USE_ALL_DNS_IPS}.
         */
        public Builder dnsLookup(DnsLookup dnsLookup) {
            draft.set(ClientKeys.DNS_LOOKUP, dnsLookup);
            return this;
        }

        /** {@code ottla.max.frame.bytes}: the largest answer that is accepted. By default 100 MiB. */
        public Builder maxFrameBytes(ByteSize maxFrameBytes) {
            draft.set(ClientKeys.FRAME_MAX, maxFrameBytes);
            return this;
        }

        /** {@code ottla.io.threads}: how many event loops carry the connections, 1 to 1024. By default 1. */
        public Builder ioThreads(int ioThreads) {
            draft.set(ClientKeys.IO_THREADS, ioThreads);
            return this;
        }

        /** {@code bootstrap.servers}, each as {@code host:port}. Required. */
        public Builder bootstrapServers(String... addresses) {
            draft.setText(ClientKeys.BOOTSTRAP_SERVERS, String.join(",", addresses));
            return this;
        }

        /** {@code send.buffer.bytes}: the socket's send buffer. At most 2 GiB - 1. */
        public Builder sendBuffer(ByteSize size) {
            draft.set(ClientKeys.SEND_BUFFER, size.toIntExact());
            return this;
        }

        /** {@code receive.buffer.bytes}: the socket's receive buffer. At most 2 GiB - 1. */
        public Builder receiveBuffer(ByteSize size) {
            draft.set(ClientKeys.RECEIVE_BUFFER, size.toIntExact());
            return this;
        }

        /** {@code security.protocol}: how connections are protected. By default {@code PLAINTEXT}. */
        public Builder securityProtocol(SecurityProtocol protocol) {
            draft.set(SecurityKeys.PROTOCOL, protocol);
            return this;
        }

        /**
         * How connections are protected, as a whole: {@code security.protocol} and the keys of TLS and SASL. By default
         * not at all.
         */
        public Builder security(Security security) {
            security.applyTo(draft);
            return this;
        }

        /**
         * Checks all options.
         *
         * @throws dev.ottla.errors.InvalidOptionsException naming everything that is wrong, if anything is
         */
        public ClientOptions build() {
            return new ClientOptions(draft.resolve(ClientOptionRules.TABLES, ClientOptionRules::check));
        }
    }
}
