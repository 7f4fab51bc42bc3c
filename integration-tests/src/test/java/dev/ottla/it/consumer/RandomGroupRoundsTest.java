package dev.ottla.it.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.KafkaClient;
import dev.ottla.common.TopicPartition;
import dev.ottla.consumer.Consumer;
import dev.ottla.consumer.RebalanceListener;
import dev.ottla.serialization.Deserializers;
import dev.ottla.testkit.RealKafka;
import dev.ottla.testkit.RealKafkaTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Members come and go at random while records are written: no partition has two owners at a time, every record is read, and,
 * because each member commits what it has read before it lets go, none is read twice.
 */
@RealKafkaTest
class RandomGroupRoundsTest {
    private static final int PARTITIONS = 7;

    /** For each way; more with {@code -Dottla.group.rounds}. */
    private static final int ROUNDS = Integer.getInteger("ottla.group.rounds", 12);

    private static final int MEMBERS_MAX = 4;

    private final RealKafka kafka;
    private final OfficialClient official;

    /** Who owns each partition, as the members were told. */
    private final Map<TopicPartition, Member> owners = new HashMap<>();

    private final List<String> values = new ArrayList<>();

    RandomGroupRoundsTest(RealKafka kafka) {
        this.kafka = kafka;
        this.official = new OfficialClient(kafka);
    }

    /** All members are polled by the test's thread in turn, so what one is told happens before what the next one is. */
    private final class Member implements RebalanceListener {
        private final Consumer<String, String> consumer;

        Member(KafkaClient client, String topic, Map<String, String> config) {
            consumer = Consumer.builder(client)
                    .config(config)
                    .topics(topic)
                    .keyDeserializer(Deserializers.utf8())
                    .valueDeserializer(Deserializers.utf8())
                    .rebalanceListener(this)
                    .build();
        }

        @Override
        public void onAssigned(Consumer<?, ?> same, Set<TopicPartition> partitions) {
            for (TopicPartition partition : partitions) {
                assertThat(owners.put(partition, this))
                        .as("owner of %s", partition)
                        .isNull();
            }
        }

        @Override
        public void onRevoking(Consumer<?, ?> same, Set<TopicPartition> partitions, Duration remaining) {
            same.commit();
            partitions.forEach(partition -> assertThat(owners.remove(partition))
                    .as("owner of %s", partition)
                    .isSameAs(this));
        }

        @Override
        public void onLost(Consumer<?, ?> same, Set<TopicPartition> partitions) {
            throw new AssertionError("lost " + partitions);
        }

        void poll() {
            consumer.poll(Duration.ofMillis(10)).forEach(record -> {
                assertThat(owners.get(record.topicPartition())).isSameAs(this);
                values.add(record.value());
            });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"range", "sticky", "cooperative-sticky", "consumer"})
    void should_read_everything_once_and_never_share_a_partition(String way) {
        // given
        Random random = new Random(way.hashCode());
        String topic = official.createTopic(PARTITIONS);
        Map<String, String> config = config(way);
        List<Member> members = new ArrayList<>();
        int written = 0;
        try (KafkaClient client = KafkaClient.connect(kafka.bootstrapServers());
                KafkaProducer<String, String> producer = official.producer(Map.of())) {
            // when
            for (int round = 0; round < ROUNDS; round++) {
                if (members.size() < 2 || (members.size() < MEMBERS_MAX && random.nextBoolean())) {
                    members.add(new Member(client, topic, config));
                } else {
                    members.remove(random.nextInt(members.size())).consumer.close();
                }
                for (int i = 0; i < 20; i++) {
                    producer.send(new ProducerRecord<>(topic, written % PARTITIONS, "k", "v" + written++));
                }
                for (int i = random.nextInt(25); i >= 0; i--) {
                    members.forEach(Member::poll);
                }
            }
            producer.flush();
            long deadlineNanos = System.nanoTime() + Duration.ofSeconds(40).toNanos();
            while (values.size() < written && System.nanoTime() - deadlineNanos < 0) {
                members.forEach(Member::poll);
            }
            members.forEach(member -> member.consumer.close());
        }

        // then
        assertThat(values).hasSize(written);
        assertThat(new HashSet<>(values)).isEqualTo(new HashSet<>(Polling.numbered(0, written)));
    }

    private static Map<String, String> config(String way) {
        Map<String, String> config = new HashMap<>();
        config.put("group.id", "g-" + UUID.randomUUID());
        config.put("auto.offset.reset", "earliest");
        config.put("enable.auto.commit", "false");
        if (way.equals("consumer")) {
            config.put("group.protocol", "consumer");
        } else {
            config.put("partition.assignment.strategy", way);
            config.put("heartbeat.interval.ms", "50");
        }
        return config;
    }
}
