package dev.ottla.testkit;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.ContainerFetchException;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.RemoteDockerImage;
import org.testcontainers.utility.DockerImageName;

/**
 * One broker of the image {@code apache/kafka} in a container, by Testcontainers, which you add to your tests yourself
 * ({@code org.testcontainers:testcontainers}, 2.0 or newer). Broker and controller at once (KRaft), with the settings for
 * short tests that {@link RealKafka} has too. Its port on this machine stays the same when it is killed and started again.
 *
 * <pre>{@code
 * assumeTrue(ContainerKafka.whyUnavailable().isEmpty(), () -> ContainerKafka.whyUnavailable().get());
 * try (ContainerKafka kafka = ContainerKafka.start()) {
 *     connectTo(kafka.bootstrapServers());
 * }
 * }</pre>
 *
 * <p>Thread-safe.
 */
public final class ContainerKafka implements KafkaCluster {
    /** The image that runs if none is named. */
    public static final String DEFAULT_IMAGE = "apache/kafka:" + RealKafka.Builder.DEFAULT_VERSION;

    private static final int CLIENT_PORT = 9092;
    private static final Duration START_TIMEOUT = Duration.ofSeconds(90);

    private final String image;
    private final GenericContainer<?> container;
    private final ContainerBroker broker;

    private ContainerKafka(String image, GenericContainer<?> container, ContainerBroker broker) {
        this.image = image;
        this.container = container;
        this.broker = broker;
    }

    /**
     * Why no container of the default image can be started here: Docker does not answer, or the image is not there and can't
     * be pulled. Empty if one can. Blocks while it asks, and while the image is pulled, which can take minutes.
     */
    public static Optional<String> whyUnavailable() {
        return whyUnavailable(DEFAULT_IMAGE);
    }

    /** As {@link #whyUnavailable()}, for another image. */
    public static Optional<String> whyUnavailable(String image) {
        if (!DockerClientFactory.instance().isDockerAvailable()) {
            return Optional.of("Docker does not answer; start it, or set DOCKER_HOST to where it is");
        }
        try {
            if (!isPresent(image)) {
                new RemoteDockerImage(DockerImageName.parse(image)).get();
            }
            return Optional.empty();
        } catch (ContainerFetchException | DockerException e) {
            return Optional.of("the image " + image + " is not here and can't be pulled: " + e.getMessage());
        }
    }

    private static boolean isPresent(String image) {
        try {
            DockerClientFactory.instance().client().inspectImageCmd(image).exec();
            return true;
        } catch (NotFoundException e) {
            return false;
        }
    }

    /**
     * Starts the default image and blocks until the broker is ready, about 7 s with the image at hand.
     *
     * @throws RealKafkaException if that does not happen within 90 s; the message quotes what the container printed
     */
    public static ContainerKafka start() {
        return start(DEFAULT_IMAGE);
    }

    /**
     * Starts an image and blocks until the broker is ready.
     *
     * @param image the name with a tag that is a Kafka release, such as {@code apache/kafka:4.3.1}
     * @throws RealKafkaException if that does not happen within 90 s; the message quotes what the container printed
     */
    public static ContainerKafka start(String image) {
        int port = FreePorts.pick(1, new SecureRandom()).get(0);
        String host = DockerClientFactory.instance().dockerHostIpAddress();
        // Kafka's image, its jars and its scripts are the same in the images that are built from it.
        GenericContainer<?> container = new GenericContainer<>(
                        DockerImageName.parse(image).asCompatibleSubstituteFor("apache/kafka"))
                .withExposedPorts(CLIENT_PORT)
                .withEnv(settings(host + ":" + port))
                .waitingFor(Wait.forLogMessage(".*Transitioning from RECOVERY to RUNNING.*", 1)
                        .withStartupTimeout(START_TIMEOUT));
        // A port of Docker's choice would be another one after each start, but clients are told it once.
        container.setPortBindings(List.of(port + ":" + CLIENT_PORT));
        try {
            container.start();
        } catch (ContainerLaunchException e) {
            String printed = container.getContainerId() == null ? "nothing" : container.getLogs();
            container.stop();
            throw new RealKafkaException("A container of " + image + " did not start. It printed: " + printed, e);
        }
        DockerClient docker = DockerClientFactory.instance().client();
        ContainerBroker broker = new ContainerBroker(docker, container.getContainerId(), host, port, START_TIMEOUT);
        return new ContainerKafka(image, container, broker);
    }

    /** In the image's form: {@code KAFKA_LOG_DIRS} for {@code log.dirs}. */
    private static Map<String, String> settings(String advertised) {
        Map<String, String> settings = new TreeMap<>();
        settings.put("CLUSTER_ID", "b3R0bGEtY29udGFpbmVyLQ");
        settings.put("KAFKA_NODE_ID", "1");
        settings.put("KAFKA_PROCESS_ROLES", "broker,controller");
        settings.put("KAFKA_CONTROLLER_QUORUM_VOTERS", "1@localhost:9094");
        settings.put("KAFKA_CONTROLLER_LISTENER_NAMES", "CONTROLLER");
        // A broker writes transaction markers to itself, where clients' ways into the container lead nowhere.
        settings.put("KAFKA_INTER_BROKER_LISTENER_NAME", "BROKER");
        settings.put("KAFKA_LISTENERS", "PLAINTEXT://:" + CLIENT_PORT + ",BROKER://:9093,CONTROLLER://:9094");
        settings.put("KAFKA_ADVERTISED_LISTENERS", "PLAINTEXT://" + advertised + ",BROKER://localhost:9093");
        settings.put(
                "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP", "PLAINTEXT:PLAINTEXT,BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT");
        settings.put("KAFKA_LOG_DIRS", "/tmp/kafka-logs");
        settings.put("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false");
        settings.put("KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS", "0");
        settings.put("KAFKA_BROKER_SESSION_TIMEOUT_MS", "3000");
        settings.put("KAFKA_BROKER_HEARTBEAT_INTERVAL_MS", "500");
        for (String topic : List.of("OFFSETS_TOPIC", "TRANSACTION_STATE_LOG", "SHARE_COORDINATOR_STATE_TOPIC")) {
            settings.put("KAFKA_" + topic + "_REPLICATION_FACTOR", "1");
            settings.put("KAFKA_" + topic + "_NUM_PARTITIONS", "8");
        }
        settings.put("KAFKA_TRANSACTION_STATE_LOG_MIN_ISR", "1");
        settings.put("KAFKA_SHARE_COORDINATOR_STATE_TOPIC_MIN_ISR", "1");
        return settings;
    }

    @Override
    public String bootstrapServers() {
        return broker.address();
    }

    /** The image's tag. */
    @Override
    public String version() {
        return DockerImageName.parse(image).getVersionPart();
    }

    /** The image that runs, with its tag. */
    public String image() {
        return image;
    }

    /** What the broker has printed so far, over all its restarts. */
    public String log() {
        return container.getLogs();
    }

    @Override
    public List<KafkaBroker> brokers() {
        return List.of(broker);
    }

    @Override
    public KafkaBroker broker(int id) {
        if (id != broker.id()) {
            throw new IllegalArgumentException("no broker " + id + "; the ids are [1]");
        }
        return broker;
    }

    /** Removes the container, and blocks until it is gone. */
    @Override
    public void close() {
        broker.onClusterClose();
        container.stop();
    }
}
