package dev.ottla.it.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.KafkaClient;
import dev.ottla.common.TopicPartition;
import dev.ottla.consumer.Consumer;
import dev.ottla.consumer.ConsumerRecord;
import dev.ottla.consumer.StartAt;
import dev.ottla.serialization.Deserializers;
import dev.ottla.testkit.RealKafka;
import dev.ottla.testkit.RealKafkaTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@RealKafkaTest
class ReadingTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final RealKafka kafka;
    private final OfficialClient official;

    ReadingTest(RealKafka kafka) {
        this.kafka = kafka;
        this.official = new OfficialClient(kafka);
    }

    @Test
    void should_read_what_kafka_clients_wrote() {
        // given
        String topic = official.createTopic(1);
        official.produce(topic, 0, 0, 2000);

        // when
        List<String> values = new ArrayList<>();
        try (KafkaClient client = KafkaClient.connect(kafka.bootstrapServers());
                Consumer<String, String> consumer = Consumer.builder(client)
                        .assign(new TopicPartition(topic, 0))
                        .startAt(StartAt.earliest())
                        .keyDeserializer(Deserializers.utf8())
                        .valueDeserializer(Deserializers.utf8())
                        .build()) {
            long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
            while (values.size() < 2000 && System.nanoTime() - deadlineNanos < 0) {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofSeconds(1))) {
                    values.add(record.value());
                }
            }
        }

        // then
        assertThat(values)
                .containsExactlyElementsOf(
                        IntStream.range(0, 2000).mapToObj(i -> "v" + i).toList());
    }
}
