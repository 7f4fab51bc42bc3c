package dev.ottla.testkit;

import dev.ottla.config.SaslMechanism;
import dev.ottla.testkit.fault.FaultProxy;
import java.io.File;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All that must exist before the first process starts: jars, ports, directories, keys and {@code server.properties}. Built by
 * {@link RealKafka.Builder#start} on the caller's thread, and nothing in it runs yet.
 */
record Launch(
        ServerProperties properties,
        Path directory,
        Optional<ServerProcess> zooKeeper,
        Map<Integer, RealBroker> brokers,
        Map<Integer, Map<String, FaultProxy>> proxies) {

    static Launch prepare(RealKafkaOptions options) throws IOException {
        KafkaVersion version = KafkaVersion.parse(options.version());
        List<Path> jars = new BrokerJars(version, BrokerJars.userCacheDirectory()).resolve();
        Path directory = options.directory() == null
                ? Files.createTempDirectory("real-kafka-")
                : options.directory().toAbsolutePath();
        TlsSettings tls = new TlsSettings(options.security().tls() ? TlsFiles.create(directory.resolve("tls")) : null);
        List<Integer> free = FreePorts.pick(portCount(options), new SecureRandom());
        Map<Integer, BrokerPorts> ports = ports(options, free.iterator());
        Map<Integer, Map<String, FaultProxy>> proxies = options.behindProxies() ? before(ports) : Map.of();
        proxies.forEach((id, before) -> ports.computeIfPresent(id, (same, own) -> own.behind(before)));
        ServerProperties properties = new ServerProperties(options, ports, free.get(free.size() - 1), tls);
        ServerCommand command = new ServerCommand(version, jars, options.jvmArguments());
        Optional<ServerProcess> zooKeeper = version.runsWithoutZooKeeper()
                ? Optional.empty()
                : Optional.of(zooKeeper(properties, command, directory));
        String clusterId = randomClusterId();
        Map<Integer, RealBroker> brokers = new TreeMap<>();
        for (int id = 1; id <= options.brokers(); id++) {
            Path home = directory.resolve("broker-" + id);
            command.write(home, properties.of(id, home.resolve("data")), tools(properties, id, home, clusterId));
            ServerProcess process = new ServerProcess("Broker " + id, home, command.of("kafka.Kafka", home));
            brokers.put(id, new RealBroker(id, properties.ports(id), options, process));
        }
        return new Launch(properties, directory, zooKeeper, brokers, proxies);
    }

    KafkaVersion version() {
        return KafkaVersion.parse(properties.options().version());
    }

    /** As the first broker wrote it down: with ZooKeeper it is the brokers that make it up. */
    String clusterId() {
        Properties written = new Properties();
        Path file = directory.resolve("broker-1").resolve("data").resolve("meta.properties");
        try (Reader in = Files.newBufferedReader(file)) {
            written.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return written.getProperty("cluster.id");
    }

    Map<String, String> clientConfig(String listener, @Nullable SaslMechanism mechanism, @Nullable String user) {
        ListenerSecurity security = properties.options().security();
        Map<String, String> config = new LinkedHashMap<>();
        config.put(
                "bootstrap.servers",
                brokers.values().stream()
                        .map(broker -> broker.address(listener))
                        .collect(Collectors.joining(",")));
        String protocol = properties.options().listeners().get(listener);
        if (protocol != null) {
            config.putAll(security.clientSettings(protocol, mechanism, user, properties.tls()));
        }
        return config;
    }

    static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        } catch (IOException e) {
            // Gone already, or to be cleared away by the system as any temporary file.
        }
    }

    /** The listeners of every broker, its controller, and ZooKeeper, whose is the last. */
    private static int portCount(RealKafkaOptions options) {
        return (options.listeners().size() + 1) * options.brokers() + 1;
    }

    private static Map<Integer, BrokerPorts> ports(RealKafkaOptions options, Iterator<Integer> free) {
        Map<Integer, BrokerPorts> ports = new TreeMap<>();
        for (int id = 1; id <= options.brokers(); id++) {
            Map<String, Integer> bound = new LinkedHashMap<>();
            options.listeners().keySet().forEach(listener -> bound.put(listener, free.next()));
            ports.put(id, new BrokerPorts(bound, Map.of(), free.next()));
        }
        return ports;
    }

    /** One before every listener that clients use. */
    private static Map<Integer, Map<String, FaultProxy>> before(Map<Integer, BrokerPorts> ports) {
        Map<Integer, Map<String, FaultProxy>> proxies = new TreeMap<>();
        ports.forEach((id, own) -> {
            Map<String, FaultProxy> before = new LinkedHashMap<>();
            own.listeners().stream()
                    .filter(listener -> !listener.equals(ServerProperties.REPLICATION))
                    .forEach(listener -> before.put(listener, FaultProxy.before("127.0.0.1", own.bound(listener))));
            proxies.put(id, before);
        });
        return proxies;
    }

    private static ServerProcess zooKeeper(ServerProperties properties, ServerCommand command, Path directory)
            throws IOException {
        Path home = directory.resolve("zookeeper");
        command.write(home, properties.ofZooKeeper(home.resolve("data")), List.of());
        return new ServerProcess(
                "ZooKeeper", home, command.of("org.apache.zookeeper.server.quorum.QuorumPeerMain", home));
    }

    /** Each ends without doing anything when its work is done already, as on a restart. */
    private static List<List<String>> tools(ServerProperties properties, int brokerId, Path home, String clusterId) {
        RealKafkaOptions options = properties.options();
        ListenerSecurity security = options.security();
        if (options.runsWithoutZooKeeper()) {
            List<String> format = new ArrayList<>(List.of(
                    "kafka.tools.StorageTool",
                    "format",
                    "--ignore-formatted",
                    "-t",
                    clusterId,
                    "-c",
                    ServerCommand.propertiesFile(home)));
            format.addAll(security.storageToolArguments());
            return List.of(format);
        }
        List<List<String>> tools = new ArrayList<>();
        security.configToolArguments(properties.zooKeeperAddress())
                .forEach(
                        arguments -> tools.add(Stream.concat(Stream.of("kafka.admin.ConfigCommand"), arguments.stream())
                                .toList()));
        tools.add(List.of(OldSessionEnd.class.getName(), properties.zooKeeperAddress(), Integer.toString(brokerId)));
        return tools;
    }

    /** Kafka's form of a UUID. One that begins with a dash would look like an option to the storage tool. */
    private static String randomClusterId() {
        String id;
        do {
            UUID uuid = UUID.randomUUID();
            byte[] bytes = ByteBuffer.allocate(16)
                    .putLong(uuid.getMostSignificantBits())
                    .putLong(uuid.getLeastSignificantBits())
                    .array();
            id = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        } while (id.startsWith("-"));
        return id;
    }
}
