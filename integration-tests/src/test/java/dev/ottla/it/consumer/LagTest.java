package dev.ottla.it.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.KafkaClient;
import dev.ottla.common.TopicPartition;
import dev.ottla.consumer.Consumer;
import dev.ottla.consumer.ConsumerBuilder;
import dev.ottla.consumer.Lag;
import dev.ottla.consumer.StartAt;
import dev.ottla.serialization.Deserializers;
import dev.ottla.testkit.RealKafka;
import dev.ottla.testkit.RealKafkaTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How far behind, and whether at the end. */
@RealKafkaTest
class LagTest {
    private static final long BASE = 1_700_000_000_000L;

    private final OfficialClient official;
    private final KafkaClient client;

    LagTest(RealKafka kafka) {
        this.official = new OfficialClient(kafka);
        this.client = KafkaClient.connect(kafka.bootstrapServers());
    }

    @AfterEach
    void disconnect() {
        client.close();
    }

    private TopicPartition tenRecordsASecondApart() {
        TopicPartition partition = new TopicPartition(official.createTopic(1), 0);
        try (KafkaProducer<String, String> producer = official.producer(Map.of("batch.size", "0"))) {
            for (int i = 0; i < 10; i++) {
                producer.send(new ProducerRecord<>(partition.topic(), 0, BASE + i * 1000L, "k", "v" + i));
            }
        }
        return partition;
    }

    private ConsumerBuilder<String, String> reader(TopicPartition partition) {
        return Consumer.builder(client)
                .assign(partition)
                .startAt(StartAt.earliest())
                .keyDeserializer(Deserializers.utf8())
                .valueDeserializer(Deserializers.utf8());
    }

    @Test
    void should_measure_the_lag_in_offsets_and_in_time() {
        // given
        TopicPartition partition = tenRecordsASecondApart();
        List<TopicPartition> one = List.of(partition);
        try (Consumer<String, String> consumer =
                reader(partition).maxPollRecords(4).build()) {

            // when, then
            consumer.seek(partition, 0);
            assertThat(consumer.lag(one)).containsEntry(partition, new Lag(10, Optional.empty()));
            int read = Polling.values(consumer, 2).size();
            assertThat(consumer.lag(one))
                    .containsEntry(partition, new Lag(10 - read, Optional.of(Duration.ofSeconds(10 - read))));
            assertThat(Polling.values(consumer, 10 - read)).hasSize(10 - read);
            assertThat(consumer.lag(one)).containsEntry(partition, new Lag(0, Optional.of(Duration.ZERO)));
        }
    }

    @Test
    void should_tell_when_the_end_is_reached_and_again_after_more() {
        // given
        TopicPartition partition = tenRecordsASecondApart();
        List<Long> ends = new ArrayList<>();
        try (Consumer<String, String> consumer = reader(partition)
                .fetchMaxWait(Duration.ofMillis(100))
                .onPartitionEnd((reader, of, offset) -> ends.add(offset))
                .build()) {

            // when
            Polling.until(consumer, () -> !ends.isEmpty(), new ArrayList<>());
            official.produce(partition.topic(), 0, 10, 12);
            Polling.until(consumer, () -> ends.size() == 2, new ArrayList<>());
            consumer.seekToEnd(List.of(partition));
            Polling.until(consumer, () -> ends.size() == 3, new ArrayList<>());

            // then
            assertThat(ends).containsExactly(10L, 12L, 12L);
        }
    }
}
