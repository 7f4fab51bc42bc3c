package dev.ottla.benchmarks.nullbroker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.KafkaClient;
import dev.ottla.benchmarks.workload.Payloads;
import dev.ottla.benchmarks.workload.TopicShape;
import dev.ottla.common.TopicPartition;
import dev.ottla.config.ClientOptions;
import dev.ottla.config.KafkaConfig;
import dev.ottla.consumer.Consumer;
import dev.ottla.consumer.ConsumerRecord;
import dev.ottla.producer.Producer;
import dev.ottla.producer.ProducerRecord;
import dev.ottla.serialization.Deserializers;
import dev.ottla.serialization.Serializers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class NullBrokerTest {
    private static final int RECORDS = 5000;
    private static final int VALUE_BYTES = 100;

    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final NullBroker broker = new NullBroker(2, 1, failure::set);
    private final Map<String, String> config = Map.of("bootstrap.servers", broker.bootstrapServers());
    private final KafkaClient kafka = KafkaClient.connect(
            ClientOptions.builder().config(KafkaConfig.of(config)).build());

    @AfterEach
    void close() {
        kafka.close();
        broker.close();
        assertThat(failure).hasNullValue();
    }

    @Test
    void should_count_what_it_acknowledges() {
        // given
        String topic = TopicShape.empty(4).topic();
        byte[] value = new byte[VALUE_BYTES];

        // when
        try (Producer<byte[], byte[]> producer = Producer.builder(kafka)
                .keySerializer(Serializers.bytes())
                .valueSerializer(Serializers.bytes())
                .build()) {
            for (int i = 0; i < RECORDS; i++) {
                producer.send(ProducerRecord.<byte[], byte[]>of(topic, value).partition(i % 4));
            }
            producer.flush();
        }

        // then
        assertThat(broker.tally().takeLine())
                .contains(" records=" + RECORDS + " ")
                .contains(" corruptBatches=0 ");
        assertThat(broker.tally().takeLine()).contains(" records=0 ");
    }

    @Test
    void should_serve_the_same_values_with_the_offsets_of_their_places() {
        // given
        TopicShape shape = TopicShape.filled(2, 0, VALUE_BYTES, "none", 16_384, RECORDS);
        TopicPartition partition = new TopicPartition(shape.topic(), 1);
        byte[][] values = Payloads.values(VALUE_BYTES);
        List<ConsumerRecord<byte[], byte[]>> received = new ArrayList<>();

        // when
        try (Consumer<byte[], byte[]> consumer = Consumer.builder(kafka)
                .config(Map.of("group.id", "test", "auto.offset.reset", "earliest", "check.crcs", "true"))
                .keyDeserializer(Deserializers.bytes())
                .valueDeserializer(Deserializers.bytes())
                .assign(List.of(partition))
                .build()) {
            while (received.size() < shape.endOffset()) {
                consumer.poll(Duration.ofSeconds(1)).forEach(received::add);
            }
        }

        // then
        assertThat(shape.batchesPerPartition()).isGreaterThan(2);
        assertThat(Collections.max(received.stream().map(ConsumerRecord::offset).toList()))
                .isEqualTo(shape.endOffset() - 1);
        for (int i = 0; i < received.size(); i++) {
            assertThat(received.get(i).offset()).isEqualTo(i);
            assertThat(received.get(i).value()).isEqualTo(values[i % shape.recordsPerBatch() % values.length]);
        }
    }
}
