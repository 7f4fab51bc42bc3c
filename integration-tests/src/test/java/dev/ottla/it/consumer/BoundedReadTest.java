package dev.ottla.it.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ottla.common.TopicPartition;
import dev.ottla.config.IsolationLevel;
import dev.ottla.consumer.Consumer;
import dev.ottla.consumer.ConsumerRecord;
import dev.ottla.consumer.StartAt;
import dev.ottla.serialization.Deserializers;
import dev.ottla.testkit.RealKafka;
import dev.ottla.testkit.RealKafkaTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Reading up to now in logs that do not end with a record, as a real broker keeps them. */
@RealKafkaTest
class BoundedReadTest extends ConnectedTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int SOME = 5;

    private TopicPartition partition;

    BoundedReadTest(RealKafka kafka) {
        super(kafka);
    }

    private void createTopic(Map<String, String> config) {
        partition = new TopicPartition(official.createTopic(1, config), 0);
    }

    private Consumer<byte[], String> reader(IsolationLevel isolation) {
        return Consumer.builder(client)
                .assign(partition)
                .startAt(StartAt.earliest())
                .isolationLevel(isolation)
                .valueDeserializer(Deserializers.utf8())
                .build();
    }

    private static List<String> upToNow(Consumer<byte[], String> consumer) {
        List<String> values = new ArrayList<>();
        for (ConsumerRecord<byte[], String> record : consumer.readToEnd()) {
            values.add(record.value());
        }
        return values;
    }

    private KafkaProducer<String, String> transactional() {
        KafkaProducer<String, String> producer =
                official.producer(Map.of("transactional.id", "id-" + UUID.randomUUID()));
        producer.initTransactions();
        return producer;
    }

    private void send(KafkaProducer<String, String> producer, int from, int to) {
        for (int i = from; i < to; i++) {
            producer.send(new ProducerRecord<>(partition.topic(), 0, "k" + i, "v" + i));
        }
        producer.flush();
    }

    /** Markers are written after the producer was told that its transaction has ended. */
    private void awaitEndOfCommitted(long end) {
        var its = new org.apache.kafka.common.TopicPartition(partition.topic(), partition.partition());
        try (KafkaConsumer<String, String> consumer = official.consumer(Map.of("isolation.level", "read_committed"))) {
            await().atMost(PATIENCE)
                    .until(() -> consumer.endOffsets(List.of(its)).get(its) == end);
        }
    }

    @ParameterizedTest
    @EnumSource
    void should_end_behind_the_marker_of_an_aborted_transaction(IsolationLevel isolation) {
        // given
        createTopic(Map.of());
        official.produce(partition.topic(), 0, 0, SOME);
        try (KafkaProducer<String, String> producer = transactional()) {
            producer.beginTransaction();
            send(producer, SOME, 2 * SOME);
            producer.abortTransaction();
        }
        awaitEndOfCommitted(2 * SOME + 1);

        // when
        try (Consumer<byte[], String> consumer = reader(isolation)) {
            List<String> values = upToNow(consumer);

            // then
            int seen = isolation == IsolationLevel.READ_COMMITTED ? SOME : 2 * SOME;
            assertThat(values).isEqualTo(Polling.numbered(0, seen));
            assertThat(consumer.position(partition)).hasValue(2L * SOME + 1);
            assertThat(upToNow(consumer)).isEmpty();
        }
    }

    @Test
    void should_stop_in_front_of_an_open_transaction_and_go_on_when_it_is_committed() {
        // given
        createTopic(Map.of());
        official.produce(partition.topic(), 0, 0, SOME);
        try (KafkaProducer<String, String> producer = transactional();
                Consumer<byte[], String> consumer = reader(IsolationLevel.READ_COMMITTED)) {
            producer.beginTransaction();
            send(producer, SOME, 2 * SOME);
            official.produce(partition.topic(), 0, 2 * SOME, 3 * SOME);

            // when
            List<String> whileOpen = upToNow(consumer);

            // then
            assertThat(whileOpen).isEqualTo(Polling.numbered(0, SOME));
            assertThat(consumer.position(partition)).hasValue((long) SOME);
            producer.commitTransaction();
            awaitEndOfCommitted(3 * SOME + 1);
            assertThat(upToNow(consumer)).isEqualTo(Polling.numbered(SOME, 3 * SOME));
        }
    }

    @ParameterizedTest
    @EnumSource
    void should_end_behind_records_that_compaction_has_removed(IsolationLevel isolation) throws Exception {
        // given
        createTopic(Map.of("cleanup.policy", "compact", "segment.ms", "1", "min.cleanable.dirty.ratio", "0.001"));
        try (KafkaProducer<String, String> producer = transactional()) {
            writeToBeCompacted(producer);
        }
        long end = 3L * SOME + 3;
        setCleanerBackoff(OpType.SET);
        try {
            await().atMost(PATIENCE).until(() -> officialCount() == SOME);
        } finally {
            setCleanerBackoff(OpType.DELETE);
        }

        // when
        try (Consumer<byte[], String> consumer = reader(isolation)) {
            List<String> values = upToNow(consumer);

            // then
            assertThat(values).isEqualTo(Polling.numbered(SOME, 2 * SOME));
            assertThat(consumer.position(partition)).hasValue(end);
            assertThat(upToNow(consumer)).isEmpty();
        }
    }

    /**
     * Values 0 to 4 under the keys that 5 to 9 take over, and 10 to 14 in a transaction that is aborted. Every batch gets a file
     * of its own; the last one, which is never compacted, has the marker alone.
     */
    private void writeToBeCompacted(KafkaProducer<String, String> producer) throws Exception {
        for (int round = 0; round < 3; round++) {
            producer.beginTransaction();
            for (int i = round * SOME; i < (round + 1) * SOME; i++) {
                producer.send(new ProducerRecord<>(partition.topic(), 0, "k" + i % SOME, "v" + i))
                        .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            }
            // What comes next begins a file, since the last one is older than segment.ms.
            await().pollDelay(Duration.ofMillis(20)).until(() -> true);
            if (round < 2) {
                producer.commitTransaction();
            } else {
                producer.abortTransaction();
            }
        }
    }

    /** How long the cleaner rests when it has found nothing to do, 15 s if it is not told. */
    private void setCleanerBackoff(OpType how) throws Exception {
        ConfigResource allBrokers = new ConfigResource(ConfigResource.Type.BROKER, "");
        ConfigEntry backoff = new ConfigEntry("log.cleaner.backoff.ms", "100");
        try (Admin admin = official.admin()) {
            admin.incrementalAlterConfigs(Map.of(allBrokers, List.of(new AlterConfigOp(backoff, how))))
                    .all()
                    .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    /** How many records are left in the log, those of aborted transactions too. */
    private int officialCount() {
        try (KafkaConsumer<String, String> consumer = official.consumer(Map.of())) {
            var its = new org.apache.kafka.common.TopicPartition(partition.topic(), partition.partition());
            consumer.assign(List.of(its));
            consumer.seekToBeginning(List.of(its));
            long end = consumer.endOffsets(List.of(its)).get(its);
            int count = 0;
            while (consumer.position(its) < end) {
                count += consumer.poll(Duration.ofMillis(200)).count();
            }
            return count;
        }
    }
}
