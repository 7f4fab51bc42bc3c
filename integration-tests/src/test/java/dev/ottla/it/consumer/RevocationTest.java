package dev.ottla.it.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.ottla.common.OffsetAndMetadata;
import dev.ottla.common.TopicPartition;
import dev.ottla.consumer.AcknowledgingConsumer;
import dev.ottla.consumer.Consumer;
import dev.ottla.consumer.ConsumerRecord;
import dev.ottla.consumer.OpenRecord;
import dev.ottla.consumer.Ordering;
import dev.ottla.consumer.Processor;
import dev.ottla.consumer.RebalanceListener;
import dev.ottla.errors.BrokerException;
import dev.ottla.errors.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is finished and committed, and what is refused, when a partition goes to another member. */
@Timeout(60)
class RevocationTest {
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    @RegisterExtension
    static final FakeGroup GROUP = new FakeGroup();

    private final Queue<Long> handled = new ConcurrentLinkedQueue<>();

    /** A new topic, with one partition that has a record of each of these keys in turn. */
    private static String topicWithKeys(String... keys) {
        String topic = GROUP.official().createTopic(1);
        try (KafkaProducer<String, String> producer = GROUP.official().producer(Map.of())) {
            for (String key : keys) {
                producer.send(new ProducerRecord<>(topic, 0, key, key));
            }
        }
        return topic;
    }

    @Test
    void should_not_commit_a_record_that_was_read_before_its_partition_was_taken_away_and_given_back()
            throws Exception {
        // given
        String topic = GROUP.topic(1, 20);
        TopicPartition partition = new TopicPartition(topic, 0);
        List<TopicPartition> revoked = new ArrayList<>();
        RebalanceListener noting = new RebalanceListener() {
            @Override
            public void onRevoking(Consumer<?, ?> same, Set<TopicPartition> partitions, Duration remaining) {
                revoked.addAll(partitions);
            }
        };
        try (Consumer<String, String> consumer = GROUP.member(topic)
                        .enableAutoCommit(false)
                        .rebalanceListener(noting)
                        .build();
                Consumer<String, String> other =
                        GROUP.member(topic).enableAutoCommit(false).build()) {
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
    void should_say_that_it_makes_no_difference_to_acknowledge_what_was_taken_away() throws Exception {
        // given
        String topic = GROUP.topic(1, 5);
        AtomicInteger assignments = new AtomicInteger();
        RebalanceListener counting = new RebalanceListener() {
            @Override
            public void onAssigned(Consumer<?, ?> same, Set<TopicPartition> partitions) {
                assignments.incrementAndGet();
            }
        };
        List<OpenRecord<String, String>> open = new ArrayList<>();
        try (AcknowledgingConsumer<String, String> consumer = GROUP.member(topic)
                .rebalanceListener(counting)
                .acknowledging()
                .drainTimeout(Duration.ZERO)
                .build()) {
            for (int i = 0; i < 5; i++) {
                open.add(consumer.fetch(PATIENCE).orElseThrow());
            }
            assertThat(open.get(0).acknowledge()).isTrue();

            // when
            try (Consumer<String, String> other = GROUP.member(topic).build()) {
                CompletableFuture<Void> joining = CompletableFuture.runAsync(() -> other.poll(Duration.ofSeconds(1)));
                await().atMost(PATIENCE).until(() -> assignments.get() > 1);

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
        String topic = topicWithKeys("slow", "slow", "slow", "quick");
        CountDownLatch slow = new CountDownLatch(1);
        RebalanceListener releasing = new RebalanceListener() {
            @Override
            public void onRevoking(Consumer<?, ?> same, Set<TopicPartition> partitions, Duration remaining) {
                CompletableFuture.delayedExecutor(200, TimeUnit.MILLISECONDS).execute(slow::countDown);
            }
        };
        try (Processor processor = GROUP.member(topic)
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
                    GROUP.member(topic).enableAutoCommit(false).build()) {
                await().atMost(PATIENCE).until(() -> {
                    other.poll(Duration.ofMillis(20));
                    return handled.size() >= 4;
                });
                TopicPartition partition = new TopicPartition(topic, 0);

                // then
                await().atMost(PATIENCE).untilAsserted(() -> {
                    other.poll(Duration.ofMillis(20));
                    assertThat(other.committed(Set.of(partition)).get(partition))
                            .isNotNull()
                            .extracting(OffsetAndMetadata::offset)
                            .isEqualTo(4L);
                });
            }
            assertThat(processor.ended()).isNotDone();
        }
        assertThat(handled).as("nothing twice").containsExactlyInAnyOrder(0L, 1L, 2L, 3L);
    }

    @Test
    void should_hand_out_what_lies_in_front_of_acknowledged_records_before_it_gives_a_partition_up() {
        // given
        String topic = topicWithKeys("slow", "slow", "slow", "quick");
        TopicPartition partition = new TopicPartition(topic, 0);
        CountDownLatch revoking = new CountDownLatch(1);
        RebalanceListener noting = new RebalanceListener() {
            @Override
            public void onRevoking(Consumer<?, ?> same, Set<TopicPartition> partitions, Duration remaining) {
                revoking.countDown();
            }
        };
        try (AcknowledgingConsumer<String, String> consumer = GROUP.member(topic)
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
                    GROUP.member(topic).enableAutoCommit(false).build()) {
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

    @Test
    void should_stop_handing_out_and_say_so_at_once_when_a_partition_is_lost_while_it_is_given_up() throws Exception {
        // given a revocation that waits for a record that is out, and for those behind it
        String topic = topicWithKeys("slow", "slow", "quick");
        CountDownLatch revoking = new CountDownLatch(1);
        CountDownLatch lost = new CountDownLatch(1);
        RebalanceListener noting = new RebalanceListener() {
            @Override
            public void onRevoking(Consumer<?, ?> same, Set<TopicPartition> partitions, Duration remaining) {
                revoking.countDown();
            }

            @Override
            public void onLost(Consumer<?, ?> same, Set<TopicPartition> partitions) {
                lost.countDown();
            }
        };
        try (AcknowledgingConsumer<String, String> consumer = GROUP.member(topic)
                        .maxPollInterval(Duration.ofMinutes(10))
                        .rebalanceListener(noting)
                        .acknowledging()
                        .ordering(Ordering.KEY)
                        .drainTimeout(Duration.ofMinutes(10))
                        .build();
                Consumer<String, String> other = GROUP.member(topic).build()) {
            OpenRecord<String, String> slow = consumer.fetch(PATIENCE).orElseThrow();
            consumer.fetch(PATIENCE).orElseThrow().acknowledge();
            CompletableFuture<Void> joining = CompletableFuture.runAsync(() -> Polling.records(other, 1));
            assertThat(revoking.await(40, TimeUnit.SECONDS)).isTrue();

            // when
            GROUP.expelAll();

            // then
            assertThat(lost.await(40, TimeUnit.SECONDS)).isTrue();
            assertThat(slow.acknowledge()).isFalse();
            consumer.close(Duration.ofSeconds(20));
            joining.get(40, TimeUnit.SECONDS);
        }
    }

    @Test
    void should_give_a_handler_no_more_time_than_close_does_when_closed_while_its_partition_is_taken_away()
            throws Exception {
        // given a revocation that waits for a handler that does not end
        String topic = topicWithKeys("slow");
        CountDownLatch slow = new CountDownLatch(1);
        CountDownLatch revoking = new CountDownLatch(1);
        RebalanceListener noting = new RebalanceListener() {
            @Override
            public void onRevoking(Consumer<?, ?> same, Set<TopicPartition> partitions, Duration remaining) {
                revoking.countDown();
            }
        };
        Processor processor = GROUP.member(topic)
                .maxPollInterval(Duration.ofMinutes(10))
                .rebalanceListener(noting)
                .processor()
                .drainTimeout(Duration.ofMinutes(10))
                .start(record -> {
                    handled.add(record.offset());
                    slow.await();
                });
        try (Consumer<String, String> other = GROUP.member(topic).build()) {
            await().atMost(PATIENCE).until(() -> handled.contains(0L));
            CompletableFuture<Void> joining = CompletableFuture.runAsync(() -> Polling.records(other, 1));
            assertThat(revoking.await(40, TimeUnit.SECONDS)).isTrue();

            // when
            processor.close(Duration.ofSeconds(1));

            // then
            processor.ended().get(40, TimeUnit.SECONDS);
            joining.get(40, TimeUnit.SECONDS);
        } finally {
            slow.countDown();
        }
    }

    @Test
    void should_not_wait_for_what_nobody_fetches_when_closed_while_a_partition_is_taken_away() throws Exception {
        // given a record in front of an acknowledged one that is not fetched
        String topic = topicWithKeys("slow", "slow", "quick");
        TopicPartition partition = new TopicPartition(topic, 0);
        CountDownLatch revoking = new CountDownLatch(1);
        RebalanceListener noting = new RebalanceListener() {
            @Override
            public void onRevoking(Consumer<?, ?> same, Set<TopicPartition> partitions, Duration remaining) {
                revoking.countDown();
            }
        };
        try (AcknowledgingConsumer<String, String> consumer = GROUP.member(topic)
                        .autoCommitInterval(Duration.ofMinutes(10))
                        .rebalanceListener(noting)
                        .acknowledging()
                        .ordering(Ordering.KEY)
                        .drainTimeout(Duration.ofMinutes(10))
                        .build();
                Consumer<String, String> other =
                        GROUP.member(topic).enableAutoCommit(false).build()) {
            OpenRecord<String, String> slow = consumer.fetch(PATIENCE).orElseThrow();
            OpenRecord<String, String> quick = consumer.fetch(PATIENCE).orElseThrow();
            assertThat(quick.offset()).isEqualTo(2);
            quick.acknowledge();
            slow.acknowledge();
            CompletableFuture<Void> joining = CompletableFuture.runAsync(() -> Polling.records(other, 2));
            assertThat(revoking.await(40, TimeUnit.SECONDS)).isTrue();

            // when
            consumer.close(Duration.ofSeconds(20));

            // then
            joining.get(10, TimeUnit.SECONDS);
            assertThat(other.committed(Set.of(partition)).get(partition))
                    .isNotNull()
                    .extracting(OffsetAndMetadata::offset)
                    .isEqualTo(1L);
        }
    }
}
