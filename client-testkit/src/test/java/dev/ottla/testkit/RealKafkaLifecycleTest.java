package dev.ottla.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("processes")
class RealKafkaLifecycleTest {
    @Test
    void should_leave_neither_process_nor_port_nor_file_when_closed() throws IOException {
        // given
        RealKafka kafka = RealKafka.start();
        RealBroker broker = kafka.broker(1);
        assertThat(ProcessHandle.of(broker.pid())).isPresent();
        assertThat(broker.directory().resolve("server.properties")).exists();

        // when
        kafka.close();
        kafka.close();

        // then
        assertThat(ProcessHandle.of(broker.pid())).isEmpty();
        assertThat(kafka.directory()).doesNotExist();
        new ServerSocket(Ports.of(broker.address())).close();
        assertThatThrownBy(broker::start)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void should_offer_a_further_listener_and_use_settings_when_asked(@TempDir Path directory) throws IOException {
        // given
        RealKafka.Builder builder = RealKafka.builder()
                .directory(directory.resolve("kafka"))
                .listener("CLIENTS", "PLAINTEXT")
                .config("num.partitions", "5")
                .config("message.max.bytes", "2000")
                .brokerConfig(1, "message.max.bytes", "3000")
                .jvmArguments("-Xmx256m");

        // when
        try (RealKafka kafka = builder.start()) {
            RealBroker broker = kafka.broker(1);

            // then
            int port = Ports.of(kafka.bootstrapServers("CLIENTS"));
            assertThat(port).isNotEqualTo(Ports.of(kafka.bootstrapServers()));
            assertThat(MetadataProbe.brokersSeenFrom(port, Duration.ofSeconds(10)))
                    .containsExactly(1);
            assertThat(broker.logFile()).content().contains("num.partitions = 5", "message.max.bytes = 3000");
        }

        assertThat(directory.resolve("kafka/broker-1/broker.log")).exists();
    }

    @Test
    void should_name_the_log_and_leave_no_process_when_the_broker_refuses_its_config() throws IOException {
        // given
        RealKafka.Builder builder = RealKafka.builder().brokers(3).brokerConfig(2, "num.network.threads", "-1");
        List<Long> before = brokerProcesses();

        // when
        RealKafkaException failure = catchThrowableOfType(RealKafkaException.class, builder::start);

        // then
        assertThat(failure).hasMessageStartingWith("Broker 2 ended with status 70 before it was ready");
        assertThat(failure)
                .hasMessageContaining("broker-2/broker.log", "num.network.threads", "Value must be at least 1");
        Path directory = Path.of(failure.getMessage().replaceAll("(?s).*files are in (\\S+)/broker-2\\..*", "$1"));
        assertThat(directory.resolve("broker-2/server.properties")).exists();
        assertThat(brokerProcesses()).isEqualTo(before);
        Launch.delete(directory);
    }

    @Test
    void should_elect_again_when_one_of_three_brokers_is_killed_and_restarted() throws IOException {
        try (RealKafka kafka = RealKafka.builder().brokers(3).start()) {
            // given
            assertThat(kafka.bootstrapServers().split(",")).hasSize(3);
            RealBroker survivor = kafka.broker(2);
            assertThat(brokersSeenFrom(survivor)).containsExactly(1, 2, 3);

            // when
            kafka.broker(1).kill();

            // then
            await().atMost(Duration.ofSeconds(20)).until(() -> brokersSeenFrom(survivor), Set.of(2, 3)::equals);

            // when
            kafka.broker(1).restart();

            // then
            await().atMost(Duration.ofSeconds(20)).until(() -> brokersSeenFrom(survivor), Set.of(1, 2, 3)::equals);
        }
    }

    @Test
    void should_bring_a_zookeeper_of_its_own_when_the_version_needs_it() throws IOException {
        // given
        List<Long> before = brokerProcesses();
        List<Long> during;
        try (RealKafka kafka = RealKafka.builder().version("2.8.2").start()) {
            RealBroker broker = kafka.broker(1);
            String clusterId = kafka.clusterId();
            during = brokerProcesses();
            assertThat(during).hasSize(before.size() + 2);

            // when
            broker.kill();
            broker.restart();

            // then
            assertThat(brokersSeenFrom(broker)).containsExactly(1);
            assertThat(kafka.clusterId()).isEqualTo(clusterId).hasSize(22);
        }
        assertThat(brokerProcesses()).isEqualTo(before);
    }

    @Test
    void should_name_all_problems_before_anything_starts_when_options_are_wrong(@TempDir Path directory)
            throws IOException {
        Files.createFile(directory.resolve("left-over"));

        assertThatThrownBy(() -> RealKafka.builder()
                        .brokers(2)
                        .version("2.7.2")
                        .config("node.id", "7")
                        .brokerConfig(4, "num.partitions", "1")
                        .listener("SECURE", "TLS")
                        .directory(directory)
                        .startTimeout(Duration.ZERO)
                        .start())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("brokers must be 1 or 3")
                .hasMessageContaining("version must be 2.8.0 or newer")
                .hasMessageContaining("config must not set node.id")
                .hasMessageContaining("names broker 4, but the ids are 1 to 2")
                .hasMessageContaining("listener SECURE must have one of")
                .hasMessageContaining("directory must be empty")
                .hasMessageContaining("startTimeout must be positive");
    }

    private static Set<Integer> brokersSeenFrom(RealBroker broker) throws IOException {
        return Ports.brokersSeenFrom(broker, Duration.ofSeconds(10));
    }

    private static List<Long> brokerProcesses() {
        return ProcessHandle.current()
                .children()
                .filter(child -> child.info().commandLine().orElse("").contains(BrokerMain.class.getName()))
                .map(ProcessHandle::pid)
                .toList();
    }
}
