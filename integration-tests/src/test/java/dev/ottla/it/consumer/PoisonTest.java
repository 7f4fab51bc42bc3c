package dev.ottla.it.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.KafkaClient;
import dev.ottla.common.TopicPartition;
import dev.ottla.consumer.Consumer;
import dev.ottla.consumer.ConsumerRecord;
import dev.ottla.consumer.PoisonPolicy;
import dev.ottla.consumer.StartAt;
import dev.ottla.errors.RecordException;
import dev.ottla.serialization.Deserializer;
import dev.ottla.testkit.FakeKafka;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of a record that can't be deserialized; the one at offset 2 of five. */
class PoisonTest {
    private static final Duration WAIT = Duration.ofSeconds(10);
    private static final Duration MOMENT = Duration.ofMillis(200);
    private static final TopicPartition PARTITION = new TopicPartition("numbers", 0);
    private static final Deserializer<Integer> NUMBERS = source -> Integer.valueOf(source.readUtf8());

    private final FakeKafka kafka = FakeKafka.builder()
            .topic(PARTITION.topic(), 1)
            .topic("hopeless", 1)
            .start();
    private KafkaClient client;

    @BeforeEach
    void produce() {
        client = KafkaClient.connect(kafka.bootstrapServers());
        try (KafkaProducer<String, String> producer =
                new OfficialClient(kafka.bootstrapServers()).producer(Map.of())) {
            for (String value : List.of("10", "11", "twelve", "13", "14")) {
                producer.send(new ProducerRecord<>(PARTITION.topic(), 0, "k", value));
            }
        }
    }

    @AfterEach
    void stop() {
        client.close();
        kafka.close();
    }

    private Consumer<byte[], Integer> consumer(PoisonPolicy policy) {
        return Consumer.builder(client)
                .assign(PARTITION)
                .startAt(StartAt.earliest())
                .valueDeserializer(NUMBERS)
                .onPoison(policy)
                .build();
    }

    @Test
    void should_fail_until_the_application_seeks_past_it() {
        try (Consumer<byte[], Integer> consumer = consumer(PoisonPolicy.fail())) {
            assertThat(values(consumer, 2)).containsExactly(10, 11);

            assertThatThrownBy(() -> consumer.poll(WAIT))
                    .isInstanceOf(RecordException.class)
                    .hasMessageContaining("offset 2");
            consumer.seek(PARTITION, 3);
            assertThat(values(consumer, 2)).containsExactly(13, 14);
        }
    }

    @Test
    void should_leave_it_out() {
        try (Consumer<byte[], Integer> consumer = consumer(PoisonPolicy.skip())) {
            assertThat(values(consumer, 4)).containsExactly(10, 11, 13, 14);
            assertThat(consumer.position(PARTITION)).hasValue(5L);
        }
    }

    @Test
    void should_pause_the_partition_in_front_of_it() {
        try (Consumer<byte[], Integer> consumer = consumer(PoisonPolicy.pause())) {
            assertThat(values(consumer, 2)).containsExactly(10, 11);
            assertThat(consumer.poll(MOMENT)).isEmpty();

            assertThat(consumer.paused()).containsExactly(PARTITION);
            assertThat(consumer.position(PARTITION)).hasValue(2L);
            consumer.seek(PARTITION, 3);
            consumer.resume(List.of(PARTITION));
            assertThat(values(consumer, 2)).containsExactly(13, 14);
        }
    }

    @Test
    void should_write_it_to_the_dead_letters_byte_for_byte() {
        try (Consumer<byte[], Integer> consumer = consumer(PoisonPolicy.deadLetter("hopeless"))) {
            assertThat(values(consumer, 4)).containsExactly(10, 11, 13, 14);
        }

        try (Consumer<byte[], byte[]> letters = Consumer.builder(client)
                .assign(new TopicPartition("hopeless", 0))
                .startAt(StartAt.earliest())
                .build()) {
            ConsumerRecord<byte[], byte[]> letter = letters.poll(WAIT).iterator().next();
            assertThat(letter.value()).asString(StandardCharsets.UTF_8).isEqualTo("twelve");
            assertThat(letter.key()).asString(StandardCharsets.UTF_8).isEqualTo("k");
            assertThat(letter.headers().lastHeader("ottla.error.offset"))
                    .hasValueSatisfying(header -> assertThat(header.value()).asString(StandardCharsets.UTF_8)
                            .isEqualTo("2"));
        }
    }

    private static List<Integer> values(Consumer<byte[], Integer> consumer, int count) {
        List<Integer> values = new ArrayList<>();
        for (int i = 0; i < 20 && values.size() < count; i++) {
            consumer.poll(WAIT).forEach(record -> values.add(record.value()));
        }
        return values;
    }
}
