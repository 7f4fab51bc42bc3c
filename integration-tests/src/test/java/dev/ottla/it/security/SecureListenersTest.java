package dev.ottla.it.security;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ottla.KafkaClient;
import dev.ottla.common.TopicPartition;
import dev.ottla.config.ClientOptions;
import dev.ottla.config.KafkaConfig;
import dev.ottla.config.SaslMechanism;
import dev.ottla.consumer.Consumer;
import dev.ottla.consumer.ConsumerRecord;
import dev.ottla.consumer.StartAt;
import dev.ottla.producer.Producer;
import dev.ottla.producer.ProducerRecord;
import dev.ottla.serialization.Deserializers;
import dev.ottla.serialization.Serializers;
import dev.ottla.testkit.RealKafka;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The test kit's TLS and SASL listeners, with each client that speaks what they ask for; users in KRaft and in ZooKeeper. */
@Tag("jdk")
@Tag("versions")
@ParameterizedClass(name = "Kafka {0}")
@ValueSource(strings = {"4.3.1", "2.8.2"})
class SecureListenersTest {
    private static RealKafka kafka;

    private final String version;

    SecureListenersTest(String version) {
        this.version = version;
    }

    @BeforeParameterizedClassInvocation
    static void start(String version) {
        kafka = RealKafka.builder()
                .version(version)
                .tls()
                .sasl(SaslMechanism.PLAIN, SaslMechanism.SCRAM_SHA_256, SaslMechanism.SCRAM_SHA_512)
                .user("alice", "wonderland")
                .user("bob", "builder")
                .listener("MUTUAL", "SSL")
                .config("listener.name.mutual.ssl.client.auth", "required")
                .start();
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        if (kafka != null) {
            kafka.close();
            kafka = null;
        }
    }

    @ParameterizedTest
    @CsvSource({
        "SASL_PLAINTEXT,PLAIN,alice",
        "SASL_PLAINTEXT,SCRAM_SHA_256,bob",
        "SASL_PLAINTEXT,SCRAM_SHA_512,alice",
        "SASL_SSL,PLAIN,bob",
        "SASL_SSL,SCRAM_SHA_256,alice",
        "SASL_SSL,SCRAM_SHA_512,bob"
    })
    void should_let_kafka_clients_in_with_every_mechanism(String listener, SaslMechanism mechanism, String user)
            throws Exception {
        assertThat(clusterId(kafka.clientConfig(listener, mechanism, user))).isEqualTo(kafka.clusterId());
    }

    @Test
    void should_refuse_a_wrong_password() {
        Map<String, String> config = new HashMap<>(kafka.clientConfig("SASL_SSL", SaslMechanism.SCRAM_SHA_512, "bob"));
        config.computeIfPresent("sasl.jaas.config", (key, login) -> login.replace("builder", "guessed"));

        assertThatThrownBy(() -> clusterId(config))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(SaslAuthenticationException.class);
    }

    @Test
    void should_ask_for_the_clients_certificate_where_told_to() throws Exception {
        Map<String, String> config = new HashMap<>(kafka.clientConfig("MUTUAL"));

        assertThatThrownBy(() -> clusterId(config))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(SslAuthenticationException.class);

        config.put("ssl.keystore.type", "PKCS12");
        config.put("ssl.keystore.location", kafka.tlsFiles().clientKeyStore().toString());
        config.put("ssl.keystore.password", kafka.tlsFiles().password());
        config.put("ssl.key.password", kafka.tlsFiles().password());
        assertThat(clusterId(config)).isEqualTo(kafka.clusterId());
    }

    @Test
    void should_carry_what_ottla_writes_and_reads_over_tls() throws Exception {
        // given
        assertThat(kafka.version()).isEqualTo(version);
        Map<String, String> config = kafka.clientConfig("SSL");
        String topic = "secret-" + UUID.randomUUID();
        try (Admin admin = Admin.create(new HashMap<>(config))) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
        }
        ClientOptions options =
                ClientOptions.builder().config(KafkaConfig.of(config)).build();
        List<String> read = new ArrayList<>();

        // when
        try (KafkaClient client = KafkaClient.connect(options)) {
            try (Producer<String, String> producer = Producer.builder(client)
                    .keySerializer(Serializers.utf8())
                    .valueSerializer(Serializers.utf8())
                    .build()) {
                producer.sendSync(ProducerRecord.of(topic, "sealed"));
            }
            try (Consumer<String, String> consumer = Consumer.builder(client)
                    .assign(List.of(new TopicPartition(topic, 0)))
                    .startAt(StartAt.earliest())
                    .keyDeserializer(Deserializers.utf8())
                    .valueDeserializer(Deserializers.utf8())
                    .build()) {
                long deadlineNanos = System.nanoTime() + Duration.ofSeconds(30).toNanos();
                while (read.isEmpty() && System.nanoTime() - deadlineNanos < 0) {
                    for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) {
                        read.add(record.value());
                    }
                }
            }
        }

        // then
        assertThat(read).containsExactly("sealed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"SSL", "SASL_PLAINTEXT", "SASL_SSL"})
    void should_let_kcat_in(String listener) throws Exception {
        boolean found = Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, "kcat")));
        assumeTrue(found, "kcat is not on the PATH; install it, for instance with `apt-get install kcat`");
        List<String> command = new ArrayList<>(List.of("kcat", "-L", "-b", kafka.bootstrapServers(listener)));
        command.addAll(List.of("-X", "security.protocol=" + listener));
        command.addAll(List.of("-X", "ssl.ca.location=" + kafka.tlsFiles().authorityCertificate()));
        if (listener.startsWith("SASL_")) {
            // Not SCRAM: librdkafka before 2.6.1 sends a nonce that brokers from 4.0 on refuse.
            command.addAll(List.of("-X", "sasl.mechanisms=PLAIN"));
            command.addAll(List.of("-X", "sasl.username=alice", "-X", "sasl.password=wonderland"));
        }

        Process kcat = new ProcessBuilder(command).redirectErrorStream(true).start();
        String listed = new String(kcat.getInputStream().readAllBytes(), UTF_8);

        assertThat(kcat.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(listed).contains("broker 1 at " + kafka.broker(1).address(listener));
    }

    private static String clusterId(Map<String, String> config) throws Exception {
        try (Admin admin = Admin.create(new HashMap<>(config))) {
            return admin.describeCluster().clusterId().get(30, TimeUnit.SECONDS);
        }
    }
}
