package dev.ottla.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ServerPropertiesTest {
    private static final Path DATA = Path.of("data");

    @Test
    void should_tell_every_broker_all_controllers_and_its_own_listeners() {
        Map<String, String> listeners = new LinkedHashMap<>();
        listeners.put("PLAINTEXT", "PLAINTEXT");
        listeners.put("SECURE", "SASL_SSL");
        ServerProperties properties = new ServerProperties(
                options(3, Map.of(), Map.of(), listeners), List.of(11, 12, 13, 21, 22, 23), List.of(91, 92, 93));

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
    void should_prefer_the_brokers_setting_to_the_clusters_and_both_to_the_default() {
        ServerProperties properties = new ServerProperties(
                options(
                        1,
                        Map.of("auto.create.topics.enable", "true", "num.partitions", "4"),
                        Map.of(1, Map.of("num.partitions", "5")),
                        Map.of("PLAINTEXT", "PLAINTEXT")),
                List.of(11),
                List.of(91));

        Map<String, String> only = properties.of(1, DATA);

        assertThat(only)
                .containsEntry("auto.create.topics.enable", "true")
                .containsEntry("num.partitions", "5")
                .containsEntry("group.initial.rebalance.delay.ms", "0")
                .containsEntry("offsets.topic.replication.factor", "1");
    }

    private static RealKafkaOptions options(
            int brokers,
            Map<String, String> config,
            Map<Integer, Map<String, String>> brokerConfig,
            Map<String, String> listeners) {
        return new RealKafkaOptions(
                brokers, "4.3.1", config, brokerConfig, listeners, List.of(), null, Duration.ofSeconds(1));
    }
}
