package dev.ottla.it.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.KafkaClient;
import dev.ottla.config.AutoOffsetReset;
import dev.ottla.config.ClientOptions;
import dev.ottla.config.GroupProtocol;
import dev.ottla.consumer.Consumer;
import dev.ottla.consumer.ConsumerBuilder;
import dev.ottla.consumer.ConsumerRecord;
import dev.ottla.consumer.SubscriptionPattern;
import dev.ottla.errors.BrokerException;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.KafkaException;
import dev.ottla.serialization.Deserializers;
import dev.ottla.testkit.RealKafka;
import dev.ottla.testkit.RealKafkaTest;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Topics by a regular expression, matched here or by the broker. */
@RealKafkaTest
class PatternSubscriptionTest {
    private final RealKafka kafka;
    private final OfficialClient official;
    private final String prefix = "p-" + UUID.randomUUID();
    private KafkaClient client;

    PatternSubscriptionTest(RealKafka kafka) {
        this.kafka = kafka;
        this.official = new OfficialClient(kafka);
    }

    @BeforeEach
    void connect() {
        client = KafkaClient.connect(ClientOptions.builder()
                .bootstrapServers(kafka.bootstrapServers())
                .metadataMaxAge(Duration.ofMillis(1200))
                .build());
    }

    @AfterEach
    void disconnect() {
        client.close();
    }

    private String create(String name) throws Exception {
        String topic = prefix + name;
        try (Admin admin = official.admin()) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get(30, TimeUnit.SECONDS);
        }
        return topic;
    }

    private ConsumerBuilder<String, String> member(GroupProtocol protocol) {
        return Consumer.builder(client)
                .group("g-" + prefix)
                .groupProtocol(protocol)
                .heartbeatInterval(Duration.ofMillis(200))
                .autoOffsetReset(AutoOffsetReset.earliest())
                .keyDeserializer(Deserializers.utf8())
                .valueDeserializer(Deserializers.utf8());
    }

    @ParameterizedTest
    @EnumSource(
            value = GroupProtocol.class,
            names = {"CLASSIC", "CONSUMER"})
    void should_read_the_topics_that_match_also_those_created_later(GroupProtocol protocol) throws Exception {
        // given
        String first = create("-a");
        String other = create("x-a");
        official.produce(first, 0, 0, 5);
        official.produce(other, 0, 5, 10);

        try (Consumer<String, String> consumer =
                member(protocol).topics(Pattern.compile(prefix + "-.*")).build()) {
            assertThat(Polling.values(consumer, 5)).isEqualTo(Polling.numbered(0, 5));

            // when
            String later = create("-b");
            official.produce(later, 0, 10, 15);
            List<ConsumerRecord<String, String>> records = Polling.records(consumer, 5);

            // then
            assertThat(records).extracting(ConsumerRecord::topic).containsOnly(later);
            assertThat(Polling.values(records)).isEqualTo(Polling.numbered(10, 15));
        }
    }

    @Test
    void should_read_what_the_broker_finds_to_match() throws Exception {
        // given
        String first = create("-a");
        String other = create("x-a");
        official.produce(first, 0, 0, 5);
        official.produce(other, 0, 5, 10);

        // when
        try (Consumer<String, String> consumer = member(GroupProtocol.CONSUMER)
                .topics(SubscriptionPattern.of(prefix + "-.*"))
                .build()) {
            List<ConsumerRecord<String, String>> records = Polling.records(consumer, 5);
            consumer.commit();

            // then
            assertThat(records).extracting(ConsumerRecord::topic).containsOnly(first);
            assertThat(consumer.committed(consumer.assignment())).hasSize(1);
        }
    }

    @Test
    void should_say_that_the_broker_can_not_read_a_pattern() {
        // given
        try (Consumer<String, String> consumer = member(GroupProtocol.CONSUMER)
                .topics(SubscriptionPattern.of("(never closed"))
                .build()) {

            // then
            assertThatThrownBy(() -> Polling.records(consumer, 1))
                    .isInstanceOf(BrokerException.class)
                    .asInstanceOf(InstanceOfAssertFactories.type(KafkaException.class))
                    .extracting(KafkaException::code)
                    .isEqualTo(ErrorCode.INVALID_REGULAR_EXPRESSION);
        }
    }
}
