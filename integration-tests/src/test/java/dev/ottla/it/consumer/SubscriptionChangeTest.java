package dev.ottla.it.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.KafkaClient;
import dev.ottla.common.OffsetAndMetadata;
import dev.ottla.common.TopicPartition;
import dev.ottla.config.AutoOffsetReset;
import dev.ottla.config.GroupProtocol;
import dev.ottla.consumer.Consumer;
import dev.ottla.consumer.ConsumerBuilder;
import dev.ottla.consumer.ConsumerRecord;
import dev.ottla.serialization.Deserializers;
import dev.ottla.testkit.FakeKafka;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A member that subscribes to other topics while it reads. */
@Timeout(60)
class SubscriptionChangeTest {
    private final FakeKafka kafka = FakeKafka.start();
    private final OfficialClient official = new OfficialClient(kafka.bootstrapServers());
    private final KafkaClient client = KafkaClient.connect(kafka.bootstrapServers());

    @AfterEach
    void stop() {
        client.close();
        kafka.close();
    }

    private ConsumerBuilder<String, String> member(String topic) {
        return Consumer.builder(client)
                .group("g-" + UUID.randomUUID())
                .topics(topic)
                .autoOffsetReset(AutoOffsetReset.earliest())
                .autoCommitInterval(Duration.ofMillis(100))
                .heartbeatInterval(Duration.ofMillis(50))
                .keyDeserializer(Deserializers.utf8())
                .valueDeserializer(Deserializers.utf8());
    }

    /** With one partition and so many records. */
    private String topic(int records) {
        String topic = official.createTopic(1);
        official.produce(topic, 0, 0, records);
        return topic;
    }

    @ParameterizedTest
    @EnumSource(names = {"CLASSIC", "CONSUMER"})
    void should_read_other_topics_after_another_subscription_by_any_thread(GroupProtocol protocol) throws Exception {
        // given
        String first = topic(5);
        String second = topic(7);
        TopicPartition given = new TopicPartition(first, 0);
        try (Consumer<String, String> consumer =
                member(first).groupProtocol(protocol).build()) {
            assertThat(Polling.records(consumer, 5)).hasSize(5);

            // when
            CompletableFuture.runAsync(() -> consumer.subscribe(List.of(second)))
                    .get(40, TimeUnit.SECONDS);
            List<ConsumerRecord<String, String>> records = Polling.records(consumer, 7);

            // then
            assertThat(records).extracting(ConsumerRecord::topic).containsOnly(second);
            assertThat(consumer.assignment()).containsExactly(new TopicPartition(second, 0));
            assertThat(consumer.committed(Set.of(given)).get(given))
                    .as("when it was given up")
                    .isNotNull()
                    .extracting(OffsetAndMetadata::offset)
                    .isEqualTo(5L);
            consumer.subscribe(List.of(first, second));
            Polling.until(consumer, () -> consumer.assignment().size() == 2, new ArrayList<>());
        }
    }
}
