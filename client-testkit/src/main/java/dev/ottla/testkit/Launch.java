package dev.ottla.testkit;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * All that must exist before the first process starts: jars, ports, directories and {@code server.properties}. Built by
 * {@link RealKafka.Builder#start} on the caller's thread, and nothing in it runs yet.
 */
record Launch(KafkaVersion version, String clusterId, Path directory, Map<Integer, RealBroker> brokers) {
    static Launch prepare(RealKafkaOptions options) throws IOException {
        KafkaVersion version = KafkaVersion.parse(options.version());
        List<Path> jars = new BrokerJars(version, BrokerJars.userCacheDirectory()).resolve();
        Path directory = options.directory() == null
                ? Files.createTempDirectory("real-kafka-")
                : options.directory().toAbsolutePath();
        String clusterId = randomClusterId();
        ServerProperties properties = withFreePorts(options);
        Map<Integer, RealBroker> brokers = new TreeMap<>();
        for (int id = 1; id <= options.brokers(); id++) {
            Path home = directory.resolve("broker-" + id);
            Map<String, Integer> ports = portsOf(id, properties);
            RealBroker broker =
                    new RealBroker(id, ports, home, command(options, jars, home, clusterId), options.startTimeout());
            broker.writeServerProperties(properties.of(id, home.resolve("data")));
            brokers.put(id, broker);
        }
        return new Launch(version, clusterId, directory, brokers);
    }

    static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        } catch (IOException e) {
            // Gone already, or to be cleared away by the system as any temporary file.
        }
    }

    private static ServerProperties withFreePorts(RealKafkaOptions options) {
        int clientPorts = options.listeners().size() * options.brokers();
        RandomGenerator random = new SecureRandom();
        List<Integer> ports = FreePorts.pick(clientPorts + options.brokers(), random);
        return new ServerProperties(
                options, ports.subList(0, clientPorts), ports.subList(clientPorts, clientPorts + options.brokers()));
    }

    private static Map<String, Integer> portsOf(int brokerId, ServerProperties properties) {
        return properties.options().listenerNames().stream()
                .collect(Collectors.toMap(name -> name, name -> properties.port(name, brokerId)));
    }

    private static List<String> command(RealKafkaOptions options, List<Path> jars, Path home, String clusterId) {
        String classPath = Stream.concat(Stream.of(ownClasses()), jars.stream())
                .map(Path::toString)
                .collect(Collectors.joining(File.pathSeparator));
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // Half of a young broker's CPU would go into the second compiler.
        command.addAll(List.of("-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.addAll(options.jvmArguments());
        command.add(
                KafkaVersion.parse(options.version()).logsThroughLog4j1()
                        ? "-Dlog4j.configuration=dev/ottla/testkit/broker-log4j.properties"
                        : "-Dlog4j2.configurationFile=dev/ottla/testkit/broker-log4j2.properties");
        command.addAll(List.of("-cp", classPath, BrokerMain.class.getName()));
        command.addAll(List.of(home.resolve("server.properties").toString(), clusterId));
        return command;
    }

    private static Path ownClasses() {
        try {
            return Path.of(BrokerMain.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException("the class path has an entry that is no URI", e);
        }
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
