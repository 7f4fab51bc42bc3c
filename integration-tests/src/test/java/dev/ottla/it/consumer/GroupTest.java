package dev.ottla.it.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.ottla.KafkaClient;
import dev.ottla.common.OffsetAndMetadata;
import dev.ottla.common.TopicPartition;
import dev.ottla.config.AutoOffsetReset;
import dev.ottla.consumer.Consumer;
import dev.ottla.consumer.ConsumerBuilder;
import dev.ottla.consumer.ConsumerRecord;
import dev.ottla.consumer.RebalanceListener;
import dev.ottla.consumer.Records;
import dev.ottla.errors.BrokerException;
import dev.ottla.errors.KafkaException;
import dev.ottla.serialization.Deserializers;
import dev.ottla.testkit.RealKafka;
import dev.ottla.testkit.RealKafkaTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("jdk")
@RealKafkaTest
class GroupTest extends ConnectedTest {
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private final String group = "g-" + UUID.randomUUID();

    GroupTest(RealKafka kafka) {
        super(kafka);
    }

    private ConsumerBuilder<String, String> member(String topic) {
        return Consumer.builder(client)
                .group(group)
                .topics(topic)
                .autoOffsetReset(AutoOffsetReset.earliest())
                .enableAutoCommit(false)
                .heartbeatInterval(Duration.ofMillis(200))
                .keyDeserializer(Deserializers.utf8())
                .valueDeserializer(Deserializers.utf8());
    }

    @Test
    void should_read_all_partitions_alone_and_go_on_after_its_commit() {
        // given
        String topic = official.createTopic(3);
        for (int partition = 0; partition < 3; partition++) {
            official.produce(topic, partition, partition * 100, partition * 100 + 100);
        }

        // when
        List<String> first;
        try (Consumer<String, String> consumer =
                member(topic).maxPollRecords(40).build()) {
            first = Polling.values(consumer, 150);
            consumer.commit();
            assertThat(consumer.committed(consumer.assignment()).values().stream()
                            .mapToLong(OffsetAndMetadata::offset)
                            .sum())
                    .isEqualTo(first.size());
        }
        List<String> second;
        try (Consumer<String, String> consumer = member(topic).build()) {
            second = Polling.values(consumer, 300 - first.size());
        }

        // then
        List<String> all = new ArrayList<>(first);
        all.addAll(second);
        assertThat(all).containsExactlyInAnyOrderElementsOf(Polling.numbered(0, 300));
    }

    /** Polls on a thread of its own until it is closed, and commits what it has read whenever it loses partitions. */
    private final class Worker implements RebalanceListener {
        final Consumer<String, String> consumer;
        final ConcurrentLinkedQueue<String> values;
        final CompletableFuture<Void> running;
        volatile boolean stopped;

        /** What could not be committed on the way out comes again. */
        volatile boolean mayRepeat;

        Worker(String topic, ConcurrentLinkedQueue<String> values) {
            this.values = values;
            this.consumer =
                    member(topic).maxPollRecords(20).rebalanceListener(this).build();
            this.running = CompletableFuture.runAsync(this::run, task -> new Thread(task, "worker").start());
        }

        private void run() {
            try (consumer) {
                while (!stopped) {
                    Records<String, String> records = consumer.poll(Duration.ofMillis(100));
                    records.forEach(record -> values.add(record.value()));
                }
            }
        }

        @Override
        public void onRevoking(Consumer<?, ?> same, Set<TopicPartition> partitions, Duration remaining) {
            try {
                same.commit();
            } catch (KafkaException e) {
                mayRepeat = true;
            }
        }

        @Override
        public void onLost(Consumer<?, ?> same, Set<TopicPartition> partitions) {
            mayRepeat = true;
        }

        void stop() throws Exception {
            stopped = true;
            running.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    @Test
    void should_hand_partitions_over_without_loss_or_duplicates_when_members_come_and_go() throws Exception {
        // given
        String topic = official.createTopic(6);
        ConcurrentLinkedQueue<String> values = new ConcurrentLinkedQueue<>();
        CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
            for (int i = 0; i < 120; i++) {
                official.produce(topic, i % 6, i * 50, i * 50 + 50);
            }
        });

        // when
        List<Worker> workers = new ArrayList<>();
        workers.add(new Worker(topic, values));
        await().atMost(PATIENCE).until(() -> values.size() > 500);
        workers.add(new Worker(topic, values));
        await().atMost(PATIENCE)
                .until(() -> workers.stream()
                        .allMatch(worker -> worker.consumer.assignment().size() == 3));
        workers.add(new Worker(topic, values));
        await().atMost(PATIENCE)
                .until(() -> workers.stream()
                        .allMatch(worker -> worker.consumer.assignment().size() == 2));
        Worker leaving = workers.remove(0);
        leaving.stop();
        await().atMost(PATIENCE)
                .until(() -> workers.stream()
                        .allMatch(worker -> worker.consumer.assignment().size() == 3));
        writing.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        await().atMost(PATIENCE).until(() -> new HashSet<>(values).size() >= 6000);
        for (Worker worker : workers) {
            worker.stop();
        }

        // then
        assertThat(new HashSet<>(values)).isEqualTo(new HashSet<>(Polling.numbered(0, 6000)));
        if (!leaving.mayRepeat && workers.stream().noneMatch(worker -> worker.mayRepeat)) {
            assertThat(values).doesNotHaveDuplicates();
        }
    }

    @Test
    void should_share_a_group_with_kafka_clients() {
        // given
        String topic = official.createTopic(5);
        Map<String, String> config = Map.of(
                "group.id", group,
                "auto.offset.reset", "earliest",
                "enable.auto.commit", "false",
                "heartbeat.interval.ms", "200");
        try (Consumer<String, String> ours = member(topic).build();
                KafkaConsumer<String, String> theirs = official.consumer(config)) {
            theirs.subscribe(List.of(topic));

            // when
            List<ConsumerRecord<String, String>> records = new ArrayList<>();
            Polling.until(
                    ours,
                    () -> {
                        theirs.poll(Duration.ofMillis(50));
                        return !theirs.assignment().isEmpty()
                                && ours.assignment().size()
                                                + theirs.assignment().size()
                                        == 5;
                    },
                    records);

            // then
            Set<Integer> partitions = new HashSet<>();
            ours.assignment().forEach(partition -> partitions.add(partition.partition()));
            theirs.assignment().forEach(partition -> partitions.add(partition.partition()));
            assertThat(partitions).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
        }
    }

    @Test
    void should_rebalance_when_its_topic_grows() {
        // given
        String topic = official.createTopic(1);
        KafkaClient impatient = KafkaClient.connect(dev.ottla.config.ClientOptions.builder()
                .bootstrapServers(kafka.bootstrapServers())
                .metadataMaxAge(Duration.ofMillis(500))
                .build());
        try (impatient;
                Consumer<byte[], byte[]> consumer = Consumer.builder(impatient)
                        .group(group)
                        .topics(topic)
                        .autoOffsetReset(AutoOffsetReset.earliest())
                        .enableAutoCommit(false)
                        .build()) {
            Polling.until(consumer, () -> consumer.assignment().size() == 1, new ArrayList<>());

            // when
            official.addPartitions(topic, 3);

            // then
            Polling.until(consumer, () -> consumer.assignment().size() == 3, new ArrayList<>());
        }
    }

    @Test
    void should_leave_when_it_is_not_polled_in_time_and_come_back() {
        // given
        String topic = official.createTopic(2);
        Set<String> lost = new HashSet<>();
        RebalanceListener listener = new RebalanceListener() {
            @Override
            public void onLost(Consumer<?, ?> consumer, Set<TopicPartition> partitions) {
                partitions.forEach(partition -> lost.add(partition.toString()));
            }
        };
        try (Consumer<String, String> slow = member(topic)
                        .maxPollInterval(Duration.ofSeconds(4))
                        .rebalanceListener(listener)
                        .build();
                Consumer<String, String> other = member(topic).build()) {
            Polling.until(slow, () -> slow.assignment().size() == 2, new ArrayList<>());

            // when
            Polling.until(other, () -> other.assignment().size() == 2, new ArrayList<>());

            // then
            assertThat(slow.assignment()).isEmpty();
            assertThatThrownBy(slow::commit).isInstanceOf(BrokerException.class);
            Polling.until(
                    slow,
                    () -> {
                        other.poll(Duration.ofMillis(50));
                        return slow.assignment().size() == 1;
                    },
                    new ArrayList<>());
            assertThat(lost).hasSize(2);
        }
    }

    @Test
    void should_refuse_the_commit_of_records_from_before_a_rebalance() {
        // given
        String topic = official.createTopic(2);
        official.produce(topic, 0, 0, 10);
        try (Consumer<String, String> first = member(topic).build()) {
            Records<String, String> records = first.poll(Duration.ofSeconds(10));
            while (records.isEmpty()) {
                records = first.poll(Duration.ofSeconds(1));
            }

            // when
            try (Consumer<String, String> second = member(topic).build()) {
                Polling.until(
                        first,
                        () -> {
                            second.poll(Duration.ofMillis(50));
                            return first.assignment().size() == 1
                                    && second.assignment().size() == 1;
                        },
                        new ArrayList<>());

                // then
                Records<String, String> old = records;
                assertThatThrownBy(() -> first.commit(old))
                        .isInstanceOf(BrokerException.class)
                        .hasMessageContaining("Nothing was committed");
                assertThat(first.committed(List.of(new TopicPartition(topic, 0))))
                        .isEmpty();
            }
        }
    }

    @Test
    void should_commit_automatically_only_what_an_earlier_poll_returned() {
        // given
        TopicPartition partition = new TopicPartition(official.createTopic(1), 0);
        official.produce(partition.topic(), 0, 0, 30);

        // when
        try (Consumer<String, String> consumer = member(partition.topic())
                .enableAutoCommit(true)
                .maxPollRecords(10)
                .build()) {
            List<ConsumerRecord<String, String>> records = new ArrayList<>();
            Polling.until(consumer, () -> records.size() == 20, records);
        }

        // then
        try (Consumer<String, String> consumer = member(partition.topic()).build()) {
            assertThat(consumer.committed(List.of(partition)).get(partition).offset())
                    .isEqualTo(10);
        }
    }

    @Test
    void should_have_nothing_to_commit_before_it_has_joined() {
        // given
        String topic = official.createTopic(1);
        try (Consumer<String, String> consumer = member(topic).build()) {
            // when
            Records<String, String> none = consumer.poll(Duration.ZERO);
            consumer.commit();
            consumer.commit(none);

            // then
            Polling.until(consumer, () -> consumer.assignment().size() == 1, new ArrayList<>());
        }
    }

    @Test
    void should_apply_commits_in_the_order_of_the_calls() {
        // given
        TopicPartition partition = new TopicPartition(official.createTopic(1), 0);
        try (Consumer<String, String> consumer = member(partition.topic()).build()) {
            Polling.until(consumer, () -> consumer.assignment().size() == 1, new ArrayList<>());

            // when
            List<CompletableFuture<Void>> commits = new ArrayList<>();
            for (long offset = 1; offset <= 200; offset++) {
                commits.add(consumer.commitAsync(Map.of(partition, new OffsetAndMetadata(offset))));
            }
            consumer.commit(Map.of(partition, new OffsetAndMetadata(77)));

            // then
            assertThat(commits).allMatch(CompletableFuture::isDone);
            assertThat(consumer.committed(List.of(partition)).get(partition).offset())
                    .isEqualTo(77);
        }
    }

    @Test
    void should_commit_for_a_group_without_being_its_member() {
        // given
        TopicPartition partition = new TopicPartition(official.createTopic(1), 0);
        official.produce(partition.topic(), 0, 0, 10);

        // when
        try (Consumer<byte[], byte[]> consumer = Consumer.builder(client)
                .group(group)
                .assign(partition)
                .autoOffsetReset(AutoOffsetReset.earliest())
                .enableAutoCommit(false)
                .build()) {
            consumer.commit(Map.of(partition, new OffsetAndMetadata(6, java.util.OptionalInt.of(0), "note")));
        }

        // then
        try (Consumer<byte[], byte[]> consumer = Consumer.builder(client)
                .group(group)
                .assign(partition)
                .enableAutoCommit(false)
                .build()) {
            assertThat(consumer.committed(List.of(partition)).get(partition).metadata())
                    .isEqualTo("note");
            assertThat(Polling.records(consumer, 1).get(0).offset()).isEqualTo(6);
        }
    }
}
