package dev.ottla.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.KafkaClient;
import dev.ottla.common.ByteSize;
import dev.ottla.common.TopicPartition;
import dev.ottla.config.ClientOptions;
import dev.ottla.config.KafkaConfig;
import dev.ottla.errors.InvalidOption;
import dev.ottla.errors.InvalidOptionsException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConsumerBuilderTest {
    /** Nobody listens there; a consumer can be built all the same. */
    private final KafkaClient kafka = KafkaClient.create(
            ClientOptions.builder().bootstrapServers("127.0.0.1:1").build());

    @AfterEach
    void close() {
        kafka.close();
    }

    private static void assertProblems(ConsumerBuilder<?, ?> builder, String... names) {
        assertThatThrownBy(builder::build)
                .asInstanceOf(InstanceOfAssertFactories.type(InvalidOptionsException.class))
                .extracting(InvalidOptionsException::problems, InstanceOfAssertFactories.list(InvalidOption.class))
                .extracting(InvalidOption::name)
                .containsExactly(names);
    }

    @Test
    void should_name_everything_that_is_wrong_at_once() {
        assertProblems(
                Consumer.builder(kafka).topics("bad name").config(Map.of("group.remote.assignor", "uniform")),
                "topics",
                "group.remote.assignor",
                "group.id");
    }

    @Test
    void should_name_values_that_break_their_own_rules() {
        assertProblems(
                Consumer.builder(kafka)
                        .group("g")
                        .heartbeatInterval(Duration.ofSeconds(60))
                        .memory(ByteSize.mib(3))
                        .config(Map.of("max.poll.records", "0")),
                "topics",
                "max.poll.records",
                "heartbeat.interval.ms",
                "ottla.consumer.memory.bytes");
    }

    @Test
    void should_want_either_topics_or_partitions() {
        assertProblems(Consumer.builder(kafka).group("g"), "topics");
        assertProblems(Consumer.builder(kafka).group("g").topics("a").assign(new TopicPartition("a", 0)), "topics");
        assertProblems(Consumer.builder(kafka).topics("a"), "group.id");
        assertProblems(Consumer.builder(kafka).group("g").topics("a").topics(Pattern.compile("b")), "topics");
    }

    @Test
    void should_have_brokers_match_a_pattern_only_in_the_protocol_that_can() {
        assertProblems(Consumer.builder(kafka).group("g").topics(SubscriptionPattern.of("a.*")), "group.protocol");
        assertProblems(Consumer.builder(kafka).topics(Pattern.compile("a.*")), "group.id");
    }

    @Test
    void should_not_let_a_configuration_change_what_the_types_say() {
        KafkaConfig config =
                KafkaConfig.of(Map.of("key.deserializer", "org.apache.kafka.common.serialization.StringDeserializer"));

        assertProblems(
                Consumer.builder(kafka).assign(new TopicPartition("a", 0)).config(config), "key.deserializer");
        assertProblems(
                Consumer.<String, String>builder(kafka, config).assign(new TopicPartition("a", 0)),
                "value.deserializer");
    }

    @Test
    void should_accept_the_configuration_of_a_kafka_clients_consumer() {
        KafkaConfig config = KafkaConfig.of(Map.of(
                "bootstrap.servers", "127.0.0.1:1",
                "group.id", "g",
                "auto.offset.reset", "earliest",
                "enable.auto.commit", "false",
                "isolation.level", "read_committed",
                "allow.auto.create.topics", "false",
                "key.deserializer", "org.apache.kafka.common.serialization.StringDeserializer",
                "value.deserializer", "org.apache.kafka.common.serialization.StringDeserializer"));

        try (Consumer<String, String> consumer = Consumer.<String, String>builder(kafka, config)
                .topics(List.of("orders"))
                .build()) {
            assertThat(consumer.assignment()).isEmpty();
        }
    }

    @Test
    void should_subscribe_to_other_topics_only_if_it_subscribes_by_names() {
        try (Consumer<byte[], byte[]> assigned = Consumer.builder(kafka)
                        .assign(new TopicPartition("a", 0))
                        .build();
                Consumer<byte[], byte[]> matching = Consumer.builder(kafka)
                        .group("g")
                        .topics(Pattern.compile("a"))
                        .build();
                Consumer<byte[], byte[]> named =
                        Consumer.builder(kafka).group("g").topics("a").build()) {
            assertThatThrownBy(() -> assigned.subscribe(List.of("b"))).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> matching.subscribe(List.of("b"))).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> named.subscribe(List.of())).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> named.subscribe(List.of("bad name")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("bad name");
            named.subscribe(List.of("b"));
        }
    }
}
