package dev.ottla.it.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ottla.common.TopicPartition;
import dev.ottla.consumer.AcknowledgingConsumer;
import dev.ottla.consumer.Consumer;
import dev.ottla.consumer.ConsumerRecord;
import dev.ottla.consumer.OpenRecord;
import dev.ottla.consumer.Ordering;
import dev.ottla.consumer.Records;
import dev.ottla.errors.BrokerException;
import dev.ottla.errors.ClosedException;
import dev.ottla.errors.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One consumer, used by many threads at once. */
@Tag("jdk")
@Timeout(90)
class ConsumerThreadsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration ONE_POLL = Duration.ofMillis(20);
    private static final int PARTITIONS = 3;
    private static final int RECORDS = 300;
    private static final int SEEKS = 20;
    private static final Set<ErrorCode> GROUP_HAS_MOVED_ON =
            Set.of(ErrorCode.ILLEGAL_GENERATION, ErrorCode.UNKNOWN_MEMBER_ID, ErrorCode.REBALANCE_IN_PROGRESS);

    @RegisterExtension
    static final FakeGroup GROUP = new FakeGroup();

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Future<?>> running = new ArrayList<>();
    private volatile boolean isOver;

    @AfterEach
    void stop() {
        isOver = true;
        threads.shutdownNow();
    }

    /** Does this over and over on a thread of its own until all is over. */
    private void over(Callable<?> step) {
        running.add(threads.submit(() -> {
            while (!isOver) {
                step.call();
                LockSupport.parkNanos(100_000);
            }
            return null;
        }));
    }

    /** Fails with what any thread failed with. */
    private void end() throws Exception {
        isOver = true;
        for (Future<?> thread : running) {
            thread.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private boolean hasAnyFailed() {
        return running.stream().anyMatch(Future::isDone);
    }

    /** The seeks of one partition, all by one thread, and what the polling thread must see of them. */
    private static final class Seeks {
        private static final long NONE = -1;

        private final TopicPartition partition;
        private final SplittableRandom random;
        private final AtomicInteger begun = new AtomicInteger();
        private final AtomicInteger done = new AtomicInteger();
        private final AtomicInteger found = new AtomicInteger();
        private volatile long target;

        /** Of the polling thread, like all below: up to which seek it knows the place. */
        private int known;

        /** The offset that comes next. */
        private long next = NONE;

        /** Whether that was sought, and nothing has come of it yet. */
        private boolean isSought;

        /** What may come as well: a poll that overlapped with the seek went so far, and may have come after it. */
        private long afterOverlap = NONE;

        Seeks(TopicPartition partition) {
            this.partition = partition;
            this.random = new SplittableRandom(partition.partition());
        }

        /** Some seeks are soon overtaken by the next one, the others are seen through. */
        Object seek(Consumer<?, ?> consumer, AtomicLong polls, BooleanSupplier isOver) {
            boolean isSeenThrough = random.nextBoolean();
            long enough = polls.get() + random.nextInt(4);
            int foundBefore = found.get();
            long offset = random.nextInt(RECORDS / 2);
            begun.incrementAndGet();
            target = offset;
            consumer.seek(partition, offset);
            done.incrementAndGet();
            while (!isOver.getAsBoolean() && (isSeenThrough ? found.get() == foundBefore : polls.get() < enough)) {
                LockSupport.parkNanos(100_000);
            }
            return found;
        }

        /** After a poll, before which so many seeks were done. */
        void onPolled(int doneBefore, List<? extends ConsumerRecord<?, ?>> records) {
            long lastTarget = target;
            if (begun.get() > doneBefore) {
                afterOverlap = records.isEmpty() ? afterOverlap : after(records);
                next = NONE;
                return;
            }
            if (doneBefore > known) {
                known = doneBefore;
                next = lastTarget;
                isSought = true;
            }
            for (ConsumerRecord<?, ?> record : records) {
                if (next != NONE && !(isSought && record.offset() == afterOverlap)) {
                    assertThat(record.offset())
                            .as("%s after seek %s to %s", partition, doneBefore, lastTarget)
                            .isEqualTo(next);
                }
                next = record.offset() + 1;
                found.addAndGet(isSought ? 1 : 0);
                isSought = false;
                afterOverlap = NONE;
            }
        }

        private static long after(List<? extends ConsumerRecord<?, ?>> records) {
            return records.get(records.size() - 1).offset() + 1;
        }
    }

    @Test
    void should_return_nothing_from_before_a_seek_whatever_other_threads_do() throws Exception {
        // given
        String topic = GROUP.topic(PARTITIONS, RECORDS);
        List<Seeks> all = IntStream.range(0, PARTITIONS)
                .mapToObj(number -> new Seeks(new TopicPartition(topic, number)))
                .toList();
        AtomicLong polls = new AtomicLong();
        try (Consumer<String, String> consumer = GROUP.member(topic)
                .enableAutoCommit(false)
                .maxPollRecords(7)
                .fetchMaxWait(Duration.ofMillis(5))
                .build()) {
            Polling.until(consumer, () -> consumer.assignment().size() == PARTITIONS, new ArrayList<>());

            // when
            over(() -> {
                List<Integer> doneBefore =
                        all.stream().map(seeks -> seeks.done.get()).toList();
                Records<String, String> records = consumer.poll(ONE_POLL);
                for (int number = 0; number < PARTITIONS; number++) {
                    Seeks seeks = all.get(number);
                    seeks.onPolled(doneBefore.get(number), records.records(seeks.partition));
                }
                return polls.incrementAndGet();
            });
            for (Seeks seeks : all) {
                over(() -> seeks.seek(consumer, polls, () -> isOver));
                over(() -> {
                    consumer.pause(List.of(seeks.partition));
                    consumer.resume(List.of(seeks.partition));
                    return consumer.paused();
                });
                over(() -> assertThat(consumer.position(seeks.partition).orElse(0L))
                        .isBetween(0L, (long) RECORDS));
            }
            over(() -> consumer.commitAsync().get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
            over(() -> consumer.endOffsets(consumer.assignment()));

            // then
            await().atMost(PATIENCE)
                    .until(() -> hasAnyFailed() || all.stream().allMatch(seeks -> seeks.found.get() >= SEEKS));
            end();
        }
    }

    @Test
    void should_commit_no_more_than_the_records_that_any_thread_says_so_of() throws Exception {
        // given
        String topic = GROUP.topic(PARTITIONS, RECORDS);
        Map<TopicPartition, AtomicLong> acknowledged = new ConcurrentHashMap<>();
        Queue<ConsumerRecord<String, String>> work = new ConcurrentLinkedQueue<>();
        AtomicInteger committed = new AtomicInteger();
        try (Consumer<String, String> consumer = GROUP.member(topic)
                        .enableAutoCommit(false)
                        .maxPollRecords(7)
                        .build();
                Consumer<String, String> other = GROUP.member(topic)
                        .enableAutoCommit(false)
                        .maxPollRecords(7)
                        .build();
                Consumer<byte[], byte[]> outsider = GROUP.outsider(topic, PARTITIONS)) {
            // when
            for (Consumer<String, String> each : List.of(consumer, other)) {
                over(() -> {
                    each.poll(ONE_POLL).forEach(work::add);
                    return work;
                });
            }
            for (int number = 0; number < 6; number++) {
                Consumer<String, String> each = number % 2 == 0 ? consumer : other;
                over(() -> {
                    ConsumerRecord<String, String> record = work.poll();
                    if (record != null) {
                        acknowledged
                                .computeIfAbsent(record.topicPartition(), partition -> new AtomicLong())
                                .accumulateAndGet(record.offset() + 1, Math::max);
                        commit(each, record, committed);
                    }
                    return record;
                });
            }
            over(() -> {
                committed(outsider)
                        .forEach((partition, offset) -> assertThat(offset)
                                .as("%s", partition)
                                .isLessThanOrEqualTo(acknowledged.get(partition).get()));
                return acknowledged;
            });

            // then
            await().atMost(PATIENCE).until(() -> hasAnyFailed() || (work.isEmpty() && isAllRead(acknowledged)));
            end();
        }
        assertThat(committed).hasPositiveValue();
    }

    private static boolean isAllRead(Map<TopicPartition, AtomicLong> acknowledged) {
        return acknowledged.size() == PARTITIONS
                && acknowledged.values().stream().allMatch(offset -> offset.get() == RECORDS);
    }

    /** A record of another member's is refused like one of an earlier assignment. */
    private static void commit(
            Consumer<String, String> consumer, ConsumerRecord<String, String> record, AtomicInteger committed) {
        try {
            consumer.commit(record);
            committed.incrementAndGet();
        } catch (BrokerException e) {
            assertThat(GROUP_HAS_MOVED_ON).contains(e.code());
        }
    }

    @Test
    void should_commit_up_to_the_first_record_that_no_thread_has_acknowledged() throws Exception {
        // given
        String topic = GROUP.topic(PARTITIONS, RECORDS);
        Map<TopicPartition, Set<Long>> acknowledged = new HashMap<>();
        IntStream.range(0, PARTITIONS)
                .forEach(number -> acknowledged.put(new TopicPartition(topic, number), new ConcurrentSkipListSet<>()));
        try (Consumer<byte[], byte[]> outsider = GROUP.outsider(topic, PARTITIONS);
                AcknowledgingConsumer<String, String> consumer = acknowledging(topic)) {
            // when
            for (int number = 0; number < 8; number++) {
                SplittableRandom random = new SplittableRandom(number);
                over(() -> acknowledgeSome(consumer, random, acknowledged));
            }
            over(() -> {
                committed(outsider)
                        .forEach((partition, offset) -> assertThat(acknowledged.get(partition))
                                .as("what is done before the committed offset of %s", partition)
                                .hasSizeGreaterThanOrEqualTo(offset.intValue())
                                .containsAll(IntStream.range(0, offset.intValue())
                                        .mapToObj(Long::valueOf)
                                        .toList()));
                return acknowledged;
            });
            await().atMost(PATIENCE)
                    .until(() -> hasAnyFailed()
                            || acknowledged.values().stream().allMatch(offsets -> offsets.size() >= RECORDS / 3));
            AcknowledgingConsumer<String, String> another = acknowledging(topic);
            try (another) {
                over(() -> acknowledgeSome(another, new SplittableRandom(99), acknowledged));
                // then
                await().atMost(PATIENCE)
                        .until(() -> hasAnyFailed()
                                || committed(outsider).values().stream()
                                                .filter(offset -> offset == RECORDS)
                                                .count()
                                        == PARTITIONS);
                end();
            }
        }
    }

    private static Map<TopicPartition, Long> committed(Consumer<?, ?> outsider) {
        Map<TopicPartition, Long> offsets = new HashMap<>();
        outsider.committed(outsider.assignment())
                .forEach((partition, offset) -> offsets.put(partition, offset.offset()));
        return offsets;
    }

    private static AcknowledgingConsumer<String, String> acknowledging(String topic) {
        return GROUP.member(topic)
                .autoCommitInterval(Duration.ofMillis(20))
                .acknowledging()
                .ordering(Ordering.UNORDERED)
                .openRecordsMax(40)
                .build();
    }

    /** Takes a few, and acknowledges them in another order. */
    private static List<OpenRecord<String, String>> acknowledgeSome(
            AcknowledgingConsumer<String, String> consumer,
            SplittableRandom random,
            Map<TopicPartition, Set<Long>> acknowledged) {
        List<OpenRecord<String, String>> open = new ArrayList<>();
        for (int count = 1 + random.nextInt(4); count > 0; count--) {
            Optional<OpenRecord<String, String>> record = consumer.fetch(ONE_POLL);
            record.ifPresent(open::add);
        }
        while (!open.isEmpty()) {
            OpenRecord<String, String> record = open.remove(random.nextInt(open.size()));
            acknowledged.get(record.topicPartition()).add(record.offset());
            boolean unused = record.acknowledge();
        }
        return open;
    }

    @Test
    void should_end_all_threads_when_one_of_them_closes_it() throws Exception {
        // given
        String topic = GROUP.topic(PARTITIONS, RECORDS);
        TopicPartition partition = new TopicPartition(topic, 0);
        Consumer<String, String> consumer =
                GROUP.member(topic).enableAutoCommit(false).maxPollRecords(7).build();
        Polling.until(consumer, () -> consumer.assignment().size() == PARTITIONS, new ArrayList<>());
        List<CompletableFuture<Throwable>> ends = new ArrayList<>();
        AtomicInteger calls = new AtomicInteger();
        for (Callable<?> call : List.<Callable<?>>of(
                () -> consumer.poll(PATIENCE),
                () -> consumer.commitAsync(consumer.poll(ONE_POLL)).get(60, TimeUnit.SECONDS),
                () -> consumer.position(partition),
                () -> consumer.committed(List.of(partition)),
                () -> {
                    consumer.seek(partition, 5);
                    return partition;
                })) {
            ends.add(CompletableFuture.supplyAsync(() -> untilItFails(call, calls), threads));
        }
        await().atMost(PATIENCE).until(() -> calls.get() > 200);

        // when
        consumer.close();

        // then
        for (CompletableFuture<Throwable> end : ends) {
            Throwable thrown = end.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(thrown instanceof ExecutionException ? thrown.getCause() : thrown)
                    .isInstanceOfAny(
                            ClosedException.class,
                            // What closing takes away is not assigned any more.
                            IllegalStateException.class,
                            BrokerException.class);
        }
    }

    private static Throwable untilItFails(Callable<?> call, AtomicInteger calls) {
        while (true) {
            try {
                call.call();
                calls.incrementAndGet();
            } catch (Exception e) {
                return e;
            }
        }
    }
}
