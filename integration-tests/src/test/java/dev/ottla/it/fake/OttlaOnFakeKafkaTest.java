package dev.ottla.it.fake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.KafkaClient;
import dev.ottla.admin.Admin;
import dev.ottla.admin.NewTopic;
import dev.ottla.common.TopicPartition;
import dev.ottla.config.AutoOffsetReset;
import dev.ottla.consumer.Consumer;
import dev.ottla.consumer.ConsumerRecord;
import dev.ottla.producer.Producer;
import dev.ottla.producer.ProducerRecord;
import dev.ottla.serialization.Deserializers;
import dev.ottla.serialization.Serializers;
import dev.ottla.testkit.FakeKafka;
import dev.ottla.testkit.FakeRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An application's test, as the README shows it. */
@Tag("jdk")
@Timeout(300)
class OttlaOnFakeKafkaTest {
    @Test
    void should_start_quickly() {
        FakeKafka.start().close(); // loads classes

        long startNanos = System.nanoTime();
        FakeKafka.builder().brokers(3).topic("orders", 12).start().close();

        assertThat(Duration.ofNanos(System.nanoTime() - startNanos)).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void should_keep_what_an_application_sends() {
        try (FakeKafka fake = FakeKafka.start();
                KafkaClient kafka = KafkaClient.connect(fake.bootstrapServers());
                Producer<String, String> producer = producer(kafka)) {
            producer.sendSync(ProducerRecord.of("orders", "key", "value"));

            assertThat(fake.records(new TopicPartition("orders", 0)))
                    .extracting(FakeRecord::valueText)
                    .containsExactly("value");
        }
    }

    @Test
    void should_let_a_group_go_on_where_it_committed() {
        try (FakeKafka fake = FakeKafka.builder().brokers(3).topic("orders", 3).start();
                KafkaClient kafka = KafkaClient.connect(fake.bootstrapServers());
                Producer<String, String> producer = producer(kafka)) {
            producer.sendSync(ProducerRecord.of("orders", "key", "a"));
            try (Consumer<String, String> consumer = consumer(kafka)) {
                assertThat(poll(consumer, 1)).containsExactly("a");
                consumer.commit();
            }
            producer.sendSync(ProducerRecord.of("orders", "key", "b"));

            try (Consumer<String, String> consumer = consumer(kafka)) {
                assertThat(poll(consumer, 1)).containsExactly("b");
            }
        }
    }

    @Test
    void should_serve_the_admin() throws Exception {
        try (FakeKafka fake = FakeKafka.builder().brokers(3).start();
                KafkaClient kafka = KafkaClient.connect(fake.bootstrapServers());
                Admin admin = Admin.create(kafka)) {
            assertThat(admin.topics()
                            .create(NewTopic.of("orders").partitions(4))
                            .get(30, TimeUnit.SECONDS)
                            .failures())
                    .isEmpty();

            assertThat(admin.topics().list().get(30, TimeUnit.SECONDS)).hasSize(1);
            assertThat(fake.leader(new TopicPartition("orders", 3))).isBetween(1, 3);
        }
    }

    static Producer<String, String> producer(KafkaClient kafka) {
        return Producer.builder(kafka)
                .keySerializer(Serializers.utf8())
                .valueSerializer(Serializers.utf8())
                .build();
    }

    static Consumer<String, String> consumer(KafkaClient kafka) {
        return Consumer.builder(kafka)
                .keyDeserializer(Deserializers.utf8())
                .valueDeserializer(Deserializers.utf8())
                .group("billing")
                .topics("orders")
                .autoOffsetReset(AutoOffsetReset.earliest())
                .enableAutoCommit(false)
                .build();
    }

    /** Polls until so many values have come; the timeout of the class ends a wait in vain. */
    static List<String> poll(Consumer<String, String> consumer, int count) {
        List<String> values = new ArrayList<>();
        while (values.size() < count) {
            for (ConsumerRecord<String, String> each : consumer.poll(Duration.ofMillis(200))) {
                values.add(each.value());
            }
        }
        return values;
    }
}
