package dev.ottla.config;

import dev.ottla.common.ByteSize;
import dev.ottla.config.ConfigKey.Role;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;

/** The keys of the connection to the cluster, which all clients of one process share here. */
final class ClientKeys {
    private static final String SHARED = "One value for all clients that share the connections; ";

    static final KeyTable NETWORK = new KeyTable("Connections", KeyTable.allRoles());

    static final ConfigKey<List<InetSocketAddress>> BOOTSTRAP_SERVERS = NETWORK.implemented(
            "bootstrap.servers",
            ValueTypes.listOf(Endpoints.type()),
            "",
            "Addresses host:port of some brokers, from which the others are learnt.",
            "Required.");
    static final ConfigKey<String> CLIENT_ID = NETWORK.implemented(
            "client.id", ValueTypes.string(), "", "A name for this client in the logs and quotas of the brokers.");
    static final ConfigKey<DnsLookup> DNS_LOOKUP = NETWORK.implemented(
            "client.dns.lookup",
            ValueTypes.choice(DnsLookup.BY_NAME),
            "use_all_dns_ips",
            "What a host name with several addresses stands for.",
            "Both values try all addresses of a name. Canonical names count for TLS and Kerberos only, which are not"
                    + " implemented yet.");
    static final ConfigKey<Duration> REQUEST_TIMEOUT = NETWORK.implemented(
            "request.timeout.ms",
            ValueTypes.millis(),
            "30000",
            "How long one request waits for its answer before its connection is given up.");
    static final ConfigKey<Duration> SETUP_TIMEOUT = NETWORK.implemented(
            "socket.connection.setup.timeout.ms",
            ValueTypes.longMillisAtLeast(1),
            "10000",
            "How long a connection may take until it is ready for requests; grows with each failure.");
    static final ConfigKey<Duration> SETUP_TIMEOUT_MAX = NETWORK.implemented(
            "socket.connection.setup.timeout.max.ms",
            ValueTypes.longMillisAtLeast(1),
            "30000",
            "The longest that a connection may take after several failures.");
    static final ConfigKey<Duration> RECONNECT_BACKOFF = NETWORK.implemented(
            "reconnect.backoff.ms",
            ValueTypes.longMillis(),
            "50",
            "The pause before connecting to the same broker again; doubles with each failure.");
    static final ConfigKey<Duration> RECONNECT_BACKOFF_MAX = NETWORK.implemented(
            "reconnect.backoff.max.ms", ValueTypes.longMillis(), "1000", "The longest pause before connecting again.");
    static final ConfigKey<Duration> RETRY_BACKOFF = NETWORK.implemented(
            "retry.backoff.ms",
            ValueTypes.longMillis(),
            "100",
            "The pause before a failed request is repeated; doubles with each failure (KIP-580).");
    static final ConfigKey<Duration> RETRY_BACKOFF_MAX = NETWORK.implemented(
            "retry.backoff.max.ms", ValueTypes.longMillis(), "1000", "The longest pause before a request is repeated.");
    static final ConfigKey<Duration> CONNECTIONS_MAX_IDLE = NETWORK.implemented(
            "connections.max.idle.ms",
            ValueTypes.longMillisOrNever(),
            "540000",
            "Connections that carried nothing for this long are closed.",
            SHARED + "Kafka's admin client has 300000.");
    static final ConfigKey<Integer> SEND_BUFFER = NETWORK.implemented(
            "send.buffer.bytes",
            ValueTypes.integer(-1),
            "131072",
            "The socket's send buffer (SO_SNDBUF); -1 leaves it to the operating system.");
    static final ConfigKey<Integer> RECEIVE_BUFFER = NETWORK.implemented(
            "receive.buffer.bytes",
            ValueTypes.integer(-1),
            "65536",
            "The socket's receive buffer (SO_RCVBUF); -1 leaves it to the operating system.",
            SHARED + "Kafka's producer has 32768.");

    static final KeyTable METADATA = new KeyTable("Metadata", KeyTable.allRoles());

    static final ConfigKey<Duration> METADATA_MAX_AGE = METADATA.implemented(
            "metadata.max.age.ms",
            ValueTypes.longMillis(),
            "300000",
            "Metadata is refreshed at least this often, to see new brokers and partitions.");
    static final ConfigKey<MetadataRecoveryStrategy> METADATA_RECOVERY = METADATA.implemented(
            "metadata.recovery.strategy",
            ValueTypes.choiceIgnoringCase(MetadataRecoveryStrategy.BY_NAME),
            "rebootstrap",
            "What to do when no known broker can be reached (KIP-899).");
    static final ConfigKey<Duration> REBOOTSTRAP_TRIGGER = METADATA.implemented(
            "metadata.recovery.rebootstrap.trigger.ms",
            ValueTypes.longMillis(),
            "300000",
            "Without metadata from any broker for this long, the client begins again with the bootstrap servers"
                    + " (KIP-1102).");

    static final KeyTable CALLS = new KeyTable("Calls", EnumSet.of(Role.CONSUMER, Role.ADMIN));

    static final ConfigKey<Duration> DEFAULT_API_TIMEOUT = CALLS.implemented(
            "default.api.timeout.ms",
            ValueTypes.millis(),
            "60000",
            "How long a call may take in all, with its retries, if it is given no time of its own.");

    static final KeyTable PLACE = new KeyTable("Place", EnumSet.of(Role.CONSUMER));

    static final ConfigKey<String> RACK = PLACE.implemented(
            "client.rack",
            ValueTypes.string(),
            "",
            "The rack this client is in, so that it is assigned partitions nearby (KIP-881), and reads from replicas nearby"
                    + " (KIP-392).",
            "For the latter brokers need replica.selector.class.");

    static final KeyTable PROVIDERS = new KeyTable("Values from elsewhere", KeyTable.allRoles());

    static final ConfigKey<List<String>> CONFIG_PROVIDERS = PROVIDERS.implemented(
            "config.providers",
            ValueTypes.list(),
            "",
            "Names of the providers that replace ${name:path:key} in values (KIP-297).",
            "config.providers.<name>.class takes Kafka's FileConfigProvider, DirectoryConfigProvider and"
                    + " EnvVarConfigProvider; it may be left out for the names file, dir and env. No class is loaded.");

    static final KeyTable OTTLA = new KeyTable("Ottla's own", EnumSet.noneOf(Role.class));

    static final ConfigKey<Boolean> STRICT = OTTLA.implemented(
            "config.strict", ValueTypes.bool(), "false", "Whether a key that no client knows is an error.");
    static final ConfigKey<Integer> IO_THREADS = OTTLA.implemented(
            "ottla.io.threads",
            ValueTypes.integer(1, 1024),
            "1",
            "How many event loops carry the connections; with native epoll, each consumer has one more to fetch on.");
    static final ConfigKey<ByteSize> FRAME_MAX = OTTLA.implemented(
            "ottla.max.frame.bytes",
            ValueTypes.bytes(),
            "104857600",
            "The largest answer that is accepted from a broker; a longer one closes its connection unread.");

    static final List<KeyTable> TABLES =
            List.of(NETWORK, METADATA, CALLS, PLACE, PROVIDERS, OTTLA, MetricsKeys.METRICS);

    private ClientKeys() {}
}
