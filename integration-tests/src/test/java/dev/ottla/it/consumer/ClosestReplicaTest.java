package dev.ottla.it.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.KafkaClient;
import dev.ottla.common.TopicPartition;
import dev.ottla.config.ClientOptions;
import dev.ottla.consumer.Consumer;
import dev.ottla.consumer.LogTruncation;
import dev.ottla.consumer.RebalanceListener;
import dev.ottla.consumer.StartAt;
import dev.ottla.serialization.Deserializers;
import dev.ottla.testkit.RealKafka;
import dev.ottla.testkit.fault.Direction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;

/** Reading from the replica in the client's rack, on brokers in three racks. */
class ClosestReplicaTest {
    private static final int LEADER = 1;
    private static final int NEAR = 2;

    private static RealKafka brokersInThreeRacks() {
        RealKafka.Builder brokers = RealKafka.builder()
                .brokers(3)
                .behindProxies()
                .config("replica.selector.class", "org.apache.kafka.common.replica.RackAwareReplicaSelector");
        for (int id = 1; id <= 3; id++) {
            brokers.brokerConfig(id, "broker.rack", "rack-" + id);
        }
        return brokers.start();
    }

    private static TopicPartition topicLedBy(OfficialClient official, Integer... replicas) throws Exception {
        String topic = "near-" + UUID.randomUUID();
        try (Admin admin = official.admin()) {
            admin.createTopics(List.of(new NewTopic(topic, Map.of(0, List.of(replicas)))))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
        return new TopicPartition(topic, 0);
    }

    @Test
    void should_read_from_the_replica_nearby_and_from_the_leader_when_that_is_gone() throws Exception {
        try (RealKafka kafka = brokersInThreeRacks()) {
            // given
            OfficialClient official = new OfficialClient(kafka);
            TopicPartition partition = topicLedBy(official, LEADER, NEAR, 3);
            official.produce(partition.topic(), 0, 0, 10);
            List<LogTruncation> truncations = new ArrayList<>();
            RebalanceListener listener = new RebalanceListener() {
                @Override
                public void onTruncated(Consumer<?, ?> consumer, LogTruncation truncation) {
                    truncations.add(truncation);
                }
            };
            try (KafkaClient client = KafkaClient.connect(ClientOptions.builder()
                            .bootstrapServers(kafka.bootstrapServers())
                            .clientRack("rack-" + NEAR)
                            .build());
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
                official.produce(partition.topic(), 0, 10, 20);

                // then
                assertThat(Polling.values(consumer, 10)).isEqualTo(Polling.numbered(10, 20));
                assertThat(kafka.proxy(NEAR).seen(Direction.REQUEST, "Fetch")).isPositive();
                assertThat(kafka.proxy(LEADER).seen(Direction.REQUEST, "Fetch"))
                        .as("all from the replica")
                        .isEqualTo(askedOfLeader);

                // when
                kafka.broker(NEAR).kill();
                official.produce(partition.topic(), 0, 20, 30);

                // then
                assertThat(Polling.values(consumer, 10)).isEqualTo(Polling.numbered(20, 30));
                assertThat(truncations).isEmpty();
            }
        }
    }
}
