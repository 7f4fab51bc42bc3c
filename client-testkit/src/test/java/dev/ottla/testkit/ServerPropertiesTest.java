package dev.ottla.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ServerPropertiesTest {
    private static final Path DATA = Path.of("data");

    @Test
    void should_tell_every_broker_all_controllers_and_its_own_listeners() {
        ServerProperties properties =
                properties(RealKafka.builder().brokers(3).listener("SECURE", "SASL_SSL"), "PLAINTEXT", "SECURE");

        Map<String, String> second = properties.of(2, DATA);

        assertThat(second)
                .containsEntry("node.id", "2")
                .containsEntry("process.roles", "broker,controller")
                .containsEntry("controller.quorum.voters", "1@127.0.0.1:91,2@127.0.0.1:92,3@127.0.0.1:93")
                .containsEntry("listeners", "PLAINTEXT://127.0.0.1:12,SECURE://127.0.0.1:22,CONTROLLER://127.0.0.1:92")
                .containsEntry("advertised.listeners", "PLAINTEXT://127.0.0.1:12,SECURE://127.0.0.1:22")
                .containsEntry(
                        "listener.security.protocol.map", "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SECURE:SASL_SSL")
                .containsEntry("log.dirs", "data")
                .containsEntry("default.replication.factor", "3")
                .containsEntry("min.insync.replicas", "2");
    }

    @Test
    void should_know_of_zookeeper_instead_of_controllers_when_the_version_is_older() {
        ServerProperties properties = properties(RealKafka.builder().brokers(3).version("2.8.2"), "PLAINTEXT");

        Map<String, String> second = properties.of(2, DATA);

        assertThat(second)
                .containsEntry("broker.id", "2")
                .containsEntry("zookeeper.connect", "127.0.0.1:80")
                .containsEntry("listeners", "PLAINTEXT://127.0.0.1:12")
                .doesNotContainKeys("process.roles", "node.id", "controller.quorum.voters");
        assertThat(properties.ofZooKeeper(DATA))
                .containsEntry("clientPort", "80")
                .containsEntry("dataDir", "data");
    }

    @Test
    void should_prefer_the_brokers_setting_to_the_clusters_and_both_to_the_default() {
        ServerProperties properties = properties(
                RealKafka.builder()
                        .config("auto.create.topics.enable", "true")
                        .config("num.partitions", "4")
                        .brokerConfig(1, "num.partitions", "5"),
                "PLAINTEXT");

        Map<String, String> only = properties.of(1, DATA);

        assertThat(only)
                .containsEntry("auto.create.topics.enable", "true")
                .containsEntry("num.partitions", "5")
                .containsEntry("group.initial.rebalance.delay.ms", "0")
                .containsEntry("offsets.topic.replication.factor", "1");
    }

    @Test
    void should_leave_kafkas_own_failover_when_asked() {
        ServerProperties fast = properties(RealKafka.builder(), "PLAINTEXT");
        ServerProperties own = properties(RealKafka.builder().failover(Failover.KAFKA_DEFAULT), "PLAINTEXT");

        assertThat(fast.of(1, DATA)).containsEntry("broker.session.timeout.ms", "3000");
        assertThat(own.of(1, DATA)).doesNotContainKey("broker.session.timeout.ms");
    }

    /** Listener i of broker b is on port 10 i + b, its controller on 90 + b. */
    private static ServerProperties properties(RealKafka.Builder builder, String... listeners) {
        RealKafkaOptions options = builder.options();
        Map<Integer, BrokerPorts> ports = new TreeMap<>();
        for (int id = 1; id <= options.brokers(); id++) {
            Map<String, Integer> bound = new LinkedHashMap<>();
            for (String listener : listeners) {
                bound.put(listener, 10 * (bound.size() + 1) + id);
            }
            ports.put(id, new BrokerPorts(bound, Map.of(), 90 + id));
        }
        return new ServerProperties(options, ports, 80, new TlsSettings(null));
    }
}
