package dev.ottla.it.fake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.common.TopicPartition;
import dev.ottla.errors.ErrorCode;
import dev.ottla.testkit.FakeKafka;
import dev.ottla.testkit.FakeRecord;
import dev.ottla.testkit.KafkaApi;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The official client, which shares no code with the in-memory cluster, finds a Kafka cluster there. */
@Timeout(300)
class FakeKafkaTest {
    private static final String TOPIC = "orders";
    private static final TopicPartition FIRST = new TopicPartition(TOPIC, 0);

    private FakeKafka kafka;

    @BeforeEach
    void start() {
        kafka = FakeKafka.builder().brokers(3).topic(TOPIC, 3).start();
    }

    @AfterEach
    void close() {
        kafka.close();
    }

    @Test
    void should_keep_what_the_official_producer_sends() throws Exception {
        try (KafkaProducer<String, String> producer = producer()) {
            RecordMetadata first = send(producer, "a");
            RecordMetadata second = send(producer, "b");

            assertThat(List.of(first.offset(), second.offset())).containsExactly(0L, 1L);
        }
        assertThat(kafka.records(FIRST)).extracting(FakeRecord::valueText).containsExactly("a", "b");
    }

    @Test
    void should_let_a_group_read_and_go_on_where_it_committed() throws Exception {
        try (KafkaProducer<String, String> producer = producer()) {
            send(producer, "a");
            try (KafkaConsumer<String, String> consumer = consumer("group")) {
                assertThat(poll(consumer, 1)).containsExactly("a");
                consumer.commitSync();
            }
            send(producer, "b");
        }

        try (KafkaConsumer<String, String> consumer = consumer("group")) {
            assertThat(poll(consumer, 1)).containsExactly("b");
        }
    }

    @Test
    void should_append_once_when_the_answer_is_lost() throws Exception {
        kafka.disconnectNext(KafkaApi.PRODUCE, true, 1);

        try (KafkaProducer<String, String> producer = producer()) {
            assertThat(send(producer, "a").offset()).isZero();
        }

        assertThat(kafka.records(FIRST)).hasSize(1);
    }

    @Test
    void should_refuse_as_often_as_asked() throws Exception {
        kafka.failNext(KafkaApi.PRODUCE, FIRST, ErrorCode.MESSAGE_TOO_LARGE, 1);

        try (KafkaProducer<String, String> producer = producer()) {
            assertThatThrownBy(() -> send(producer, "a"))
                    .hasCauseInstanceOf(org.apache.kafka.common.errors.RecordTooLargeException.class);
            assertThat(send(producer, "b").offset()).isZero();
        }
    }

    @Test
    void should_go_on_when_the_leader_is_taken_down() throws Exception {
        try (KafkaProducer<String, String> producer = producer()) {
            send(producer, "a");
            int leader = kafka.leader(FIRST);
            kafka.brokerDown(leader);

            assertThat(send(producer, "b").offset()).isEqualTo(1);
            assertThat(kafka.leader(FIRST)).isNotEqualTo(leader);
            kafka.brokerUp(leader);
        }
        assertThat(kafka.records(FIRST)).extracting(FakeRecord::valueText).containsExactly("a", "b");
    }

    @Test
    void should_keep_a_group_together_when_its_coordinator_is_taken_down() throws Exception {
        try (KafkaProducer<String, String> producer = producer();
                KafkaConsumer<String, String> consumer = consumer("group")) {
            send(producer, "a");
            assertThat(poll(consumer, 1)).containsExactly("a");
            kafka.brokerDown(kafka.coordinator("group"));

            send(producer, "b");
            assertThat(poll(consumer, 1)).containsExactly("b");
            consumer.commitSync();
        }
    }

    @Test
    void should_serve_the_official_admin() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic("more", 2, (short) 3)))
                    .all()
                    .get();
            admin.createPartitions(Map.of("more", NewPartitions.increaseTo(4)))
                    .all()
                    .get();

            assertThat(admin.describeTopics(List.of("more"))
                            .allTopicNames()
                            .get()
                            .get("more")
                            .partitions())
                    .hasSize(4);
            assertThatThrownBy(() -> admin.createTopics(List.of(new NewTopic("more", 2, (short) 3)))
                            .all()
                            .get())
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(TopicExistsException.class);
            assertThat(admin.describeCluster().nodes().get()).hasSize(3);

            admin.deleteTopics(List.of("more")).all().get();
            assertThat(admin.listTopics().names().get()).isEqualTo(Set.of(TOPIC));
        }
    }

    @Test
    void should_give_a_recreated_topic_another_id_and_an_empty_log() throws Exception {
        try (KafkaProducer<String, String> producer = producer();
                Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            send(producer, "a");
            var before = topicId(admin);
            kafka.recreateTopic(TOPIC);

            assertThat(topicId(admin)).isNotEqualTo(before);
            assertThat(kafka.records(FIRST)).isEmpty();
        }
    }

    private static org.apache.kafka.common.Uuid topicId(Admin admin) throws Exception {
        return admin.describeTopics(List.of(TOPIC))
                .allTopicNames()
                .get()
                .get(TOPIC)
                .topicId();
    }

    private KafkaProducer<String, String> producer() {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka.bootstrapServers(), "compression.type", "gzip"),
                new StringSerializer(),
                new StringSerializer());
    }

    private static RecordMetadata send(KafkaProducer<String, String> producer, String value) throws Exception {
        return producer.send(new ProducerRecord<>(TOPIC, 0, "key", value)).get(30, TimeUnit.SECONDS);
    }

    private KafkaConsumer<String, String> consumer(String group) {
        KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        kafka.bootstrapServers(),
                        "group.id",
                        group,
                        "auto.offset.reset",
                        "earliest",
                        "enable.auto.commit",
                        "false"),
                new StringDeserializer(),
                new StringDeserializer());
        consumer.subscribe(List.of(TOPIC));
        return consumer;
    }

    /** Polls until so many values have come; the timeout of the class ends a wait in vain. */
    private static List<String> poll(KafkaConsumer<String, String> consumer, int count) {
        List<String> values = new ArrayList<>();
        while (values.size() < count) {
            for (ConsumerRecord<String, String> each : consumer.poll(Duration.ofMillis(200))) {
                values.add(each.value());
            }
        }
        return values;
    }
}
