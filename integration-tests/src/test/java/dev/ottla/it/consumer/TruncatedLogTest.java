package dev.ottla.it.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.KafkaClient;
import dev.ottla.common.OffsetAndMetadata;
import dev.ottla.common.TopicPartition;
import dev.ottla.config.AutoOffsetReset;
import dev.ottla.consumer.Consumer;
import dev.ottla.consumer.ConsumerBuilder;
import dev.ottla.consumer.LogTruncation;
import dev.ottla.consumer.Ordering;
import dev.ottla.consumer.Processor;
import dev.ottla.consumer.RebalanceListener;
import dev.ottla.consumer.StartAt;
import dev.ottla.errors.LogTruncatedException;
import dev.ottla.serialization.Deserializers;
import dev.ottla.testkit.FakeKafka;
import dev.ottla.testkit.RealKafka;
import dev.ottla.testkit.RealKafkaTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Readers of a log whose end is lost. */
@RealKafkaTest
class TruncatedLogTest {
    private static final String TOPIC = "orders";
    private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final List<LogTruncation> truncations = new ArrayList<>();

    private final RebalanceListener listener = new RebalanceListener() {
        @Override
        public void onTruncated(Consumer<?, ?> consumer, LogTruncation truncation) {
            truncations.add(truncation);
        }
    };

    private ConsumerBuilder<String, String> reader(KafkaClient client, TopicPartition partition) {
        return Consumer.builder(client)
                .assign(partition)
                .startAt(StartAt.earliest())
                .rebalanceListener(listener)
                .keyDeserializer(Deserializers.utf8())
                .valueDeserializer(Deserializers.utf8());
    }

    /** A log is cut between batches. */
    private static void produceTenInTwoBatches(OfficialClient official) {
        official.produce(TOPIC, 0, 0, 6);
        official.produce(TOPIC, 0, 6, 10);
    }

    @Test
    void should_read_what_took_the_place_of_the_lost_records() {
        try (FakeKafka fake = FakeKafka.builder().brokers(3).topic(TOPIC, 1).start();
                KafkaClient client = KafkaClient.connect(fake.bootstrapServers());
                Consumer<String, String> consumer = reader(client, PARTITION).build()) {
            // given
            OfficialClient official = new OfficialClient(fake.bootstrapServers());
            produceTenInTwoBatches(official);
            assertThat(Polling.values(consumer, 10)).isEqualTo(Polling.numbered(0, 10));

            // when, and the new leader's log is longer than the position by the time that it is asked
            fake.truncate(PARTITION, fake.leader(PARTITION) % 3 + 1, 6);
            official.produce(TOPIC, 0, 100, 120);

            // then
            assertThat(Polling.values(consumer, 20)).isEqualTo(Polling.numbered(100, 120));
            assertThat(truncations).containsExactly(new LogTruncation(PARTITION, 10, 6));
        }
    }

    @Test
    void should_see_at_the_committed_offset_that_the_log_was_truncated_while_nobody_read() {
        try (FakeKafka fake = FakeKafka.builder().brokers(3).topic(TOPIC, 1).start();
                KafkaClient client = KafkaClient.connect(fake.bootstrapServers())) {
            // given
            OfficialClient official = new OfficialClient(fake.bootstrapServers());
            produceTenInTwoBatches(official);
            try (Consumer<String, String> consumer =
                    reader(client, PARTITION).group("g").build()) {
                assertThat(Polling.values(consumer, 10)).hasSize(10);
                consumer.commit();
            }

            // when
            fake.truncate(PARTITION, fake.leader(PARTITION) % 3 + 1, 6);
            official.produce(TOPIC, 0, 100, 120);

            // then
            try (Consumer<String, String> consumer =
                    reader(client, PARTITION).group("g").build()) {
                assertThat(Polling.values(consumer, 20)).isEqualTo(Polling.numbered(100, 120));
                assertThat(truncations).containsExactly(new LogTruncation(PARTITION, 10, 6));
            }
        }
    }

    @Test
    void should_leave_the_choice_to_the_application_if_it_must_not_reset() {
        try (FakeKafka fake = FakeKafka.builder().brokers(3).topic(TOPIC, 1).start();
                KafkaClient client = KafkaClient.connect(fake.bootstrapServers());
                Consumer<String, String> consumer = reader(client, PARTITION)
                        .autoOffsetReset(AutoOffsetReset.none())
                        .build()) {
            // given
            OfficialClient official = new OfficialClient(fake.bootstrapServers());
            produceTenInTwoBatches(official);
            assertThat(Polling.values(consumer, 10)).hasSize(10);

            // when
            fake.truncate(PARTITION, fake.leader(PARTITION) % 3 + 1, 6);

            // then
            assertThatThrownBy(() -> Polling.records(consumer, 1))
                    .isInstanceOfSatisfying(
                            LogTruncatedException.class,
                            truncated -> assertThat(truncated.offset()).isEqualTo(6));
            consumer.seek(PARTITION, 4);
            assertThat(Polling.values(consumer, 2)).containsExactly("v4", "v5");
        }
    }

    @Test
    void should_handle_again_what_was_open_when_the_log_was_truncated() throws Exception {
        try (FakeKafka fake = FakeKafka.builder().brokers(3).topic(TOPIC, 1).start();
                KafkaClient client = KafkaClient.connect(fake.bootstrapServers())) {
            // given a handler that is stuck at the second record
            OfficialClient official = new OfficialClient(fake.bootstrapServers());
            produceTenInTwoBatches(official);
            ConcurrentLinkedQueue<String> handled = new ConcurrentLinkedQueue<>();
            AtomicInteger atOnce = new AtomicInteger();
            AtomicInteger atOnceMax = new AtomicInteger();
            CountDownLatch go = new CountDownLatch(1);
            CountDownLatch stuck = new CountDownLatch(1);
            try (Processor processor = reader(client, PARTITION)
                    .group("g")
                    .autoCommitInterval(Duration.ofMillis(100))
                    .processor()
                    .ordering(Ordering.PARTITION)
                    .start(record -> {
                        atOnceMax.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
                        if (record.value().equals("v1")) {
                            stuck.countDown();
                            go.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                        }
                        handled.add(record.value());
                        atOnce.decrementAndGet();
                    })) {
                assertThat(stuck.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
                Awaitility.await().atMost(PATIENCE).until(() -> processor.openRecords() == 9);

                // when
                fake.truncate(PARTITION, fake.leader(PARTITION) % 3 + 1, 6);
                official.produce(TOPIC, 0, 100, 105);
                Awaitility.await().atMost(PATIENCE).until(() -> processor.openRecords() == 10);
                go.countDown();

                // then
                Awaitility.await().atMost(PATIENCE).until(() -> processor.openRecords() == 0);
                assertThat(handled)
                        .as("none of those before the end is left out, of those that are gone none is handled")
                        .contains("v1", "v2", "v3", "v4", "v5", "v100", "v104")
                        .doesNotContain("v6", "v9");
                assertThat(atOnceMax).as("one after the other all the time").hasValue(1);
            }
        }
    }

    @Test
    void should_be_told_by_a_real_broker_that_its_log_ends_before_the_position(RealKafka kafka) {
        // given
        OfficialClient official = new OfficialClient(kafka);
        TopicPartition partition = new TopicPartition(official.createTopic(1), 0);
        official.produce(partition.topic(), 0, 0, 10);
        try (KafkaClient client = KafkaClient.connect(kafka.bootstrapServers());
                Consumer<String, String> consumer = reader(client, partition).build()) {
            // when, as if 20 records of this epoch had been read
            consumer.seek(partition, new OffsetAndMetadata(20, OptionalInt.of(0), ""));
            Polling.until(consumer, () -> !truncations.isEmpty(), new ArrayList<>());
            official.produce(partition.topic(), 0, 10, 15);

            // then
            assertThat(truncations).containsExactly(new LogTruncation(partition, 20, 10));
            assertThat(Polling.values(consumer, 5)).isEqualTo(Polling.numbered(10, 15));
        }
    }
}
