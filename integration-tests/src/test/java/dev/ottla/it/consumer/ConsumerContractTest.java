package dev.ottla.it.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.ottla.common.TopicPartition;
import dev.ottla.consumer.AcknowledgingConsumer;
import dev.ottla.consumer.Consumer;
import dev.ottla.consumer.ConsumerRecord;
import dev.ottla.consumer.OpenRecord;
import dev.ottla.consumer.Ordering;
import dev.ottla.consumer.PoisonPolicy;
import dev.ottla.consumer.Processor;
import dev.ottla.consumer.RebalanceListener;
import dev.ottla.consumer.Retries;
import dev.ottla.consumer.StartAt;
import dev.ottla.errors.RecordException;
import dev.ottla.serialization.Deserializers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What consumers promise at the edges: calls from within, any duration, any executor. */
@Timeout(60)
class ConsumerContractTest {
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final Duration FOR_EVER = Duration.ofSeconds(Long.MAX_VALUE);

    @RegisterExtension
    static final FakeGroup GROUP = new FakeGroup();

    private final Queue<Long> handled = new ConcurrentLinkedQueue<>();

    @Test
    void should_refuse_to_be_polled_or_closed_by_its_listener() {
        // given
        String topic = GROUP.topic(1, 1);
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
                GROUP.member(topic).rebalanceListener(interfering).build()) {
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
        String topic = GROUP.topic(1, 1);
        CompletableFuture<Processor> started = new CompletableFuture<>();
        RebalanceListener closing = new RebalanceListener() {
            @Override
            public void onAssigned(Consumer<?, ?> same, Set<TopicPartition> partitions) {
                started.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join().close(FOR_EVER);
            }
        };

        // when
        Processor processor = GROUP.member(topic)
                .rebalanceListener(closing)
                .processor()
                .start(record -> handled.add(record.offset()));
        started.complete(processor);

        // then
        processor.ended().get(40, TimeUnit.SECONDS);
        assertThat(processor.ended()).isCompleted();
    }

    @Test
    void should_wait_for_any_duration() {
        // given
        String topic = GROUP.topic(1, 1);

        // when
        try (Consumer<String, String> consumer =
                GROUP.member(topic).startAt(StartAt.ago(FOR_EVER)).build()) {
            assertThat(consumer.poll(FOR_EVER).count()).isEqualTo(1);
            consumer.close(FOR_EVER);
        }
        AcknowledgingConsumer<String, String> acknowledging = GROUP.member(
                        GROUP.official().createTopic(1))
                .acknowledging()
                .drainTimeout(FOR_EVER)
                .build();
        acknowledging.close(FOR_EVER);
        Processor processor = GROUP.member(topic)
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
        String topic = GROUP.topic(2, 10);
        AtomicInteger left = new AtomicInteger(3);
        try (Consumer<String, String> consumer = GROUP.member(topic)
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
        String topic = GROUP.topic(1, 1);
        try (AcknowledgingConsumer<String, String> consumer =
                GROUP.member(topic).acknowledging().build()) {
            // when
            OpenRecord<String, String> record = consumer.fetch(FOR_EVER).orElseThrow();

            // then
            assertThat(record.acknowledge()).isTrue();
        }
    }

    @Test
    void should_end_when_an_asynchronous_handler_returns_nothing_to_wait_for() {
        // given
        String topic = GROUP.topic(1, 3);

        // when
        try (Processor processor = GROUP.member(topic).processor().startAsync(record -> null)) {
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
        String topic = GROUP.topic(2, 30);
        Set<String> threads = ConcurrentHashMap.newKeySet();
        Set<String> failedOnce = ConcurrentHashMap.newKeySet();

        // when
        try (Processor processor = GROUP.member(topic)
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
        String topic = GROUP.topic(2, 60);
        TopicPartition second = new TopicPartition(topic, 1);
        AtomicReference<Consumer<?, ?>> assigned = new AtomicReference<>();
        RebalanceListener noting = new RebalanceListener() {
            @Override
            public void onAssigned(Consumer<?, ?> same, Set<TopicPartition> partitions) {
                assigned.set(same);
            }
        };
        CountDownLatch release = new CountDownLatch(1);
        Queue<Integer> partitions = new ConcurrentLinkedQueue<>();
        try (Processor processor = GROUP.member(topic)
                .rebalanceListener(noting)
                .processor()
                .openRecordsMax(4)
                .start(record -> {
                    if (record.partition() == 1 && record.offset() == 0) {
                        release.await();
                    }
                    partitions.add(record.partition());
                })) {
            await().atMost(PATIENCE).until(() -> partitions.size() == 60 && processor.openRecords() == 4);
            Consumer<?, ?> consumer = assigned.get();

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

    @Test
    void should_go_on_when_a_partition_is_lost_before_it_can_be_paused_in_front_of_a_record() {
        // given a record that can't be read, in a partition that is lost just then
        String topic = GROUP.topic(1, 3);
        AtomicReference<Consumer<?, ?>> reading = new AtomicReference<>();
        AtomicBoolean isFirst = new AtomicBoolean(true);
        try (Consumer<String, String> consumer = GROUP.member(topic)
                .onPoison(PoisonPolicy.pause())
                .valueDeserializer(source -> {
                    if (isFirst.getAndSet(false) && hasLostAll(reading.get())) {
                        throw new IllegalStateException("unreadable");
                    }
                    return Deserializers.utf8().read(source);
                })
                .build()) {
            reading.set(consumer);

            // when
            List<ConsumerRecord<String, String>> records = new ArrayList<>();
            Polling.until(
                    consumer,
                    () -> {
                        consumer.resume(consumer.paused());
                        return records.size() >= 3;
                    },
                    records);

            // then
            assertThat(Polling.values(records)).isEqualTo(Polling.numbered(0, 3));
        }
    }

    /** It joins again soon, so that this may be missed. */
    private static boolean hasLostAll(Consumer<?, ?> consumer) {
        try {
            GROUP.expelAll();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        long deadlineNanos = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!consumer.assignment().isEmpty() && System.nanoTime() - deadlineNanos < 0) {
            Thread.onSpinWait();
        }
        return consumer.assignment().isEmpty();
    }
}
