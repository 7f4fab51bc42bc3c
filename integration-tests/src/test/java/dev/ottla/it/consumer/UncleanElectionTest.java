package dev.ottla.it.consumer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.KafkaClient;
import dev.ottla.common.TopicPartition;
import dev.ottla.config.ClientOptions;
import dev.ottla.consumer.Consumer;
import dev.ottla.consumer.ConsumerRecord;
import dev.ottla.consumer.LogTruncation;
import dev.ottla.consumer.RebalanceListener;
import dev.ottla.consumer.StartAt;
import dev.ottla.it.producer.OfficialConsumer;
import dev.ottla.it.scenario.ConsumerTable;
import dev.ottla.producer.Producer;
import dev.ottla.producer.ProducerRecord;
import dev.ottla.producer.RecordMetadata;
import dev.ottla.serialization.Deserializers;
import dev.ottla.serialization.Serializers;
import dev.ottla.testkit.RealBroker;
import dev.ottla.testkit.RealKafka;
import dev.ottla.testkit.RealKafkaTest;
import dev.ottla.testkit.history.History;
import dev.ottla.testkit.history.HistoryChecker;
import dev.ottla.testkit.history.HistoryEvent;
import dev.ottla.testkit.history.Invariant;
import dev.ottla.testkit.history.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Real brokers elect a leader that lacks what a consumer has read already (KIP-320). */
@Tag("failover")
@RealKafkaTest(brokers = 3)
class UncleanElectionTest {
    private static final String READER = "reader";

    private final RealKafka brokers;
    private final TopicPartition partition = new TopicPartition("unclean-" + UUID.randomUUID(), 0);
    private final History history = new History(System::nanoTime);
    private final List<LogTruncation> truncations = new ArrayList<>();

    private final RebalanceListener listener = new RebalanceListener() {
        @Override
        public void onTruncated(Consumer<?, ?> consumer, LogTruncation truncation) {
            truncations.add(truncation);
            history.add(new HistoryEvent.Positioned(READER, READER, partition, truncation.offset()));
        }
    };

    UncleanElectionTest(RealKafka brokers) {
        this.brokers = brokers;
    }

    @Test
    void should_tell_where_the_logs_part_and_read_what_is_there_now() throws Exception {
        RealBroker leader = brokers.broker(2);
        RealBroker follower = brokers.broker(3);
        new OfficialConsumer(brokers)
                .createTopic(
                        partition.topic(),
                        Map.of(0, List.of(leader.id(), follower.id())),
                        Map.of("unclean.leader.election.enable", "true", "min.insync.replicas", "1"));
        try (KafkaClient client = connect();
                Consumer<String, String> consumer = reader(client)) {
            // given what both have, and what the leader has alone
            produce(client, 0, 10);
            read(consumer, 10);
            follower.pause();
            // The follower's last fetch is answered with the first of them, which it finds when it goes on.
            produce(client, 10, 11);
            produce(client, 11, 20);
            read(consumer, 10);

            // when
            leader.kill();
            follower.resume();
            produce(client, 100, 120);

            // then
            assertThat(read(consumer, 20)).isEqualTo(Polling.numbered(100, 120));
            assertThat(truncations).singleElement().satisfies(truncation -> {
                assertThat(truncation.topicPartition()).isEqualTo(partition);
                assertThat(truncation.position()).isEqualTo(20);
                assertThat(truncation.offset()).isBetween(10L, 11L);
            });
        } finally {
            follower.resume();
            if (!leader.isAlive()) {
                leader.start();
                leader.awaitReady();
            }
        }
        judge();
    }

    private Consumer<String, String> reader(KafkaClient client) {
        history.add(new HistoryEvent.Positioned(READER, READER, partition, 0));
        return Consumer.builder(client)
                .assign(partition)
                .startAt(StartAt.earliest())
                .rebalanceListener(listener)
                .keyDeserializer(Deserializers.utf8())
                .valueDeserializer(Deserializers.utf8())
                .build();
    }

    /** Gives up soon on a broker that stands still. */
    private KafkaClient connect() {
        return KafkaClient.connect(ClientOptions.builder()
                .bootstrapServers(brokers.bootstrapServers())
                .requestTimeout(Duration.ofSeconds(2))
                .build());
    }

    /**
     * Returns when all replicas that are in sync have it. Each time by another producer: one whose records are lost is told so,
     * with OUT_OF_ORDER_SEQUENCE_NUMBER.
     */
    private void produce(KafkaClient client, int from, int to) throws Exception {
        try (Producer<String, String> producer = Producer.builder(client)
                .keySerializer(Serializers.utf8())
                .valueSerializer(Serializers.utf8())
                .build()) {
            List<Future<RecordMetadata>> sends = new ArrayList<>();
            for (int i = from; i < to; i++) {
                sends.add(producer.send(ProducerRecord.<String, String>of(partition.topic(), "v" + i)
                        .partition(0)));
            }
            for (Future<RecordMetadata> send : sends) {
                assertThat(send.get(60, TimeUnit.SECONDS)).isNotNull();
            }
        }
    }

    private List<String> read(Consumer<String, String> consumer, int count) {
        List<ConsumerRecord<String, String>> records = Polling.records(consumer, count);
        for (ConsumerRecord<String, String> record : records) {
            history.add(new HistoryEvent.Delivered(READER, READER, partition, record.offset(), record.value(), 0));
            history.add(new HistoryEvent.Done(READER, READER, partition, record.offset()));
        }
        return Polling.values(records);
    }

    /** Not by C1: what was lost was read before. */
    private void judge() throws Exception {
        for (var record : new OfficialConsumer(brokers).read(partition.topic(), 30)) {
            String value = new String(record.value(), UTF_8);
            history.add(new HistoryEvent.LogRecord(partition, record.offset(), value, 0));
        }
        history.add(new HistoryEvent.Settled());
        Verdict verdict = HistoryChecker.of(Invariant.C2, Invariant.C7).check(history);
        ConsumerTable.tell("unclean leader election, the end of the log lost", "UncleanElectionTest", history, verdict);
        assertThat(verdict).matches(Verdict::isGood, "good");
    }
}
