package dev.ottla.it.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.ottla.KafkaClient;
import dev.ottla.common.OffsetAndMetadata;
import dev.ottla.common.TopicPartition;
import dev.ottla.config.AutoOffsetReset;
import dev.ottla.config.GroupProtocol;
import dev.ottla.consumer.AcknowledgingConsumer;
import dev.ottla.consumer.Consumer;
import dev.ottla.consumer.ConsumerBuilder;
import dev.ottla.consumer.ConsumerRecord;
import dev.ottla.consumer.OpenRecord;
import dev.ottla.consumer.Ordering;
import dev.ottla.consumer.Processor;
import dev.ottla.consumer.RebalanceListener;
import dev.ottla.consumer.Retries;
import dev.ottla.consumer.StartAt;
import dev.ottla.errors.BrokerException;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.RecordException;
import dev.ottla.serialization.Deserializers;
import dev.ottla.testkit.FakeKafka;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What consumers promise at the edges: what was taken away, calls from within, any duration, any executor. */
@Timeout(60)
class ConsumerContractTest {
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final Duration FOR_EVER = Duration.ofSeconds(Long.MAX_VALUE);

    private static FakeKafka kafka;

    private final OfficialClient official = new OfficialClient(kafka.bootstrapServers());
    private final String group = "g-" + UUID.randomUUID();
    private final Queue<Long> handled = new ConcurrentLinkedQueue<>();
    private KafkaClient client;

    @BeforeAll
    static void start() {
        kafka = FakeKafka.start();
    }

    @AfterAll
    static void stop() {
        kafka.close();
    }

    @BeforeEach
    void connect() {
        client = KafkaClient.connect(kafka.bootstrapServers());
    }

    @AfterEach
    void disconnect() {
        client.close();
    }

    private ConsumerBuilder<String, String> member(String topic) {
        return Consumer.builder(client)
                .group(group)
                .topics(topic)
                .autoOffsetReset(AutoOffsetReset.earliest())
                .autoCommitInterval(Duration.ofMillis(100))
                .heartbeatInterval(Duration.ofMillis(50))
                .keyDeserializer(Deserializers.utf8())
                .valueDeserializer(Deserializers.utf8());
    }

    private String topic(int partitions, int records) {
        String topic = official.createTopic(partitions);
        for (int partition = 0; partition < partitions; partition++) {
            official.produce(topic, partition, 0, records);
        }
        return topic;
    }

    @Test
    void should_not_commit_a_record_that_was_read_before_its_partition_was_taken_away_and_given_back()
            throws Exception {
        // given
        String topic = topic(1, 20);
        TopicPartition partition = new TopicPartition(topic, 0);
        List<TopicPartition> revoked = new ArrayList<>();
        RebalanceListener noting = new RebalanceListener() {
            @Override
            public void onRevoking(Consumer<?, ?> same, Set<TopicPartition> partitions, Duration remaining) {
                revoked.addAll(partitions);
            }
        };
        try (Consumer<String, String> consumer = member(topic)
                        .enableAutoCommit(false)
                        .rebalanceListener(noting)
                        .build();
                Consumer<String, String> other =
                        member(topic).enableAutoCommit(false).build()) {
            List<ConsumerRecord<String, String>> read = Polling.records(consumer, 20);
            consumer.commit(Map.of(partition, new OffsetAndMetadata(10)));

            // when
            CompletableFuture<Void> joining = CompletableFuture.runAsync(() -> other.poll(Duration.ofMillis(200)));
            await().atMost(PATIENCE).until(() -> {
                consumer.pause(consumer.assignment());
                consumer.poll(Duration.ZERO);
                return !revoked.isEmpty();
            });

            // then
            assertRefused(consumer, read.get(4));
            assertRefused(consumer, read.get(19));
            joining.get(40, TimeUnit.SECONDS);
        }
    }

    private static void assertRefused(Consumer<String, String> consumer, ConsumerRecord<String, String> record) {
        assertThatThrownBy(() -> consumer.commit(record))
                .isInstanceOfSatisfying(
                        BrokerException.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.ILLEGAL_GENERATION))
                .hasMessageContaining("Nothing was committed");
    }

    @Test
    void should_refuse_to_be_polled_or_closed_by_its_listener() {
        // given
        String topic = topic(1, 1);
        List<Throwable> thrown = new ArrayList<>();
        RebalanceListener interfering = new RebalanceListener() {
            @Override
            public void onAssigned(Consumer<?, ?> same, Set<TopicPartition> partitions) {
                attempt(() -> same.poll(PATIENCE));
                attempt(() -> same.pollCursor(PATIENCE));
                attempt(same::close);
            }

            private void attempt(Runnable call) {
                try {
                    call.run();
                } catch (IllegalStateException e) {
                    thrown.add(e);
                }
            }
        };

        // when
        try (Consumer<String, String> consumer =
                member(topic).rebalanceListener(interfering).build()) {
            assertThat(Polling.values(consumer, 1)).containsExactly("v0");
        }

        // then
        assertThat(thrown)
                .hasSize(3)
                .allSatisfy(each -> assertThat(each).hasMessageContaining("by a RebalanceListener or a deserializer"));
    }

    @Test
    void should_not_wait_for_itself_when_a_listener_closes_the_processor_that_it_is_called_by() throws Exception {
        // given
        String topic = topic(1, 1);
        CompletableFuture<Processor> started = new CompletableFuture<>();
        RebalanceListener closing = new RebalanceListener() {
            @Override
            public void onAssigned(Consumer<?, ?> same, Set<TopicPartition> partitions) {
                started.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join().close(FOR_EVER);
            }
        };

        // when
        Processor processor =
                member(topic).rebalanceListener(closing).processor().start(record -> handled.add(record.offset()));
        started.complete(processor);

        // then
        processor.ended().get(40, TimeUnit.SECONDS);
        assertThat(processor.ended()).isCompleted();
    }

    @Test
    void should_wait_for_any_duration() {
        // given
        String topic = topic(1, 1);

        // when
        try (Consumer<String, String> consumer =
                member(topic).startAt(StartAt.ago(FOR_EVER)).build()) {
            assertThat(consumer.poll(FOR_EVER).count()).isEqualTo(1);
            consumer.close(FOR_EVER);
        }
        AcknowledgingConsumer<String, String> acknowledging = member(official.createTopic(1))
                .acknowledging()
                .drainTimeout(FOR_EVER)
                .build();
        acknowledging.close(FOR_EVER);
        Processor processor = member(topic)
                .processor()
                .drainTimeout(FOR_EVER)
                .stuckAfter(FOR_EVER)
                .retries(Retries.atMost(2).backoff(FOR_EVER, FOR_EVER))
                .start(record -> handled.add(record.offset()));
        processor.close(FOR_EVER);

        // then
        assertThat(processor.ended()).isCompleted();
    }

    @Test
    void should_stay_in_front_of_a_record_whose_deserializer_throws_an_error() {
        // given
        String topic = topic(2, 10);
        AtomicInteger left = new AtomicInteger(3);
        try (Consumer<String, String> consumer = member(topic)
                .valueDeserializer(source -> {
                    String value = Deserializers.utf8().read(source);
                    if ("v4".equals(value) && left.getAndDecrement() > 0) {
                        throw new StackOverflowError("nested too deeply");
                    }
                    return value;
                })
                .build()) {
            // when
            List<String> values = new ArrayList<>();
            List<Throwable> thrown = new ArrayList<>();
            await().atMost(PATIENCE).until(() -> {
                try {
                    consumer.poll(Duration.ofMillis(100)).forEach(record -> values.add(record.value()));
                } catch (RecordException e) {
                    thrown.add(e);
                }
                return values.size() >= 20;
            });

            // then
            assertThat(thrown).isNotEmpty();
            assertThat(values).hasSize(20);
            assertThat(new HashSet<>(values)).containsExactlyInAnyOrderElementsOf(Polling.numbered(0, 10));
        }
    }

    @Test
    void should_fetch_with_any_timeout() {
        // given
        String topic = topic(1, 1);
        try (AcknowledgingConsumer<String, String> consumer =
                member(topic).acknowledging().build()) {
            // when
            OpenRecord<String, String> record = consumer.fetch(FOR_EVER).orElseThrow();

            // then
            assertThat(record.acknowledge()).isTrue();
        }
    }

    @Test
    void should_end_when_an_asynchronous_handler_returns_nothing_to_wait_for() {
        // given
        String topic = topic(1, 3);

        // when
        try (Processor processor = member(topic).processor().startAsync(record -> null)) {
            // then
            assertThatThrownBy(() -> processor.ended().get(40, TimeUnit.SECONDS))
                    .cause()
                    .isInstanceOf(RecordException.class)
                    .hasRootCauseInstanceOf(NullPointerException.class)
                    .hasStackTraceContaining("the handler returned null");
        }
    }

    @Test
    void should_never_handle_on_an_event_loop_when_the_executor_runs_tasks_in_the_thread_that_gives_them() {
        // given
        String topic = topic(2, 30);
        Set<String> threads = ConcurrentHashMap.newKeySet();
        Set<String> failedOnce = ConcurrentHashMap.newKeySet();

        // when
        try (Processor processor = member(topic)
                .processor()
                .executor(Runnable::run)
                .ordering(Ordering.KEY)
                .retries(Retries.atMost(3).backoff(Duration.ofMillis(5), Duration.ofMillis(20)))
                .startAsync(record -> {
                    threads.add(Thread.currentThread().getName());
                    if (failedOnce.add(record.partition() + "@" + record.offset())) {
                        throw new IllegalStateException("the first time");
                    }
                    handled.add(record.offset());
                    return CompletableFuture.completedFuture(null);
                })) {
            await().atMost(PATIENCE).until(() -> handled.size() == 60);
            assertThat(processor.ended()).isNotDone();
        }

        // then
        assertThat(threads).isNotEmpty().noneMatch(name -> name.contains("-io-"));
    }

    @Test
    void should_keep_a_pause_of_the_application_when_the_library_lets_go() {
        // given
        String topic = topic(2, 60);
        TopicPartition second = new TopicPartition(topic, 1);
        Assignments assignments = new Assignments();
        CountDownLatch release = new CountDownLatch(1);
        Queue<Integer> partitions = new ConcurrentLinkedQueue<>();
        try (Processor processor = member(topic)
                .rebalanceListener(assignments)
                .processor()
                .openRecordsMax(4)
                .start(record -> {
                    if (record.partition() == 1 && record.offset() == 0) {
                        release.await();
                    }
                    partitions.add(record.partition());
                })) {
            await().atMost(PATIENCE).until(() -> partitions.size() == 60 && processor.openRecords() == 4);
            Consumer<?, ?> consumer = assignments.consumer.get();

            // when
            consumer.pause(List.of(second));
            release.countDown();

            // then
            await().during(Duration.ofMillis(300)).atMost(PATIENCE).until(() -> partitions.size() == 64);
            assertThat(consumer.paused()).containsExactly(second);
            consumer.resume(List.of(second));
            await().atMost(PATIENCE).until(() -> partitions.size() == 120);
        }
    }

    /** Counts them. */
    private static final class Assignments implements RebalanceListener {
        private final AtomicReference<Consumer<?, ?>> consumer = new AtomicReference<>();
        private final AtomicInteger count = new AtomicInteger();

        @Override
        public void onAssigned(Consumer<?, ?> same, Set<TopicPartition> partitions) {
            consumer.set(same);
            count.incrementAndGet();
        }
    }

    @Test
    void should_say_that_it_makes_no_difference_to_acknowledge_what_was_taken_away() throws Exception {
        // given
        String topic = topic(1, 5);
        Assignments assignments = new Assignments();
        List<OpenRecord<String, String>> open = new ArrayList<>();
        try (AcknowledgingConsumer<String, String> consumer = member(topic)
                .rebalanceListener(assignments)
                .acknowledging()
                .drainTimeout(Duration.ZERO)
                .build()) {
            for (int i = 0; i < 5; i++) {
                open.add(consumer.fetch(PATIENCE).orElseThrow());
            }
            assertThat(open.get(0).acknowledge()).isTrue();

            // when
            try (Consumer<String, String> other = member(topic).build()) {
                CompletableFuture<Void> joining = CompletableFuture.runAsync(() -> other.poll(Duration.ofSeconds(1)));
                await().atMost(PATIENCE).until(() -> assignments.count.get() > 1);

                // then
                assertThat(open.get(1).acknowledge()).isFalse();
                assertThat(open.get(2).giveBack()).isFalse();
                joining.get(40, TimeUnit.SECONDS);
            }
        }
        assertThat(open.get(3).acknowledge()).as("it is closed").isFalse();
    }

    @Test
    void should_handle_what_lies_in_front_of_finished_records_before_it_gives_a_partition_up() {
        // given
        String topic = official.createTopic(1);
        try (KafkaProducer<String, String> producer = official.producer(Map.of())) {
            for (String key : List.of("slow", "slow", "slow", "quick")) {
                producer.send(new ProducerRecord<>(topic, 0, key, key));
            }
        }
        CountDownLatch slow = new CountDownLatch(1);
        RebalanceListener releasing = new RebalanceListener() {
            @Override
            public void onRevoking(Consumer<?, ?> same, Set<TopicPartition> partitions, Duration remaining) {
                CompletableFuture.delayedExecutor(200, TimeUnit.MILLISECONDS).execute(slow::countDown);
            }
        };
        try (Processor processor = member(topic)
                .rebalanceListener(releasing)
                .processor()
                .ordering(Ordering.KEY)
                .start(record -> {
                    if (record.offset() == 0) {
                        slow.await();
                    }
                    handled.add(record.offset());
                })) {
            await().atMost(PATIENCE).until(() -> handled.contains(3L));

            // when
            try (Consumer<String, String> other =
                    member(topic).enableAutoCommit(false).build()) {
                await().atMost(PATIENCE).until(() -> {
                    other.poll(Duration.ofMillis(20));
                    return handled.size() >= 4;
                });
                TopicPartition partition = new TopicPartition(topic, 0);

                // then
                await().atMost(PATIENCE).untilAsserted(() -> {
                    other.poll(Duration.ofMillis(20));
                    assertThat(other.committed(Set.of(partition)).get(partition).offset())
                            .isEqualTo(4);
                });
            }
            assertThat(processor.ended()).isNotDone();
        }
        assertThat(handled).as("nothing twice").containsExactlyInAnyOrder(0L, 1L, 2L, 3L);
    }

    @Test
    void should_hand_out_what_lies_in_front_of_acknowledged_records_before_it_gives_a_partition_up() {
        // given
        String topic = official.createTopic(1);
        TopicPartition partition = new TopicPartition(topic, 0);
        try (KafkaProducer<String, String> producer = official.producer(Map.of())) {
            for (String key : List.of("slow", "slow", "slow", "quick")) {
                producer.send(new ProducerRecord<>(topic, 0, key, key));
            }
        }
        CountDownLatch revoking = new CountDownLatch(1);
        RebalanceListener noting = new RebalanceListener() {
            @Override
            public void onRevoking(Consumer<?, ?> same, Set<TopicPartition> partitions, Duration remaining) {
                revoking.countDown();
            }
        };
        try (AcknowledgingConsumer<String, String> consumer = member(topic)
                .rebalanceListener(noting)
                .acknowledging()
                .ordering(Ordering.KEY)
                .build()) {
            OpenRecord<String, String> slow = consumer.fetch(PATIENCE).orElseThrow();
            OpenRecord<String, String> quick = consumer.fetch(PATIENCE).orElseThrow();
            assertThat(quick.offset()).isEqualTo(3);
            quick.acknowledge();

            // when
            try (Consumer<String, String> other =
                    member(topic).enableAutoCommit(false).build()) {
                await().atMost(PATIENCE).until(() -> {
                    other.poll(Duration.ofMillis(20));
                    return revoking.getCount() == 0;
                });
                await().pollDelay(Duration.ofMillis(200)).atMost(PATIENCE).until(slow::acknowledge);
                for (long offset = 1; offset < 3; offset++) {
                    OpenRecord<String, String> gap = consumer.fetch(PATIENCE).orElseThrow();
                    assertThat(gap.offset()).isEqualTo(offset);
                    gap.acknowledge();
                }

                // then
                await().atMost(PATIENCE).untilAsserted(() -> {
                    other.poll(Duration.ofMillis(20));
                    assertThat(other.committed(Set.of(partition)).get(partition))
                            .isNotNull()
                            .extracting(OffsetAndMetadata::offset)
                            .isEqualTo(4L);
                });
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"CLASSIC", "CONSUMER"})
    void should_read_other_topics_after_another_subscription_by_any_thread(GroupProtocol protocol) throws Exception {
        // given
        String first = topic(1, 5);
        String second = topic(1, 7);
        TopicPartition given = new TopicPartition(first, 0);
        try (Consumer<String, String> consumer =
                member(first).groupProtocol(protocol).build()) {
            assertThat(Polling.records(consumer, 5)).hasSize(5);

            // when
            CompletableFuture.runAsync(() -> consumer.subscribe(List.of(second)))
                    .get(40, TimeUnit.SECONDS);
            List<ConsumerRecord<String, String>> records = Polling.records(consumer, 7);

            // then
            assertThat(records).extracting(ConsumerRecord::topic).containsOnly(second);
            assertThat(consumer.assignment()).containsExactly(new TopicPartition(second, 0));
            assertThat(consumer.committed(Set.of(given)).get(given))
                    .as("when it was given up")
                    .isNotNull()
                    .extracting(OffsetAndMetadata::offset)
                    .isEqualTo(5L);
            consumer.subscribe(List.of(first, second));
            Polling.until(consumer, () -> consumer.assignment().size() == 2, new ArrayList<>());
        }
    }
}
