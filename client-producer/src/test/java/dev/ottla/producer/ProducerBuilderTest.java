package dev.ottla.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.ottla.KafkaClient;
import dev.ottla.common.ByteSize;
import dev.ottla.config.Acks;
import dev.ottla.config.ClientOptions;
import dev.ottla.errors.InvalidOption;
import dev.ottla.errors.InvalidOptionsException;
import dev.ottla.serialization.Serializers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProducerBuilderTest {
    private final KafkaClient kafka = KafkaClient.create(
            ClientOptions.builder().bootstrapServers("127.0.0.1:1").build());

    @AfterEach
    void close() {
        kafka.close();
    }

    @Test
    void should_name_everything_that_is_wrong_at_once() {
        // given
        ProducerBuilder<byte[], String> builder = Producer.builder(kafka)
                .config(Map.of("acks", "most", "batch.size", "-1"))
                .valueSerializer(Serializers.utf8())
                .deliveryTimeout(Duration.ofSeconds(1))
                .keySerializer(Serializers.bytes());

        // when
        Throwable thrown = catchThrowable(builder::build);

        // then
        assertThat(thrown).isInstanceOf(InvalidOptionsException.class);
        assertThat(((InvalidOptionsException) thrown).problems())
                .extracting(InvalidOption::name)
                .containsExactlyInAnyOrder("acks", "batch.size", "delivery.timeout.ms");
    }

    @Test
    void should_name_what_is_wrong_with_single_topics_too() {
        // given
        ProducerBuilder<String, String> builder = Producer.builder(kafka)
                .keySerializer(Serializers.utf8())
                .valueSerializer(Serializers.utf8())
                .bufferMemory(ByteSize.mib(1))
                .topicOptions("fast", TopicOptions.none().acks(Acks.LEADER).linger(Duration.ofHours(1)))
                .topicOptions("large", TopicOptions.none().batchSize(ByteSize.mib(2)))
                .topicOptions(
                        "odd", TopicOptions.none().linger(Duration.ofMillis(-1)).maxBatchRecords(0));

        // then
        assertThatThrownBy(builder::build)
                .isInstanceOfSatisfying(
                        InvalidOptionsException.class,
                        e -> assertThat(e.problems())
                                .extracting(InvalidOption::name)
                                .containsExactlyInAnyOrder(
                                        "acks", "linger.ms", "batch.size", "linger.ms", "ottla.max.batch.records"))
                .hasMessageContaining("fast")
                .hasMessageContaining("large")
                .hasMessageContaining("odd");
        assertThatThrownBy(() -> builder.config(Map.of("acks", "most")).build())
                .as("what is wrong with the producer hides nothing of that")
                .hasMessageContaining("most")
                .hasMessageContaining("odd");
    }

    @Test
    void should_say_that_serializers_are_missing() {
        assertThatThrownBy(() ->
                        Producer.builder(kafka).config(Map.of("acks", "2")).build())
                .isInstanceOfSatisfying(
                        InvalidOptionsException.class,
                        e -> assertThat(e.problems())
                                .extracting(InvalidOption::name)
                                .containsExactlyInAnyOrder("acks", "key.serializer", "value.serializer"));
    }

    @Test
    void should_take_the_serializers_that_a_configuration_names() {
        // given
        String stringSerializer = "org.apache.kafka.common.serialization.StringSerializer";

        // when
        try (Producer<String, String> producer = Producer.<String, String>builder(kafka)
                .config(Map.of("key.serializer", stringSerializer, "value.serializer", stringSerializer))
                .build()) {

            // then
            assertThat(producer.send(ProducerRecord.of("t", "key", "value"))).isNotDone();
            producer.close(Duration.ZERO);
        }
    }

    @Test
    void should_take_nonsense_in_backpressure_for_an_error() {
        for (Runnable nonsense :
                List.<Runnable>of(() -> Backpressure.block(Duration.ofSeconds(-1)), () -> Backpressure.suspend(0))) {
            assertThatThrownBy(nonsense::run).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
