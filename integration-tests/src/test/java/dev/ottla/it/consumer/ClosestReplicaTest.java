package dev.ottla.it.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.KafkaClient;
import dev.ottla.common.TopicPartition;
import dev.ottla.config.ClientOptions;
import dev.ottla.consumer.Consumer;
import dev.ottla.consumer.LogTruncation;
import dev.ottla.consumer.RebalanceListener;
import dev.ottla.consumer.StartAt;
import dev.ottla.consumer.assignor.PartitionAssignor;
import dev.ottla.serialization.Deserializers;
import dev.ottla.testkit.RealKafka;
import dev.ottla.testkit.fault.Direction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reading from the replica in the client's rack, alone and in a group, on brokers in three racks. */
@Timeout(120)
class ClosestReplicaTest {
    private static final int LEADER = 1;
    private static final int NEAR = 2;

    private static RealKafka kafka;
    private static OfficialClient official;

    @BeforeAll
    static void startBrokersInThreeRacks() {
        RealKafka.Builder brokers = RealKafka.builder()
                .brokers(3)
                .behindProxies()
                .config("replica.selector.class", "org.apache.kafka.common.replica.RackAwareReplicaSelector");
        for (int id = 1; id <= 3; id++) {
            brokers.brokerConfig(id, "broker.rack", "rack-" + id);
        }
        kafka = brokers.start();
        official = new OfficialClient(kafka);
    }

    @AfterAll
    static void stopBrokers() {
        kafka.close();
    }

    private static KafkaClient clientIn(int rack) {
        return KafkaClient.connect(ClientOptions.builder()
                .bootstrapServers(kafka.bootstrapServers())
                .clientRack("rack-" + rack)
                .build());
    }

    /** Whose partitions have these replicas, led by the first of them. */
    private static String topicOn(Map<Integer, List<Integer>> replicas) throws Exception {
        String topic = "near-" + UUID.randomUUID();
        try (Admin admin = official.admin()) {
            admin.createTopics(List.of(new NewTopic(topic, replicas))).all().get(30, TimeUnit.SECONDS);
        }
        return topic;
    }

    @Test
    void should_read_from_the_replica_nearby_and_from_the_leader_when_that_is_gone() throws Exception {
        // given
        TopicPartition partition = new TopicPartition(topicOn(Map.of(0, List.of(LEADER, NEAR, 3))), 0);
        official.produce(partition.topic(), 0, 0, 10);
        List<LogTruncation> truncations = new ArrayList<>();
        RebalanceListener listener = new RebalanceListener() {
            @Override
            public void onTruncated(Consumer<?, ?> consumer, LogTruncation truncation) {
                truncations.add(truncation);
            }
        };
        try (KafkaClient client = clientIn(NEAR);
                Consumer<String, String> consumer = Consumer.builder(client)
                        .assign(partition)
                        .startAt(StartAt.earliest())
                        .fetchMaxWait(Duration.ofMillis(100))
                        .rebalanceListener(listener)
                        .keyDeserializer(Deserializers.utf8())
                        .valueDeserializer(Deserializers.utf8())
                        .build()) {

            // when
            assertThat(Polling.values(consumer, 10)).isEqualTo(Polling.numbered(0, 10));
            long askedOfLeader = kafka.proxy(LEADER).seen(Direction.REQUEST, "Fetch");
            long askedOfReplica = kafka.proxy(NEAR).seen(Direction.REQUEST, "Fetch");
            official.produce(partition.topic(), 0, 10, 20);

            // then
            assertThat(Polling.values(consumer, 10)).isEqualTo(Polling.numbered(10, 20));
            assertThat(kafka.proxy(NEAR).seen(Direction.REQUEST, "Fetch")).isGreaterThan(askedOfReplica);
            assertThat(kafka.proxy(LEADER).seen(Direction.REQUEST, "Fetch"))
                    .as("all from the replica")
                    .isEqualTo(askedOfLeader);

            // when
            kafka.broker(NEAR).kill();
            official.produce(partition.topic(), 0, 20, 30);

            // then
            assertThat(Polling.values(consumer, 10)).isEqualTo(Polling.numbered(20, 30));
            assertThat(truncations).isEmpty();
        } finally {
            kafka.broker(NEAR).restart();
        }
    }

    /** Without racks, one would get the first two, and the other the rest. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void should_bring_members_and_replicas_of_one_rack_together_whoever_leads_the_group(boolean oursLeads)
            throws Exception {
        // given
        String topic = topicOn(Map.of(0, List.of(2), 1, List.of(1), 2, List.of(2), 3, List.of(1)));
        String group = "group-of-" + topic;
        try (KafkaClient client = clientIn(1);
                Consumer<byte[], byte[]> ours = Consumer.builder(client)
                        .group(group)
                        .topics(topic)
                        .assignors(PartitionAssignor.range())
                        .heartbeatInterval(Duration.ofMillis(200))
                        .build();
                KafkaConsumer<String, String> theirs = official.consumer(Map.of(
                        "group.id",
                        group,
                        "client.rack",
                        "rack-2",
                        "partition.assignment.strategy",
                        RangeAssignor.class.getName(),
                        "heartbeat.interval.ms",
                        "200"))) {
            theirs.subscribe(List.of(topic));
            while (!oursLeads && theirs.assignment().size() < 4) {
                theirs.poll(Duration.ofMillis(100));
            }
            while (oursLeads && ours.assignment().size() < 4) {
                ours.poll(Duration.ofMillis(100));
            }

            // when, then
            Polling.until(
                    ours,
                    () -> {
                        theirs.poll(Duration.ofMillis(20));
                        return theirs.assignment().size() == 2
                                && ours.assignment()
                                        .equals(Set.of(new TopicPartition(topic, 1), new TopicPartition(topic, 3)));
                    },
                    new ArrayList<>());
            assertThat(theirs.assignment())
                    .extracting(org.apache.kafka.common.TopicPartition::partition)
                    .containsExactlyInAnyOrder(0, 2);
        }
    }
}
