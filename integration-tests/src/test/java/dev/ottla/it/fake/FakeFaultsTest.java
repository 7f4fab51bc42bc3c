package dev.ottla.it.fake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.ottla.KafkaClient;
import dev.ottla.common.TopicPartition;
import dev.ottla.consumer.Consumer;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.KafkaException;
import dev.ottla.producer.Producer;
import dev.ottla.producer.ProducerRecord;
import dev.ottla.producer.RecordMetadata;
import dev.ottla.testkit.FakeKafka;
import dev.ottla.testkit.FakeRecord;
import dev.ottla.testkit.KafkaApi;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What can be made to happen in the in-memory cluster, and how Ottla gets along with it. */
@Timeout(300)
class FakeFaultsTest {
    private static final TopicPartition FIRST = new TopicPartition("orders", 0);
    private static final TopicPartition SECOND = new TopicPartition("orders", 1);

    private FakeKafka fake;
    private KafkaClient kafka;
    private Producer<String, String> producer;

    @BeforeEach
    void start() {
        fake = FakeKafka.builder().brokers(3).topic("orders", 2).start();
        kafka = KafkaClient.connect(fake.bootstrapServers());
        producer = OttlaOnFakeKafkaTest.producer(kafka);
    }

    @AfterEach
    void close() {
        producer.close();
        kafka.close();
        fake.close();
    }

    @Test
    void should_write_once_after_refusals() {
        fake.failNext(KafkaApi.PRODUCE, FIRST, ErrorCode.NOT_LEADER_OR_FOLLOWER, 2);
        fake.failNext(KafkaApi.INIT_PRODUCER_ID, ErrorCode.COORDINATOR_LOAD_IN_PROGRESS, 1);
        fake.failNext(KafkaApi.METADATA, FIRST, ErrorCode.LEADER_NOT_AVAILABLE, 1);

        send(FIRST, "a");

        assertHas(FIRST, "a");
    }

    @Test
    void should_refuse_the_records_of_one_partition() {
        fake.failNext(KafkaApi.PRODUCE, FIRST, ErrorCode.INVALID_RECORD, 1);

        assertThatThrownBy(() -> send(FIRST, "a")).isInstanceOf(KafkaException.class);
        send(SECOND, "b");

        assertThat(fake.records(FIRST)).isEmpty();
        assertHas(SECOND, "b");
    }

    @Test
    void should_say_that_the_batch_was_not_replicated_and_append_it() {
        fake.failNext(KafkaApi.PRODUCE, FIRST, ErrorCode.NOT_ENOUGH_REPLICAS_AFTER_APPEND, 1);

        RecordMetadata metadata = send(FIRST, "a");

        assertThat(metadata.offset()).isZero();
        assertHas(FIRST, "a");
    }

    @Test
    void should_hold_back_answers_of_one_partition() throws Exception {
        send(FIRST, "a");
        fake.delayNext(KafkaApi.PRODUCE, FIRST, Duration.ofSeconds(20), 1);

        CompletableFuture<RecordMetadata> late = producer.send(record(FIRST, "b"));
        if (fake.leader(FIRST) != fake.leader(SECOND)) {
            send(SECOND, "c");
        }

        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertHas(FIRST, "a", "b"));
        assertThat(late).isNotDone();
        fake.brokerDown(fake.leader(FIRST));
        assertThat(late.get(30, TimeUnit.SECONDS).offset()).isEqualTo(1);
    }

    @Test
    void should_write_once_when_connections_close_before_or_after_the_work() {
        fake.disconnectNext(KafkaApi.PRODUCE, false, 1);
        send(FIRST, "a");
        fake.disconnectNext(KafkaApi.PRODUCE, true, 1);
        send(FIRST, "b");

        assertHas(FIRST, "a", "b");
    }

    @Test
    void should_follow_the_leader() {
        for (int i = 0; i < 6; i++) {
            fake.moveLeader(FIRST, fake.leader(FIRST) % 3 + 1);

            assertThat(send(FIRST, "v" + i).offset()).isEqualTo(i);
        }
    }

    @Test
    void should_go_on_while_brokers_go_down_and_come_back() {
        for (int i = 0; i < 6; i++) {
            int leader = fake.leader(FIRST);
            fake.brokerDown(leader);

            assertThat(send(FIRST, "v" + i).offset()).isEqualTo(i);
            fake.brokerUp(leader);
        }
    }

    @Test
    void should_read_and_commit_on_after_the_coordinator_has_moved() {
        send(FIRST, "a");
        try (Consumer<String, String> consumer = OttlaOnFakeKafkaTest.consumer(kafka)) {
            assertThat(OttlaOnFakeKafkaTest.poll(consumer, 1)).containsExactly("a");

            fake.moveCoordinator("billing", fake.coordinator("billing") % 3 + 1);
            consumer.commit();
            fake.failNext(KafkaApi.OFFSET_COMMIT, FIRST, ErrorCode.COORDINATOR_LOAD_IN_PROGRESS, 1);
            send(FIRST, "b");
            assertThat(OttlaOnFakeKafkaTest.poll(consumer, 1)).containsExactly("b");
            consumer.commit();
            fake.brokerDown(fake.coordinator("billing"));
            send(FIRST, "c");
            assertThat(OttlaOnFakeKafkaTest.poll(consumer, 1)).containsExactly("c");
        }
    }

    @Test
    void should_write_to_the_topic_that_was_recreated() {
        send(FIRST, "a");
        fake.recreateTopic("orders");

        assertThat(send(FIRST, "b").offset()).isZero();

        assertHas(FIRST, "b");
    }

    @Test
    void should_go_on_after_the_producer_id_has_expired() {
        send(FIRST, "a");
        fake.expireProducerIds();
        send(FIRST, "b");
        fake.failNext(KafkaApi.PRODUCE, FIRST, ErrorCode.UNKNOWN_PRODUCER_ID, 1);
        send(FIRST, "c");

        assertHas(FIRST, "a", "b", "c");
    }

    @Test
    void should_let_no_fault_happen_that_was_cleared() {
        fake.failNext(KafkaApi.PRODUCE, ErrorCode.INVALID_RECORD, 100);
        fake.clearFaults();

        assertThat(send(FIRST, "a").offset()).isZero();
    }

    private RecordMetadata send(TopicPartition partition, String value) {
        return producer.sendSync(record(partition, value));
    }

    private static ProducerRecord<String, String> record(TopicPartition partition, String value) {
        return ProducerRecord.of(partition.topic(), "key", value).partition(partition.partition());
    }

    private void assertHas(TopicPartition partition, String... values) {
        assertThat(fake.records(partition)).extracting(FakeRecord::valueText).containsExactly(values);
    }
}
