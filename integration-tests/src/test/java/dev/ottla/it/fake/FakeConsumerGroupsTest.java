package dev.ottla.it.fake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ottla.testkit.FakeKafka;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.SubscriptionPattern;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Groups of KIP-848 whose members are official consumers. */
@Timeout(300)
class FakeConsumerGroupsTest {
    private FakeKafka kafka;

    @BeforeEach
    void start() {
        kafka = FakeKafka.builder()
                .brokers(3)
                .topic("orders", 6)
                .consumerHeartbeatInterval(Duration.ofMillis(50))
                .start();
    }

    @AfterEach
    void close() {
        kafka.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"uniform", "range"})
    void should_share_partitions_as_members_come_and_go(String assignor) throws Exception {
        Map<String, Object> config = Map.of("group.remote.assignor", assignor);
        try (KafkaConsumer<String, String> first = consumer(config)) {
            first.subscribe(List.of("orders"));
            await().atMost(Duration.ofSeconds(60)).until(() -> owned(first).size() == 6);
            try (KafkaConsumer<String, String> second = consumer(config)) {
                second.subscribe(List.of("orders"));
                await().atMost(Duration.ofSeconds(60))
                        .until(() -> sizes(first, second).equals(List.of(3, 3)));

                assertThat(owned(first)).doesNotContainAnyElementsOf(owned(second));
                ConsumerGroupDescription group = describe();
                assertThat(group.groupState()).isEqualTo(GroupState.STABLE);
                assertThat(group.type()).isEqualTo(GroupType.CONSUMER);
                assertThat(group.partitionAssignor()).isEqualTo(assignor);
                assertThat(group.members()).hasSize(2);
            }
            await().atMost(Duration.ofSeconds(60)).until(() -> owned(first).size() == 6);
        }
        await().atMost(Duration.ofSeconds(60)).until(() -> describe().groupState() == GroupState.EMPTY);
    }

    @Test
    void should_commit_for_members_and_go_on_there() {
        TopicPartition partition = new TopicPartition("orders", 0);
        try (KafkaConsumer<String, String> consumer = consumer(Map.of())) {
            consumer.subscribe(List.of("orders"));
            await().atMost(Duration.ofSeconds(60)).until(() -> owned(consumer).size() == 6);

            consumer.commitSync(Map.of(partition, new OffsetAndMetadata(3)));

            assertThat(consumer.committed(Set.of(partition)).get(partition).offset())
                    .isEqualTo(3);
        }
    }

    @Test
    void should_assign_new_partitions_and_topics_that_match() {
        try (KafkaConsumer<String, String> consumer = consumer(Map.of())) {
            consumer.subscribe(new SubscriptionPattern("or.*"));
            await().atMost(Duration.ofSeconds(60)).until(() -> owned(consumer).size() == 6);

            kafka.createTopic("organs", 2);
            kafka.createTopic("payments", 2);

            await().atMost(Duration.ofSeconds(60)).until(() -> owned(consumer).size() == 8);
            kafka.deleteTopic("orders");
            await().atMost(Duration.ofSeconds(60)).until(() -> owned(consumer).size() == 2);
        }
    }

    @Test
    void should_keep_the_partitions_of_a_static_member_that_comes_back() {
        Map<String, Object> config = Map.of("group.instance.id", "till-1");
        try (KafkaConsumer<String, String> other = consumer(Map.of())) {
            other.subscribe(List.of("orders"));
            Collection<TopicPartition> before;
            try (KafkaConsumer<String, String> till = consumer(config)) {
                till.subscribe(List.of("orders"));
                await().atMost(Duration.ofSeconds(60))
                        .until(() -> sizes(other, till).equals(List.of(3, 3)));
                before = owned(till);
            }
            try (KafkaConsumer<String, String> till = consumer(config)) {
                till.subscribe(List.of("orders"));
                await().atMost(Duration.ofSeconds(60)).until(() -> owned(till).size() == 3);

                assertThat(owned(till)).isEqualTo(before);
                assertThat(owned(other)).hasSize(3);
            }
        }
    }

    @Test
    void should_survive_the_loss_of_the_coordinator() {
        try (KafkaConsumer<String, String> consumer = consumer(Map.of())) {
            consumer.subscribe(List.of("orders"));
            await().atMost(Duration.ofSeconds(60)).until(() -> owned(consumer).size() == 6);

            kafka.brokerDown(kafka.coordinator("billing"));

            await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                consumer.poll(Duration.ofMillis(50));
                consumer.commitSync(Map.of(new TopicPartition("orders", 1), new OffsetAndMetadata(4)));
            });
        }
    }

    private ConsumerGroupDescription describe() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            return admin.describeConsumerGroups(List.of("billing"))
                    .all()
                    .get(30, TimeUnit.SECONDS)
                    .get("billing");
        }
    }

    private static Set<TopicPartition> owned(KafkaConsumer<String, String> consumer) {
        consumer.poll(Duration.ofMillis(20));
        return new HashSet<>(consumer.assignment());
    }

    /** Polls both: neither gives up partitions, or gets any, while it is not polled. */
    private static List<Integer> sizes(KafkaConsumer<String, String> one, KafkaConsumer<String, String> other) {
        return List.of(owned(one).size(), owned(other).size());
    }

    private KafkaConsumer<String, String> consumer(Map<String, Object> more) {
        Map<String, Object> config = new HashMap<>(Map.of("group.id", "billing", "group.protocol", "consumer"));
        config.put("bootstrap.servers", kafka.bootstrapServers());
        config.put("enable.auto.commit", "false");
        config.putAll(more);
        return new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer());
    }
}
