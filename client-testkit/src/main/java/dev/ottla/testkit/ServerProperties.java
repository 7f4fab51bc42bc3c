package dev.ottla.testkit;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

/**
 * The {@code server.properties} of every broker of one cluster, and ZooKeeper's for a version that needs it: what the launcher
 * itself decides, defaults that make tests quick, then what the user asked for. Pure: no file is touched here.
 */
record ServerProperties(RealKafkaOptions options, Map<Integer, BrokerPorts> ports, int zooKeeperPort, TlsSettings tls) {
    /** The listener on which clients connect without any security, and brokers too unless a proxy is before it. */
    static final String PLAINTEXT = "PLAINTEXT";

    /** The listener of the brokers among each other where proxies are before all others. */
    static final String REPLICATION = "REPLICATION";

    private static final String CONTROLLER = "CONTROLLER";

    /** What the launcher must decide, since it has to find the brokers again; asking for another value is an error. */
    static final Set<String> DECIDED_BY_LAUNCHER = Set.of(
            "process.roles",
            "node.id",
            "broker.id",
            "zookeeper.connect",
            "controller.quorum.voters",
            "controller.listener.names",
            "listeners",
            "listener.security.protocol.map",
            "log.dirs");

    Map<String, String> of(int brokerId, Path dataDirectory) {
        Map<String, String> properties = new LinkedHashMap<>();
        addDefaults(properties);
        if (options.failover() == Failover.FAST) {
            addFastFailover(properties);
        }
        properties.putAll(options.security().brokerSettings(tls));
        properties.put("inter.broker.listener.name", options.brokersListener());
        properties.put("advertised.listeners", endpoints(brokerId, ports(brokerId)::advertised));
        properties.putAll(options.config());
        properties.putAll(options.brokerConfig().getOrDefault(brokerId, Map.of()));
        if (options.runsWithoutZooKeeper()) {
            addController(properties, brokerId);
        } else {
            properties.put("broker.id", Integer.toString(brokerId));
            properties.put("zookeeper.connect", zooKeeperAddress());
            properties.put("listeners", endpoints(brokerId, ports(brokerId)::bound));
            properties.put("listener.security.protocol.map", securityProtocols());
        }
        properties.put("log.dirs", dataDirectory.toString());
        return properties;
    }

    /** One server alone, on 127.0.0.1. */
    Map<String, String> ofZooKeeper(Path dataDirectory) {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("dataDir", dataDirectory.toString());
        properties.put("clientPort", Integer.toString(zooKeeperPort));
        properties.put("clientPortAddress", "127.0.0.1");
        // The brokers' session timeout must lie between 2 and 20 of these.
        properties.put("tickTime", "500");
        properties.put("maxClientCnxns", "0");
        properties.put("admin.enableServer", "false");
        return properties;
    }

    String zooKeeperAddress() {
        return "127.0.0.1:" + zooKeeperPort;
    }

    BrokerPorts ports(int brokerId) {
        BrokerPorts found = ports.get(brokerId);
        if (found == null) {
            throw new IllegalArgumentException("no broker " + brokerId + "; the ids are " + ports.keySet());
        }
        return found;
    }

    private void addDefaults(Map<String, String> properties) {
        int replicas = Math.min(options.brokers(), 3);
        String replicationFactor = Integer.toString(replicas);
        String minIsr = Integer.toString(Math.max(1, replicas - 1));
        properties.put("default.replication.factor", replicationFactor);
        properties.put("min.insync.replicas", minIsr);
        properties.put("auto.create.topics.enable", "false");
        // Leaders move when a test has them move, not whenever five minutes are over.
        properties.put("auto.leader.rebalance.enable", "false");
        properties.put("group.initial.rebalance.delay.ms", "0");
        // Members of KIP-848 groups hear of a rebalance with a heartbeat; tests should not wait 5 s for each.
        properties.put("group.consumer.min.heartbeat.interval.ms", "500");
        properties.put("group.consumer.heartbeat.interval.ms", "500");
        // As short as for classic groups, for groups that are set to it; 45 s otherwise.
        properties.put("group.consumer.min.session.timeout.ms", "6000");
        String internalPartitions = options.brokers() == 1 ? "8" : "3";
        properties.put("offsets.topic.num.partitions", internalPartitions);
        properties.put("offsets.topic.replication.factor", replicationFactor);
        properties.put("transaction.state.log.num.partitions", internalPartitions);
        properties.put("transaction.state.log.replication.factor", replicationFactor);
        properties.put("transaction.state.log.min.isr", minIsr);
        properties.put("share.coordinator.state.topic.num.partitions", internalPartitions);
        properties.put("share.coordinator.state.topic.replication.factor", replicationFactor);
        properties.put("share.coordinator.state.topic.min.isr", minIsr);
        // 128 MiB by default, a third of the heap.
        properties.put("log.cleaner.dedupe.buffer.size", Integer.toString(4 << 20));
    }

    private static void addFastFailover(Map<String, String> properties) {
        properties.put("broker.session.timeout.ms", "3000");
        properties.put("broker.heartbeat.interval.ms", "500");
        properties.put("controller.quorum.election.timeout.ms", "500");
        properties.put("controller.quorum.fetch.timeout.ms", "1000");
        properties.put("replica.lag.time.max.ms", "3000");
        properties.put("zookeeper.session.timeout.ms", "2000");
    }

    private void addController(Map<String, String> properties, int brokerId) {
        properties.put("process.roles", "broker,controller");
        properties.put("node.id", Integer.toString(brokerId));
        properties.put("controller.quorum.voters", quorumVoters());
        properties.put("controller.listener.names", CONTROLLER);
        properties.put(
                "listeners",
                endpoints(brokerId, ports(brokerId)::bound) + ","
                        + endpoint(CONTROLLER, ports(brokerId).controller()));
        properties.put("listener.security.protocol.map", CONTROLLER + ":PLAINTEXT," + securityProtocols());
    }

    private String endpoints(int brokerId, ToIntFunction<String> port) {
        return ports(brokerId).listeners().stream()
                .map(listener -> endpoint(listener, port.applyAsInt(listener)))
                .collect(Collectors.joining(","));
    }

    private String quorumVoters() {
        return ports.entrySet().stream()
                .map(broker ->
                        broker.getKey() + "@127.0.0.1:" + broker.getValue().controller())
                .collect(Collectors.joining(","));
    }

    private String securityProtocols() {
        return options.listeners().entrySet().stream()
                .map(listener -> listener.getKey() + ":" + listener.getValue())
                .collect(Collectors.joining(","));
    }

    private static String endpoint(String listener, int port) {
        return listener + "://127.0.0.1:" + port;
    }
}
