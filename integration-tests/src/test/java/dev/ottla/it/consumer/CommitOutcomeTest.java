package dev.ottla.it.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.ottla.KafkaClient;
import dev.ottla.common.OffsetAndMetadata;
import dev.ottla.common.TopicPartition;
import dev.ottla.config.AutoOffsetReset;
import dev.ottla.config.ClientOptions;
import dev.ottla.config.GroupProtocol;
import dev.ottla.consumer.Consumer;
import dev.ottla.consumer.RebalanceListener;
import dev.ottla.errors.BrokerException;
import dev.ottla.errors.ClosedException;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.KafkaException;
import dev.ottla.errors.Outcome;
import dev.ottla.errors.RequestTimeoutException;
import dev.ottla.producer.Producer;
import dev.ottla.producer.ProducerRecord;
import dev.ottla.serialization.Serializers;
import dev.ottla.testkit.FakeKafka;
import dev.ottla.testkit.KafkaApi;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the application is told about a commit, beside what became of it. */
@Timeout(60)
class CommitOutcomeTest {
    private static final TopicPartition PARTITION = new TopicPartition("orders", 0);
    private static final Duration REQUEST_TIMEOUT = Duration.ofMillis(200);
    private static final Duration API_TIMEOUT = Duration.ofMillis(700);
    private static final Duration FOR_EVER = Duration.ofMinutes(10);
    private static final int ALL = 1_000;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private FakeKafka kafka;
    private KafkaClient client;
    private Consumer<byte[], byte[]> consumer;

    @BeforeEach
    void start() {
        kafka = FakeKafka.builder()
                .topic(PARTITION.topic(), 1)
                .consumerHeartbeatInterval(Duration.ofMillis(100))
                .start();
        client = connect(API_TIMEOUT);
        consumer = consumer(client);
    }

    @AfterEach
    void stop() {
        kafka.clearFaults();
        consumer.close(Duration.ofSeconds(5));
        client.close();
        kafka.close();
    }

    private KafkaClient connect(Duration apiTimeout) {
        return KafkaClient.connect(ClientOptions.builder()
                .bootstrapServers(kafka.bootstrapServers())
                .requestTimeout(REQUEST_TIMEOUT)
                .defaultApiTimeout(apiTimeout)
                .build());
    }

    private static Consumer<byte[], byte[]> consumer(KafkaClient client) {
        return Consumer.builder(client)
                .group("accounting")
                .assign(PARTITION)
                .enableAutoCommit(false)
                .fetchMaxWait(Duration.ofMillis(50))
                .build();
    }

    private static Map<TopicPartition, OffsetAndMetadata> upTo(long offset) {
        return Map.of(PARTITION, new OffsetAndMetadata(offset));
    }

    private long committed() {
        return consumer.committed(List.of(PARTITION)).get(PARTITION).offset();
    }

    @Test
    void should_say_unknown_when_the_answers_do_not_come_in_time() {
        // given
        kafka.delayNext(KafkaApi.OFFSET_COMMIT, FOR_EVER, ALL);

        // when
        KafkaException failure = catchThrowableOfType(KafkaException.class, () -> consumer.commit(upTo(3)));

        // then
        assertThat(failure).isInstanceOf(RequestTimeoutException.class).hasMessageContaining("outcome UNKNOWN");
        assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
        kafka.clearFaults();
        assertThat(committed()).as("it was stored all the same").isEqualTo(3);
        assertThatNoException().as("repeating it does no harm").isThrownBy(() -> consumer.commit(upTo(3)));
        assertThat(committed()).isEqualTo(3);
    }

    @Test
    void should_say_unknown_when_connections_are_lost_with_the_answers() {
        // given
        kafka.disconnectNext(KafkaApi.OFFSET_COMMIT, true, ALL);

        // when
        KafkaException failure = catchThrowableOfType(KafkaException.class, () -> consumer.commit(upTo(3)));

        // then
        assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
        kafka.clearFaults();
        assertThat(committed()).isEqualTo(3);
    }

    @Test
    void should_say_rejected_when_no_coordinator_was_found_to_send_it_to() {
        // given
        kafka.failNext(KafkaApi.FIND_COORDINATOR, ErrorCode.COORDINATOR_NOT_AVAILABLE, ALL);
        try (KafkaClient lost = connect(API_TIMEOUT);
                Consumer<byte[], byte[]> without = consumer(lost)) {
            // when
            KafkaException failure = catchThrowableOfType(KafkaException.class, () -> without.commit(upTo(3)));

            // then
            assertThat(failure).isInstanceOf(RequestTimeoutException.class);
            assertThat(failure.outcome()).isEqualTo(Outcome.REJECTED);
            kafka.clearFaults();
        }
        assertThat(consumer.committed(List.of(PARTITION))).isEmpty();
    }

    @Test
    void should_say_unknown_when_closed_while_a_commit_is_under_way() throws Exception {
        // given
        KafkaClient patient = connect(FOR_EVER);
        try (patient;
                Consumer<byte[], byte[]> closing = consumer(patient)) {
            consumer.commit(upTo(1));
            closing.commit(upTo(2));
            kafka.delayNext(KafkaApi.OFFSET_COMMIT, FOR_EVER, ALL);
            CompletableFuture<Void> commit = closing.commitAsync(upTo(3));
            await().atMost(Duration.ofSeconds(30)).until(() -> committed() == 3);

            // when
            closing.close(Duration.ofMillis(100));
            patient.close();

            // then
            ExecutionException failure =
                    catchThrowableOfType(ExecutionException.class, () -> commit.get(30, TimeUnit.SECONDS));
            assertThat(failure).hasCauseInstanceOf(ClosedException.class);
            assertThat(((KafkaException) failure.getCause()).outcome()).isEqualTo(Outcome.UNKNOWN);
        }
    }

    @Test
    void should_begin_behind_a_commit_that_is_stored_after_its_partition_was_lost_and_assigned_anew() throws Exception {
        // given
        try (Producer<String, String> producer = Producer.builder(client)
                .keySerializer(Serializers.utf8())
                .valueSerializer(Serializers.utf8())
                .build()) {
            for (int record = 0; record < 4; record++) {
                producer.sendSync(ProducerRecord.of(PARTITION.topic(), "value " + record));
            }
        }
        List<Long> read = new ArrayList<>();
        AtomicInteger assignments = new AtomicInteger();
        RebalanceListener counting = new RebalanceListener() {
            @Override
            public void onAssigned(Consumer<?, ?> same, Set<TopicPartition> partitions) {
                assignments.incrementAndGet();
            }
        };
        try (KafkaClient patient = connect(FOR_EVER);
                Consumer<byte[], byte[]> member = Consumer.builder(patient)
                        .group("delivery")
                        .topics(PARTITION.topic())
                        .groupProtocol(GroupProtocol.CONSUMER)
                        .autoOffsetReset(AutoOffsetReset.earliest())
                        .enableAutoCommit(false)
                        .fetchMaxWait(Duration.ofMillis(50))
                        .rebalanceListener(counting)
                        .build()) {
            await().atMost(PATIENCE).until(() -> pollInto(read, member) >= 4);

            // when
            // It goes on being tried while the member, thrown out by one answer, is back in the same epoch.
            kafka.disconnectNext(KafkaApi.OFFSET_COMMIT, false, 5);
            CompletableFuture<Void> commit = member.commitAsync(upTo(3));
            kafka.failNext(KafkaApi.CONSUMER_GROUP_HEARTBEAT, ErrorCode.FENCED_MEMBER_EPOCH, 1);
            await().atMost(PATIENCE).until(() -> pollInto(read, member) >= 5);

            // then
            assertThat(assignments).hasValue(2);
            assertThat(commit).succeedsWithin(PATIENCE);
            assertThat(read).as("what is not committed comes again").containsExactly(0L, 1L, 2L, 3L, 3L);
        }
    }

    private static int pollInto(List<Long> read, Consumer<byte[], byte[]> member) {
        member.poll(Duration.ofMillis(20)).forEach(record -> read.add(record.offset()));
        return read.size();
    }

    @Test
    void should_give_a_note_back_that_was_committed_with_an_offset() {
        // given
        OffsetAndMetadata noted = new OffsetAndMetadata(3, OptionalInt.of(0), "up to invoice 4711, \u00fc\u20ac");

        // when
        consumer.commit(Map.of(PARTITION, noted));

        // then
        assertThat(consumer.committed(List.of(PARTITION))).containsExactly(Map.entry(PARTITION, noted));
        consumer.commit(upTo(4));
        assertThat(consumer.committed(List.of(PARTITION)).get(PARTITION).metadata())
                .isEmpty();
    }

    @Test
    void should_leave_the_committed_offset_alone_when_the_note_is_too_long() {
        // given
        consumer.commit(upTo(3));
        Map<TopicPartition, OffsetAndMetadata> tooLong =
                Map.of(PARTITION, new OffsetAndMetadata(4, OptionalInt.empty(), "x".repeat(5_000)));

        // when
        BrokerException failure = catchThrowableOfType(BrokerException.class, () -> consumer.commit(tooLong));

        // then
        assertThat(failure.code()).isEqualTo(ErrorCode.OFFSET_METADATA_TOO_LARGE);
        assertThat(failure.outcome()).isEqualTo(Outcome.REJECTED);
        assertThat(committed()).isEqualTo(3);
    }
}
