package dev.ottla.it.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ottla.KafkaClient;
import dev.ottla.common.TopicPartition;
import dev.ottla.config.AutoOffsetReset;
import dev.ottla.config.GroupProtocol;
import dev.ottla.consumer.AcknowledgingConsumer;
import dev.ottla.consumer.Consumer;
import dev.ottla.consumer.ConsumerBuilder;
import dev.ottla.consumer.ConsumerRecord;
import dev.ottla.consumer.FailurePolicy;
import dev.ottla.consumer.OpenRecord;
import dev.ottla.consumer.Ordering;
import dev.ottla.consumer.Processor;
import dev.ottla.consumer.RebalanceListener;
import dev.ottla.consumer.Retries;
import dev.ottla.errors.RecordException;
import dev.ottla.serialization.Deserializers;
import dev.ottla.testkit.FakeKafka;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The styles in which the library polls and commits: handlers, and records that are acknowledged one by one. */
@Tag("jdk")
class ProcessorTest {
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final int FIRST_WITH_VIRTUAL_THREADS = 21;

    private static FakeKafka kafka;

    private final OfficialClient official = new OfficialClient(kafka.bootstrapServers());
    private final String group = "g-" + UUID.randomUUID();
    private final Queue<ConsumerRecord<String, String>> handled = new ConcurrentLinkedQueue<>();
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
        return member(client, topic);
    }

    private ConsumerBuilder<String, String> member(KafkaClient client, String topic) {
        return Consumer.builder(client)
                .group(group)
                .topics(topic)
                .autoOffsetReset(AutoOffsetReset.earliest())
                .autoCommitInterval(Duration.ofMillis(100))
                .heartbeatInterval(Duration.ofMillis(200))
                .keyDeserializer(Deserializers.utf8())
                .valueDeserializer(Deserializers.utf8());
    }

    @Test
    void should_handle_far_more_at_once_than_there_are_partitions_and_keep_the_order_of_each_key() {
        // given
        int records = 4800;
        String topic = official.createTopic(6);
        produceWithKeys(topic, 6, records, 400);
        Executor tenMillisecondsLater = CompletableFuture.delayedExecutor(10, TimeUnit.MILLISECONDS);

        // when
        AtomicInteger begun = new AtomicInteger();
        AtomicInteger atOnceMax = new AtomicInteger();
        try (Processor processor = member(topic)
                .processor()
                .ordering(Ordering.KEY)
                .concurrency(256)
                .startAsync(record -> {
                    atOnceMax.accumulateAndGet(begun.incrementAndGet() - handled.size(), Math::max);
                    return CompletableFuture.runAsync(() -> handled.add(record), tenMillisecondsLater);
                })) {
            await().atMost(PATIENCE).until(() -> handled.size() == records);
            assertThat(processor.openRecords()).isLessThanOrEqualTo(records);
        }

        // then
        assertThat(atOnceMax.get()).isGreaterThan(8 * 6).isLessThanOrEqualTo(256);
        assertOrderOfKeys(handled);
        assertThat(committed(topic, 6)).isEqualTo(records);
    }

    @Test
    void should_handle_on_virtual_threads() throws Exception {
        assumeTrue(
                Runtime.version().feature() >= FIRST_WITH_VIRTUAL_THREADS,
                "virtual threads came with Java 21; this is " + Runtime.version());
        // given
        int records = 1200;
        String topic = official.createTopic(6);
        produceWithKeys(topic, 6, records, 300);
        ExecutorService threads = (ExecutorService)
                Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        Method isVirtual = Thread.class.getMethod("isVirtual");
        Set<Object> kinds = ConcurrentHashMap.newKeySet();

        // when
        try (Processor processor = member(topic)
                .processor()
                .ordering(Ordering.KEY)
                .concurrency(128)
                .executor(threads)
                .start(record -> {
                    kinds.add(isVirtual.invoke(Thread.currentThread()));
                    LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
                    handled.add(record);
                })) {
            await().atMost(PATIENCE).until(() -> handled.size() == records);
            assertThat(processor.ended()).isNotDone();
        } finally {
            threads.shutdown();
        }

        // then
        assertThat(kinds).containsExactly(true);
        assertOrderOfKeys(handled);
        assertThat(committed(topic, 6)).isEqualTo(records);
    }

    @Test
    void should_retry_in_the_order_of_the_key_and_write_what_is_hopeless_to_dead_letters() {
        // given
        String topic = official.createTopic(1);
        String deadLetters = official.createTopic(3);
        produceWithKeys(topic, 1, 40, 4);
        Map<Long, AtomicInteger> attempts = new ConcurrentHashMap<>();

        // when
        try (Processor processor = member(topic)
                .processor()
                .ordering(Ordering.KEY)
                .retries(Retries.atMost(3).backoff(Duration.ofMillis(5), Duration.ofMillis(20)))
                .onFailure(FailurePolicy.deadLetter(deadLetters))
                .start(record -> {
                    int attempt = attempts.computeIfAbsent(record.offset(), offset -> new AtomicInteger())
                            .incrementAndGet();
                    if (record.offset() == 7 || (record.offset() == 5 && attempt < 3)) {
                        throw new IllegalStateException("no luck with " + record.offset());
                    }
                    handled.add(record);
                })) {
            await().atMost(PATIENCE).until(() -> handled.size() == 39);
            await().atMost(PATIENCE).until(() -> processor.openRecords() == 0);
        }

        // then
        assertOrderOfKeys(handled);
        assertThat(attempts.get(5L)).hasValue(3);
        assertThat(attempts.get(7L)).hasValue(3);
        assertThat(committed(topic, 1)).isEqualTo(40);
        assertLetter(deadLetters, topic);
    }

    private void assertLetter(String deadLetters, String topic) {
        try (KafkaConsumer<String, String> reader =
                official.consumer(Map.of("group.id", "r-" + UUID.randomUUID(), "auto.offset.reset", "earliest"))) {
            reader.subscribe(List.of(deadLetters));
            List<org.apache.kafka.clients.consumer.ConsumerRecord<String, String>> letters = new ArrayList<>();
            await().atMost(PATIENCE).until(() -> {
                reader.poll(Duration.ofMillis(100)).forEach(letters::add);
                return !letters.isEmpty();
            });
            assertThat(letters).hasSize(1);
            assertThat(letters.get(0).value()).isEqualTo("v7");
            assertThat(header(letters.get(0), "topic")).isEqualTo(topic);
            assertThat(header(letters.get(0), "partition")).isEqualTo("0");
            assertThat(header(letters.get(0), "offset")).isEqualTo("7");
            assertThat(header(letters.get(0), "group")).isEqualTo(group);
            assertThat(header(letters.get(0), "exception")).isEqualTo(IllegalStateException.class.getName());
            assertThat(header(letters.get(0), "message")).isEqualTo("no luck with 7");
            assertThat(header(letters.get(0), "attempts")).isEqualTo("3");
        }
    }

    private static String header(org.apache.kafka.clients.consumer.ConsumerRecord<String, String> letter, String name) {
        return new String(letter.headers().lastHeader("ottla.error." + name).value(), StandardCharsets.UTF_8);
    }

    @Test
    void should_end_at_the_record_that_failed_and_commit_what_lies_before_it() {
        // given
        String topic = official.createTopic(1);
        official.produce(topic, 0, 0, 20);

        // when
        Processor processor = member(topic).processor().start(record -> {
            if (record.offset() == 13) {
                throw new IllegalStateException("no luck");
            }
            handled.add(record);
        });

        // then
        assertThatThrownBy(() -> processor.ended().get(40, TimeUnit.SECONDS))
                .cause()
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("offset 13")
                .hasCauseInstanceOf(IllegalStateException.class);
        assertThat(committed(topic, 1)).isEqualTo(13);
        processor.close();
    }

    @Test
    void should_hand_over_to_another_member_without_leaving_anything_out() {
        // given
        AtomicInteger records = new AtomicInteger();
        String topic = official.createTopic(6);
        records.addAndGet(produceWithKeys(topic, 6, 6000, 600));
        Executor later = CompletableFuture.delayedExecutor(5, TimeUnit.MILLISECONDS);
        AtomicInteger handledBySecond = new AtomicInteger();

        // when
        try (Processor first = member(topic)
                .processor()
                .ordering(Ordering.KEY)
                .startAsync(record -> CompletableFuture.runAsync(() -> handled.add(record), later))) {
            await().atMost(PATIENCE).until(() -> handled.size() > 500);
            try (Processor second = member(topic)
                    .processor()
                    .ordering(Ordering.KEY)
                    .startAsync(record -> {
                        handledBySecond.incrementAndGet();
                        return CompletableFuture.runAsync(() -> handled.add(record), later);
                    })) {
                // The first one may be done with all that there is before the second has joined.
                await().atMost(PATIENCE).until(() -> {
                    records.addAndGet(produceWithKeys(topic, 6, 600, 600));
                    return handledBySecond.get() > 0;
                });
                await().atMost(PATIENCE).until(() -> handledOnce().size() >= records.get());
                assertThat(second.ended()).isNotDone();
            }
            assertThat(first.ended()).isNotDone();
        }

        // then
        assertThat(handledOnce()).hasSize(records.get());
        assertOrderOfKeys(handledOnce());
        assertThat(committed(topic, 6)).isEqualTo(records.get());
    }

    @ParameterizedTest
    @EnumSource(
            value = GroupProtocol.class,
            names = {"CLASSIC", "CONSUMER"})
    void should_stay_a_member_while_a_handler_outlasts_session_and_poll_interval(GroupProtocol protocol)
            throws Exception {
        // given
        int records = 200;
        // The least that the broker grants.
        Duration session = Duration.ofSeconds(protocol == GroupProtocol.CLASSIC ? 6 : 2);
        Duration pollInterval = Duration.ofSeconds(1);
        Duration lasting = session.plusMillis(1_500);
        CountDownLatch enough = new CountDownLatch(1);
        Queue<String> told = new ConcurrentLinkedQueue<>();
        try (FakeKafka impatient = FakeKafka.builder()
                        .consumerSessionTimeout(session)
                        .consumerHeartbeatInterval(Duration.ofMillis(200))
                        .start();
                KafkaClient itsClient = KafkaClient.connect(impatient.bootstrapServers());
                Admin admin = new OfficialClient(impatient.bootstrapServers()).admin()) {
            OfficialClient itsOfficial = new OfficialClient(impatient.bootstrapServers());
            String topic = itsOfficial.createTopic(1);
            itsOfficial.produce(topic, 0, 0, records);

            // when
            try (Processor processor = member(itsClient, topic)
                    .groupProtocol(protocol)
                    .sessionTimeout(session)
                    .maxPollInterval(pollInterval)
                    .rebalanceListener(telling(told))
                    .processor()
                    .concurrency(1)
                    .start(record -> {
                        assertThat(enough.await(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                                .isTrue();
                        handled.add(record);
                    })) {
                await().atMost(PATIENCE).until(() -> processor.openRecords() > 0);
                List<String> before = members(admin);
                await().pollDelay(lasting).atMost(PATIENCE).until(() -> true);

                // then
                assertThat(members(admin)).hasSize(1).isEqualTo(before);
                enough.countDown();
                await().atMost(PATIENCE).until(() -> handled.size() >= records);
                assertThat(told).containsExactly("assigned");
                await().atMost(PATIENCE).until(() -> processor.openRecords() == 0);
            }
            assertThat(handled).hasSize(records);
        }
    }

    private static RebalanceListener telling(Queue<String> told) {
        return new RebalanceListener() {
            @Override
            public void onAssigned(Consumer<?, ?> consumer, Set<TopicPartition> partitions) {
                told.add("assigned");
            }

            @Override
            public void onRevoking(Consumer<?, ?> consumer, Set<TopicPartition> partitions, Duration remaining) {
                told.add("revoking");
            }

            @Override
            public void onLost(Consumer<?, ?> consumer, Set<TopicPartition> partitions) {
                told.add("lost");
            }
        };
    }

    private List<String> members(Admin admin) throws Exception {
        return admin
                .describeConsumerGroups(List.of(group))
                .describedGroups()
                .get(group)
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .members()
                .stream()
                .map(MemberDescription::consumerId)
                .toList();
    }

    @Test
    void should_commit_what_is_acknowledged_up_to_the_first_gap() {
        // given
        String topic = official.createTopic(1);
        official.produce(topic, 0, 0, 10);

        // when
        try (AcknowledgingConsumer<String, String> consumer =
                member(topic).acknowledging().drainTimeout(Duration.ZERO).build()) {
            List<OpenRecord<String, String>> open = fetch(consumer, 10);
            for (int i : new int[] {9, 0, 4, 2, 1, 5}) {
                assertThat(open.get(i).acknowledge()).isTrue();
            }
            assertThat(open.get(9).acknowledge()).isFalse();
        }

        // then
        assertThat(committed(topic, 1)).isEqualTo(3);
        try (AcknowledgingConsumer<String, String> next =
                member(topic).acknowledging().build()) {
            List<OpenRecord<String, String>> open = fetch(next, 7);
            assertThat(open).extracting(OpenRecord::offset).containsExactly(3L, 4L, 5L, 6L, 7L, 8L, 9L);
            assertThat(open.get(0).record().value()).isEqualTo("v3");
            open.forEach(OpenRecord::acknowledge);
        }
        assertThat(committed(topic, 1)).isEqualTo(10);
    }

    private static List<OpenRecord<String, String>> fetch(AcknowledgingConsumer<String, String> consumer, int count) {
        List<OpenRecord<String, String>> open = new ArrayList<>();
        while (open.size() < count) {
            open.add(consumer.fetch(PATIENCE).orElseThrow());
        }
        return open;
    }

    private int produceWithKeys(String topic, int partitions, int records, int keys) {
        try (KafkaProducer<String, String> producer = official.producer(Map.of())) {
            for (int i = 0; i < records; i++) {
                int key = i % keys;
                producer.send(new ProducerRecord<>(topic, key % partitions, "k" + key, "v" + i));
            }
            producer.flush();
        }
        return records;
    }

    /** What was handled for the first time: what lies behind a record that was not begun any more comes again. */
    private Collection<ConsumerRecord<String, String>> handledOnce() {
        Map<String, ConsumerRecord<String, String>> once = new LinkedHashMap<>();
        handled.forEach(record -> once.putIfAbsent(record.partition() + "@" + record.offset(), record));
        return once.values();
    }

    private static void assertOrderOfKeys(Collection<ConsumerRecord<String, String>> handled) {
        Map<String, Long> last = new HashMap<>();
        Set<String> disordered = new TreeSet<>();
        for (ConsumerRecord<String, String> record : handled) {
            String key = record.partition() + record.key();
            Long before = last.put(key, record.offset());
            if (before != null && before >= record.offset()) {
                disordered.add(key);
            }
        }
        assertThat(disordered).isEmpty();
    }

    private long committed(String topic, int partitions) {
        try (Consumer<byte[], byte[]> reader = Consumer.builder(client)
                .group(group)
                .assign(new TopicPartition(topic, 0))
                .build()) {
            List<TopicPartition> all = IntStream.range(0, partitions)
                    .mapToObj(partition -> new TopicPartition(topic, partition))
                    .toList();
            return reader.committed(all).values().stream()
                    .mapToLong(offset -> offset.offset())
                    .sum();
        }
    }
}
