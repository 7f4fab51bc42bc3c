package dev.ottla.it.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ottla.KafkaClient;
import dev.ottla.common.OffsetAndMetadata;
import dev.ottla.common.TopicPartition;
import dev.ottla.config.AutoOffsetReset;
import dev.ottla.consumer.Consumer;
import dev.ottla.consumer.RebalanceListener;
import dev.ottla.serialization.Deserializers;
import dev.ottla.testkit.FakeKafka;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A topic that is deleted and created again while it is read: another topic, whose offsets begin anew. */
class RecreatedTopicTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final TopicPartition PARTITION = new TopicPartition("orders", 0);

    private final FakeKafka kafka = FakeKafka.builder()
            .autoCreateTopics(false)
            .topic(PARTITION.topic(), 1)
            .start();
    private final OfficialClient official = new OfficialClient(kafka.bootstrapServers());
    private final KafkaClient client = KafkaClient.connect(kafka.bootstrapServers());
    private final List<TopicPartition> recreated = new ArrayList<>();
    private final List<String> values = new ArrayList<>();

    @AfterEach
    void stop() {
        client.close();
        kafka.close();
    }

    @Test
    void should_tell_of_it_and_begin_anew() throws Exception {
        // given
        official.produce(PARTITION.topic(), 0, 0, 5);
        RebalanceListener listener = new RebalanceListener() {
            @Override
            public void onTopicRecreated(Consumer<?, ?> consumer, TopicPartition partition) {
                recreated.add(partition);
            }
        };
        try (Consumer<byte[], String> consumer = Consumer.builder(client)
                .assign(PARTITION)
                .autoOffsetReset(AutoOffsetReset.earliest())
                .rebalanceListener(listener)
                .valueDeserializer(Deserializers.utf8())
                .build()) {
            readUntil(consumer, 5);

            // when
            recreateTopic();
            official.produce(PARTITION.topic(), 0, 100, 107);

            // then
            readUntil(consumer, 12);
            assertThat(values.subList(5, 12)).startsWith("v100").endsWith("v106");
            assertThat(recreated).containsExactly(PARTITION);
        }
    }

    @Test
    void should_not_commit_offsets_of_the_old_topic_for_the_new_one() throws Exception {
        // given
        official.produce(PARTITION.topic(), 0, 0, 5);
        try (Consumer<byte[], String> consumer = Consumer.builder(client)
                .group("g")
                .topics(PARTITION.topic())
                .autoOffsetReset(AutoOffsetReset.earliest())
                .autoCommitInterval(Duration.ofHours(1))
                .heartbeatInterval(Duration.ofMillis(100))
                .valueDeserializer(Deserializers.utf8())
                .build()) {
            readUntil(consumer, 5);

            // when
            recreateTopic();
            official.produce(PARTITION.topic(), 0, 100, 107);

            // then
            readUntil(consumer, 12);
            assertThat(values.subList(5, 12)).startsWith("v100").endsWith("v106");
        }
        assertThat(committed()).isIn(0L, 7L);
    }

    private void recreateTopic() throws Exception {
        try (Admin admin = official.admin()) {
            admin.deleteTopics(List.of(PARTITION.topic())).all().get(10, TimeUnit.SECONDS);
            admin.createTopics(List.of(new NewTopic(PARTITION.topic(), 1, (short) 1)))
                    .all()
                    .get(10, TimeUnit.SECONDS);
        }
    }

    private void readUntil(Consumer<byte[], String> consumer, int count) {
        await().atMost(PATIENCE).until(() -> {
            consumer.poll(Duration.ofMillis(100)).forEach(record -> values.add(record.value()));
            return values.size() >= count;
        });
    }

    private long committed() {
        try (Consumer<byte[], byte[]> reader =
                Consumer.builder(client).group("g").assign(PARTITION).build()) {
            OffsetAndMetadata committed =
                    reader.committed(List.of(PARTITION)).get(PARTITION);
            return committed == null ? 0 : committed.offset();
        }
    }
}
