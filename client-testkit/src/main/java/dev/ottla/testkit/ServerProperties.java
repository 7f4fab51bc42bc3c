package dev.ottla.testkit;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The {@code server.properties} of every broker of one cluster: what the launcher itself decides, defaults that make
 * tests quick, then what the user asked for. Pure: no file is touched here.
 */
record ServerProperties(RealKafkaOptions options, List<Integer> clientPorts, List<Integer> controllerPorts) {
    /** The listener on which clients and brokers connect without any security. */
    static final String PLAINTEXT = "PLAINTEXT";

    private static final String CONTROLLER = "CONTROLLER";

    /** What the launcher must decide, since it has to find the brokers again; asking for another value is an error. */
    static final Set<String> DECIDED_BY_LAUNCHER = Set.of(
            "process.roles",
            "node.id",
            "controller.quorum.voters",
            "controller.listener.names",
            "listeners",
            "listener.security.protocol.map",
            "log.dirs");

    Map<String, String> of(int brokerId, Path dataDirectory) {
        Map<String, String> properties = new LinkedHashMap<>();
        addDefaults(properties);
        properties.put("inter.broker.listener.name", PLAINTEXT);
        properties.put("advertised.listeners", clientListeners(brokerId));
        properties.putAll(options.config());
        properties.putAll(options.brokerConfig().getOrDefault(brokerId, Map.of()));
        properties.put("process.roles", "broker,controller");
        properties.put("node.id", Integer.toString(brokerId));
        properties.put("controller.quorum.voters", quorumVoters());
        properties.put("controller.listener.names", CONTROLLER);
        properties.put(
                "listeners", clientListeners(brokerId) + "," + endpoint(CONTROLLER, controllerPorts.get(brokerId - 1)));
        properties.put("listener.security.protocol.map", securityProtocols());
        properties.put("log.dirs", dataDirectory.toString());
        return properties;
    }

    /** The port of a listener of one broker. */
    int port(String listener, int brokerId) {
        int index = options.listenerNames().indexOf(listener);
        if (index < 0) {
            throw new IllegalArgumentException("no listener " + listener + "; there are " + options.listenerNames());
        }
        return clientPorts.get(index * options.brokers() + brokerId - 1);
    }

    private void addDefaults(Map<String, String> properties) {
        int replicas = Math.min(options.brokers(), 3);
        String replicationFactor = Integer.toString(replicas);
        String minIsr = Integer.toString(Math.max(1, replicas - 1));
        properties.put("default.replication.factor", replicationFactor);
        properties.put("min.insync.replicas", minIsr);
        properties.put("auto.create.topics.enable", "false");
        properties.put("group.initial.rebalance.delay.ms", "0");
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
        addFastFailover(properties);
    }

    /**
     * A lost broker is noticed after 3 s instead of 9 s, a lost controller after 1 s instead of 2 s. It matters for one
     * broker too: after a kill it may register anew only when its old session is over.
     */
    private static void addFastFailover(Map<String, String> properties) {
        properties.put("broker.session.timeout.ms", "3000");
        properties.put("broker.heartbeat.interval.ms", "500");
        properties.put("controller.quorum.election.timeout.ms", "500");
        properties.put("controller.quorum.fetch.timeout.ms", "1000");
        properties.put("replica.lag.time.max.ms", "3000");
    }

    private String clientListeners(int brokerId) {
        return options.listenerNames().stream()
                .map(listener -> endpoint(listener, port(listener, brokerId)))
                .collect(Collectors.joining(","));
    }

    private String quorumVoters() {
        return IntStream.rangeClosed(1, options.brokers())
                .mapToObj(id -> id + "@127.0.0.1:" + controllerPorts.get(id - 1))
                .collect(Collectors.joining(","));
    }

    private String securityProtocols() {
        return CONTROLLER + ":PLAINTEXT,"
                + options.listeners().entrySet().stream()
                        .map(listener -> listener.getKey() + ":" + listener.getValue())
                        .collect(Collectors.joining(","));
    }

    private static String endpoint(String listener, int port) {
        return listener + "://127.0.0.1:" + port;
    }
}
