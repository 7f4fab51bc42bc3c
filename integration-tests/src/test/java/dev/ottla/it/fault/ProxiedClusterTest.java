package dev.ottla.it.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.KafkaClient;
import dev.ottla.common.ByteSize;
import dev.ottla.common.TopicPartition;
import dev.ottla.config.ClientOptions;
import dev.ottla.consumer.Consumer;
import dev.ottla.consumer.ConsumerRecord;
import dev.ottla.consumer.StartAt;
import dev.ottla.producer.Producer;
import dev.ottla.producer.ProducerRecord;
import dev.ottla.producer.RecordMetadata;
import dev.ottla.serialization.Deserializers;
import dev.ottla.serialization.Serializers;
import dev.ottla.testkit.RealKafka;
import dev.ottla.testkit.fault.Direction;
import dev.ottla.testkit.fault.Fault;
import dev.ottla.testkit.fault.FaultProxy;
import dev.ottla.testkit.fault.FaultRule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Faults between a real broker and its clients. */
class ProxiedClusterTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static RealKafka kafka;

    private final String topic = "proxied-" + UUID.randomUUID();
    private FaultProxy proxy;
    private KafkaClient client;

    @BeforeAll
    static void start() {
        kafka = RealKafka.builder().behindProxies().start();
    }

    @AfterAll
    static void stop() {
        if (kafka != null) {
            kafka.close();
        }
    }

    @BeforeEach
    void connect() throws Exception {
        proxy = kafka.proxy(1);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
        }
        client = KafkaClient.connect(ClientOptions.builder()
                .bootstrapServers(kafka.bootstrapServers())
                .requestTimeout(Duration.ofSeconds(2))
                .build());
    }

    @AfterEach
    void heal() {
        proxy.removeAll();
        client.close();
    }

    @Test
    void should_tell_clients_the_proxys_address() {
        assertThat(kafka.bootstrapServers()).isEqualTo(proxy.address());
        assertThat(proxy.connections()).isNotEmpty();
        assertThat(proxy.seen(Direction.REQUEST, "ApiVersions")).isPositive();
        assertThatThrownBy(() -> kafka.proxy(2)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void should_have_ottla_send_again_when_the_answer_is_swallowed() throws Exception {
        FaultRule lost =
                proxy.install(Fault.swallow().responses().api("Produce").times(1));
        long before = proxy.seen(Direction.REQUEST, "Produce");

        try (Producer<String, String> producer = producer()) {
            CompletableFuture<RecordMetadata> sent = producer.send(ProducerRecord.of(topic, "once"));
            lost.awaitHits(1, PATIENCE);

            assertThat(sent).succeedsWithin(PATIENCE);
        }

        assertThat(proxy.seen(Direction.REQUEST, "Produce") - before).isGreaterThanOrEqualTo(2);
        assertThat(read(1)).startsWith("once");
    }

    @Test
    void should_have_kafka_clients_write_once_when_the_answer_is_swallowed() throws Exception {
        FaultRule lost = proxy.install(
                Fault.swallow().responses().api("Produce").clientId("official").times(1));
        Map<String, Object> config = Map.of(
                "bootstrap.servers", kafka.bootstrapServers(), "client.id", "official", "request.timeout.ms", "2000");

        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
            Future<?> sent = producer.send(new org.apache.kafka.clients.producer.ProducerRecord<>(topic, "once"));
            lost.awaitHits(1, PATIENCE);
            sent.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            producer.send(new org.apache.kafka.clients.producer.ProducerRecord<>(topic, "after"))
                    .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }

        assertThat(read(2)).containsExactly("once", "after");
    }

    @Test
    void should_get_over_a_reset_in_the_midst_of_an_answer() throws Exception {
        try (Producer<String, String> producer = producer()) {
            producer.sendSync(ProducerRecord.of(topic, "before"));
            FaultRule cut = proxy.install(Fault.closeAfter(ByteSize.bytes(7))
                    .responses()
                    .api("Produce")
                    .times(1));

            assertThat(producer.send(ProducerRecord.of(topic, "after"))).succeedsWithin(PATIENCE);

            assertThat(cut.hits()).isEqualTo(1);
        }
        assertThat(read(2)).contains("before", "after");
    }

    @Test
    void should_read_the_same_when_the_bytes_come_one_by_one() throws Exception {
        List<String> values = new ArrayList<>();
        try (Producer<String, String> producer = producer()) {
            for (int i = 0; i < 100; i++) {
                values.add("value " + i);
                producer.sendSync(ProducerRecord.of(topic, "value " + i));
            }
        }
        FaultRule single = proxy.install(Fault.rechunk(1).responses().api("Fetch", "Metadata", "ListOffsets"));

        assertThat(read(100)).isEqualTo(values);
        assertThat(single.hits()).isPositive();
    }

    @Test
    void should_give_the_consumer_what_was_held_when_it_is_released() throws Exception {
        try (Consumer<String, String> consumer = consumer()) {
            FaultRule held = proxy.install(Fault.hold().responses().api("Fetch"));
            try (Producer<String, String> producer = producer()) {
                producer.sendSync(ProducerRecord.of(topic, "late"));
            }
            consumer.poll(Duration.ofMillis(100));
            held.awaitHits(1, PATIENCE);
            assertThat(consumer.poll(Duration.ofMillis(300)).isEmpty()).isTrue();

            held.remove();

            assertThat(values(consumer, 1)).containsExactly("late");
        }
    }

    private Producer<String, String> producer() {
        return Producer.builder(client)
                .keySerializer(Serializers.utf8())
                .valueSerializer(Serializers.utf8())
                .build();
    }

    private Consumer<String, String> consumer() {
        return Consumer.builder(client)
                .assign(List.of(new TopicPartition(topic, 0)))
                .startAt(StartAt.earliest())
                .keyDeserializer(Deserializers.utf8())
                .valueDeserializer(Deserializers.utf8())
                .build();
    }

    private List<String> read(int atLeast) {
        try (Consumer<String, String> consumer = consumer()) {
            return values(consumer, atLeast);
        }
    }

    private static List<String> values(Consumer<String, String> consumer, int atLeast) {
        List<String> values = new ArrayList<>();
        long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
        while (values.size() < atLeast && System.nanoTime() - deadlineNanos < 0) {
            for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) {
                values.add(record.value());
            }
        }
        return values;
    }
}
