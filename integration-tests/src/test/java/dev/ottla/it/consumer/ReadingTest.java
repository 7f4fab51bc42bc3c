package dev.ottla.it.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.common.Header;
import dev.ottla.common.TimestampType;
import dev.ottla.common.TopicPartition;
import dev.ottla.config.AutoOffsetReset;
import dev.ottla.config.IsolationLevel;
import dev.ottla.consumer.Consumer;
import dev.ottla.consumer.ConsumerBuilder;
import dev.ottla.consumer.ConsumerCursor;
import dev.ottla.consumer.ConsumerRecord;
import dev.ottla.consumer.StartAt;
import dev.ottla.errors.BrokerException;
import dev.ottla.errors.RecordException;
import dev.ottla.serialization.Deserializers;
import dev.ottla.testkit.RealKafka;
import dev.ottla.testkit.RealKafkaTest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("jdk")
@RealKafkaTest
class ReadingTest extends ConnectedTest {

    ReadingTest(RealKafka kafka) {
        super(kafka);
    }

    private ConsumerBuilder<String, String> reader(TopicPartition... partitions) {
        return Consumer.builder(client)
                .assign(partitions)
                .startAt(StartAt.earliest())
                .keyDeserializer(Deserializers.utf8())
                .valueDeserializer(Deserializers.utf8());
    }

    @Test
    void should_look_at_records_where_they_lie() {
        // given
        String topic = official.createTopic(1);
        try (KafkaProducer<String, String> producer = official.producer(Map.of())) {
            ProducerRecord<String, String> full = new ProducerRecord<>(topic, 0, 1_700_000_000_123L, "key", "value");
            full.headers().add("h", new byte[] {1});
            producer.send(full);
            producer.send(new ProducerRecord<>(topic, 0, null, null));
        }

        try (Consumer<String, String> consumer =
                reader(new TopicPartition(topic, 0)).build()) {
            List<ConsumerRecord<String, String>> copies = new ArrayList<>();
            ConsumerCursor<String, String> last;

            // when
            do {
                try (ConsumerCursor<String, String> records = consumer.pollCursor(Duration.ofSeconds(5))) {
                    while (records.next()) {
                        copies.add(records.toRecord());
                        boolean isFirst = records.offset() == 0;
                        assertThat(records.value()).isEqualTo(isFirst ? "value" : null);
                        assertThat(records.valueSlice().isNull()).isEqualTo(!isFirst);
                        assertThat(records.valueSlice().toBytes())
                                .isEqualTo(isFirst ? "value".getBytes(StandardCharsets.UTF_8) : new byte[0]);
                        assertThat(records.keySlice().contentEquals("key".getBytes(StandardCharsets.UTF_8)))
                                .isEqualTo(isFirst);
                        assertThat(records.headerCount()).isEqualTo(isFirst ? 1 : 0);
                    }
                    last = records;
                }
            } while (copies.size() < 2);

            // then
            ConsumerCursor<String, String> closed = last;
            assertThat(copies).extracting(ConsumerRecord::key).containsExactly("key", null);
            assertThat(copies).extracting(ConsumerRecord::offset).containsExactly(0L, 1L);
            assertThat(copies.get(0).timestamp()).isEqualTo(1_700_000_000_123L);
            assertThat(copies.get(0).headers().size()).isEqualTo(1);
            assertThatThrownBy(closed::value)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("closed");
            assertThatThrownBy(() -> closed.valueSlice().byteAt(0)).isInstanceOf(IllegalStateException.class);
            assertThat(consumer.position(new TopicPartition(topic, 0))).hasValue(2L);
        }
    }

    @Test
    void should_read_every_part_of_a_record() {
        // given
        String topic = official.createTopic(1);
        try (KafkaProducer<String, String> producer = official.producer(Map.of())) {
            ProducerRecord<String, String> full = new ProducerRecord<>(topic, 0, 1_700_000_000_123L, "key", "value");
            full.headers()
                    .add("a", "1".getBytes(StandardCharsets.UTF_8))
                    .add("b", null)
                    .add("a", new byte[0]);
            producer.send(full);
            producer.send(new ProducerRecord<>(topic, 0, "gone", null));
            producer.send(new ProducerRecord<>(topic, 0, null, ""));
        }

        // when
        List<ConsumerRecord<String, String>> records;
        try (Consumer<String, String> consumer =
                reader(new TopicPartition(topic, 0)).build()) {
            records = Polling.records(consumer, 3);
        }

        // then
        ConsumerRecord<String, String> full = records.get(0);
        assertThat(full.key()).isEqualTo("key");
        assertThat(full.value()).isEqualTo("value");
        assertThat(full.timestamp()).isEqualTo(1_700_000_000_123L);
        assertThat(full.timestampType()).isEqualTo(TimestampType.CREATE_TIME);
        assertThat(full.leaderEpoch()).hasValue(0);
        assertThat(full.headers().asList())
                .containsExactly(
                        new Header("a", "1".getBytes(StandardCharsets.UTF_8)),
                        new Header("b", null),
                        new Header("a", new byte[0]));
        assertThat(records.get(1).value()).as("a tombstone").isNull();
        assertThat(records.get(2).key()).isNull();
        assertThat(records.get(2).value()).isEmpty();
    }

    private String topicWithTransactions() {
        String topic = official.createTopic(1);
        try (KafkaProducer<String, String> producer =
                official.producer(Map.of("transactional.id", "tx-" + UUID.randomUUID()))) {
            producer.initTransactions();
            for (int transaction = 0; transaction < 6; transaction++) {
                producer.beginTransaction();
                for (int i = 0; i < 10; i++) {
                    producer.send(new ProducerRecord<>(topic, 0, "k", "t" + transaction + "-" + i));
                }
                producer.flush();
                if (transaction % 2 == 0) {
                    producer.commitTransaction();
                } else {
                    producer.abortTransaction();
                }
            }
        }
        return topic;
    }

    @Test
    void should_skip_markers_when_reading_uncommitted() {
        // given
        TopicPartition partition = new TopicPartition(topicWithTransactions(), 0);

        // when
        try (Consumer<String, String> consumer = reader(partition).build()) {
            List<ConsumerRecord<String, String>> records = new ArrayList<>();
            // The broker answers a producer before the last marker is written.
            Polling.until(consumer, () -> consumer.position(partition).orElse(0L) == 66, records);

            // then
            assertThat(records).hasSize(60);
            assertThat(consumer.endOffsets(List.of(partition))).containsEntry(partition, 66L);
        }
    }

    @Test
    void should_skip_what_was_aborted_when_reading_committed() {
        // given
        TopicPartition partition = new TopicPartition(topicWithTransactions(), 0);

        // when
        try (Consumer<String, String> consumer =
                reader(partition).isolationLevel(IsolationLevel.READ_COMMITTED).build()) {
            List<ConsumerRecord<String, String>> records = new ArrayList<>();
            Polling.until(consumer, () -> consumer.position(partition).orElse(0L) == 66, records);

            // then
            assertThat(Polling.values(records)).hasSize(30).allMatch(value -> value.matches("t[024]-\\d"));
        }
    }

    @Test
    void should_begin_where_it_is_told() throws InterruptedException {
        // given
        String topic = official.createTopic(1);
        TopicPartition partition = new TopicPartition(topic, 0);
        try (KafkaProducer<String, String> producer = official.producer(Map.of())) {
            for (int i = 0; i < 10; i++) {
                producer.send(new ProducerRecord<>(topic, 0, 1_700_000_000_000L + i * 1000L, "k", "v" + i));
            }
        }

        // when, then
        assertFirst(reader(partition).startAt(StartAt.offset(4)), "v4");
        assertFirst(reader(partition).startAt(StartAt.timestamp(Instant.ofEpochMilli(1_700_000_006_500L))), "v7");
        assertFirst(reader(partition).startAt(StartAt.earliest()), "v0");
        try (Consumer<String, String> consumer =
                reader(partition).startAt(StartAt.latest()).build()) {
            Polling.until(consumer, () -> consumer.position(partition).isPresent(), new ArrayList<>());
            official.produce(topic, 0, 10, 11);
            assertThat(Polling.values(consumer, 1)).containsExactly("v10");
        }
    }

    private static void assertFirst(ConsumerBuilder<String, String> builder, String value) {
        try (Consumer<String, String> consumer = builder.build()) {
            assertThat(Polling.values(consumer, 1).get(0)).isEqualTo(value);
        }
    }

    @Test
    void should_fail_where_there_is_nowhere_to_begin_until_it_is_told() {
        // given
        TopicPartition partition = new TopicPartition(official.createTopic(1), 0);
        official.produce(partition.topic(), 0, 0, 5);

        try (Consumer<String, String> consumer = Consumer.builder(client)
                .assign(partition)
                .autoOffsetReset(AutoOffsetReset.none())
                .keyDeserializer(Deserializers.utf8())
                .valueDeserializer(Deserializers.utf8())
                .build()) {
            // when, then
            assertThatThrownBy(() -> Polling.values(consumer, 1))
                    .isInstanceOf(BrokerException.class)
                    .hasMessageContaining(partition.toString())
                    .hasMessageContaining("auto.offset.reset");
            consumer.seek(partition, 2);
            assertThat(Polling.values(consumer, 3)).isEqualTo(Polling.numbered(2, 5));
        }
    }

    @Test
    void should_return_nothing_from_before_a_seek() {
        // given
        TopicPartition partition = new TopicPartition(official.createTopic(1), 0);
        official.produce(partition.topic(), 0, 0, 3000);

        try (Consumer<String, String> consumer =
                reader(partition).maxPollRecords(100).build()) {
            for (long offset : new long[] {2500, 7, 1200, 0, 2999}) {
                // when
                consumer.seek(partition, offset);
                List<ConsumerRecord<String, String>> records = Polling.records(consumer, 1);

                // then
                assertThat(records.get(0).offset()).isEqualTo(offset);
            }
            consumer.seekToBeginning(List.of(partition));
            assertThat(Polling.values(consumer, 1).get(0)).isEqualTo("v0");
            consumer.seekToEnd(List.of(partition));
            Polling.until(consumer, () -> consumer.position(partition).orElse(0L) == 3000, new ArrayList<>());
        }
    }

    @Test
    void should_hold_back_a_paused_partition_and_lose_nothing_of_it() {
        // given
        String topic = official.createTopic(2);
        TopicPartition first = new TopicPartition(topic, 0);
        TopicPartition second = new TopicPartition(topic, 1);
        official.produce(topic, 0, 0, 1000);
        official.produce(topic, 1, 0, 1000);

        try (Consumer<String, String> consumer =
                reader(first, second).maxPollRecords(50).build()) {
            List<ConsumerRecord<String, String>> records = Polling.records(consumer, 1);

            // when
            consumer.pause(List.of(first));
            List<ConsumerRecord<String, String>> whilePaused = new ArrayList<>();
            Polling.until(consumer, () -> consumer.position(second).orElse(0L) == 1000, whilePaused);
            consumer.resume(List.of(first));
            List<ConsumerRecord<String, String>> afterwards = new ArrayList<>();
            Polling.until(consumer, () -> consumer.position(first).orElse(0L) == 1000, afterwards);

            // then
            assertThat(whilePaused).allMatch(record -> record.partition() == 1);
            records.addAll(whilePaused);
            records.addAll(afterwards);
            assertThat(records.stream().filter(record -> record.partition() == 0))
                    .extracting(ConsumerRecord::value)
                    .isEqualTo(Polling.numbered(0, 1000));
        }
    }

    @Test
    void should_deliver_a_record_that_is_larger_than_the_limits() {
        // given
        TopicPartition partition = new TopicPartition(official.createTopic(1), 0);
        String large = "x".repeat(300_000);
        try (KafkaProducer<String, String> producer = official.producer(Map.of())) {
            producer.send(new ProducerRecord<>(partition.topic(), 0, "k", "v0"));
            producer.flush();
            producer.send(new ProducerRecord<>(partition.topic(), 0, "k", large));
            producer.flush();
            producer.send(new ProducerRecord<>(partition.topic(), 0, "k", "v2"));
        }

        // when
        List<String> values;
        try (Consumer<String, String> consumer = reader(partition)
                .fetchMaxBytes(dev.ottla.common.ByteSize.kib(1))
                .maxPartitionFetchBytes(dev.ottla.common.ByteSize.kib(1))
                .build()) {
            values = Polling.values(consumer, 3);
        }

        // then
        assertThat(values).containsExactly("v0", large, "v2");
    }

    @Test
    void should_stay_in_front_of_a_record_that_can_not_be_deserialized() {
        // given
        TopicPartition partition = new TopicPartition(official.createTopic(1), 0);
        try (KafkaProducer<String, String> producer = official.producer(Map.of())) {
            for (String value : List.of("12345678", "not eight", "87654321")) {
                producer.send(new ProducerRecord<>(partition.topic(), 0, "k", value));
            }
        }

        try (Consumer<byte[], Long> consumer = Consumer.builder(client)
                .assign(partition)
                .startAt(StartAt.earliest())
                .valueDeserializer(Deserializers.int64())
                .build()) {
            // when, then
            assertThat(Polling.records(consumer, 1)).hasSize(1);
            assertThatThrownBy(() -> Polling.records(consumer, 1))
                    .isInstanceOf(RecordException.class)
                    .hasMessageContaining("offset 1");
            assertThat(consumer.position(partition)).contains(1L);
            consumer.seek(partition, 2);
            assertThat(Polling.records(consumer, 1).get(0).offset()).isEqualTo(2);
        }
    }

    @Test
    void should_reset_when_the_leader_says_that_the_offset_is_gone() throws Exception {
        // given
        TopicPartition partition = new TopicPartition(official.createTopic(1), 0);
        official.produce(partition.topic(), 0, 0, 100);
        try (Admin admin = official.admin()) {
            admin.deleteRecords(Map.of(
                            new org.apache.kafka.common.TopicPartition(partition.topic(), 0),
                            RecordsToDelete.beforeOffset(60)))
                    .all()
                    .get();
        }

        // when
        try (Consumer<String, String> consumer = reader(partition)
                .startAt(StartAt.offset(10))
                .autoOffsetReset(AutoOffsetReset.earliest())
                .build()) {
            // then
            assertThat(Polling.values(consumer, 40)).isEqualTo(Polling.numbered(60, 100));
        }
    }

    @Test
    void should_look_up_offsets() {
        // given
        TopicPartition partition = new TopicPartition(official.createTopic(1), 0);
        try (KafkaProducer<String, String> producer = official.producer(Map.of())) {
            for (int i = 0; i < 10; i++) {
                producer.send(new ProducerRecord<>(partition.topic(), 0, 1_700_000_000_000L + i, "k", "v" + i));
            }
        }

        try (Consumer<String, String> consumer = reader(partition).build()) {
            // when, then
            assertThat(consumer.beginningOffsets(List.of(partition))).containsEntry(partition, 0L);
            assertThat(consumer.endOffsets(List.of(partition))).containsEntry(partition, 10L);
            assertThat(consumer.offsetsForTimes(Map.of(partition, Instant.ofEpochMilli(1_700_000_000_004L))))
                    .hasEntrySatisfying(
                            partition, found -> assertThat(found.offset()).isEqualTo(4));
            assertThat(consumer.offsetsForTimes(Map.of(partition, Instant.ofEpochMilli(1_800_000_000_000L))))
                    .isEmpty();
        }
    }

    @Test
    void should_end_a_poll_that_waits_when_closed() throws Exception {
        // given
        TopicPartition partition = new TopicPartition(official.createTopic(1), 0);
        Consumer<String, String> consumer = reader(partition).build();
        var polling = java.util.concurrent.CompletableFuture.supplyAsync(() -> consumer.poll(Duration.ofMinutes(5)));

        // when
        consumer.close();

        // then
        assertThatThrownBy(() -> polling.get(10, java.util.concurrent.TimeUnit.SECONDS))
                .hasCauseInstanceOf(dev.ottla.errors.ClosedException.class);
        assertThatThrownBy(consumer::assignment).isInstanceOf(dev.ottla.errors.ClosedException.class);
    }

    @Test
    void should_return_from_a_poll_that_waits_when_woken() throws Exception {
        // given
        TopicPartition partition = new TopicPartition(official.createTopic(1), 0);
        try (Consumer<String, String> consumer = reader(partition).build()) {
            var polling =
                    java.util.concurrent.CompletableFuture.supplyAsync(() -> consumer.poll(Duration.ofMinutes(5)));

            // when
            consumer.wakeup();

            // then
            assertThat(polling.get(10, java.util.concurrent.TimeUnit.SECONDS)).isEmpty();
        }
    }
}
