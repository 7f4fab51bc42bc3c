package dev.ottla.it.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.ottla.KafkaClient;
import dev.ottla.common.GroupMetadata;
import dev.ottla.common.OffsetAndMetadata;
import dev.ottla.common.TopicPartition;
import dev.ottla.errors.AbortableException;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.ProducerFencedException;
import dev.ottla.producer.Producer;
import dev.ottla.producer.ProducerRecord;
import dev.ottla.producer.Transaction;
import dev.ottla.producer.TransactionStatus;
import dev.ottla.producer.TransactionalProducer;
import dev.ottla.serialization.Serializers;
import dev.ottla.testkit.RealKafka;
import dev.ottla.testkit.RealKafkaTest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Transactions as consumers of committed records see them, with a broker that speaks the newer protocol (KIP-890). */
@Tag("jdk")
@RealKafkaTest
class TransactionTest {
    private static final int PARTITIONS = 3;

    private final RealKafka broker;
    private final OfficialReader official;
    private final String id = "txn-" + UUID.randomUUID();
    private final String topic = "records-of-" + id;
    private KafkaClient kafka;

    TransactionTest(RealKafka broker) {
        this.broker = broker;
        this.official = OfficialReader.of(broker);
    }

    @BeforeEach
    void connect() throws Exception {
        official.createTopic(topic, PARTITIONS, 1, Map.of("max.message.bytes", "20000"));
        kafka = KafkaClient.connect(broker.bootstrapServers());
    }

    @AfterEach
    void close() {
        kafka.close();
    }

    private TransactionalProducer<String, String> producer() {
        return producer(1);
    }

    private TransactionalProducer<String, String> producer(int concurrent) {
        return Producer.builder(kafka)
                .transactionalId(id)
                .concurrentTransactions(concurrent)
                .keySerializer(Serializers.utf8())
                .valueSerializer(Serializers.utf8())
                .buildTransactional();
    }

    private ProducerRecord<String, String> record(int partition, String value) {
        return ProducerRecord.<String, String>of(topic, value).partition(partition);
    }

    private void send(Transaction<String, String> transaction, String value) {
        IntStream.range(0, PARTITIONS).forEach(partition -> transaction.send(record(partition, value)));
    }

    @Test
    void should_show_what_was_committed_and_hide_what_was_aborted() {
        // given
        try (TransactionalProducer<String, String> producer = producer()) {

            // when
            for (int number = 0; number < 10; number++) {
                Transaction<String, String> transaction = producer.begin();
                send(transaction, "n" + number);
                if (number % 3 == 2) {
                    transaction.abort();
                    assertThat(transaction.status()).isEqualTo(TransactionStatus.ABORTED);
                } else {
                    transaction.commit();
                    assertThat(transaction.status()).isEqualTo(TransactionStatus.COMMITTED);
                }
            }
        }

        // then
        List<String> expected = new ArrayList<>();
        IntStream.range(0, PARTITIONS)
                .forEach(partition -> expected.addAll(List.of("n0", "n1", "n3", "n4", "n6", "n7", "n9")));
        assertThat(official.committedValues(topic)).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void should_use_the_protocol_that_the_cluster_has_agreed_on() throws Exception {
        try (TransactionalProducer<String, String> producer = producer()) {
            for (int number = 0; number < 3; number++) {
                producer.inTransaction(transaction -> transaction.send(record(0, "any")));
            }

            // In the newer protocol every transaction has an epoch of its own.
            assertThat(official.producerEpoch(id)).isEqualTo(epochAfterThree());
        }
    }

    int epochAfterThree() {
        return 3;
    }

    @Test
    void should_commit_many_batches_of_one_transaction_in_order() {
        // given
        List<String> sent = IntStream.range(0, 20_000)
                .mapToObj(number -> "record " + number)
                .toList();

        // when
        try (TransactionalProducer<String, String> producer = producer()) {
            producer.inTransaction(transaction -> {
                sent.forEach(value -> transaction.send(record(1, value)));
                return sent.size();
            });
        }

        // then
        assertThat(official.committedValues(topic)).isEqualTo(sent);
    }

    @Test
    void should_end_transactions_without_records() {
        try (TransactionalProducer<String, String> producer = producer()) {
            producer.begin().commit();
            producer.begin().abort();
            Transaction<String, String> last = producer.begin();
            send(last, "last");
            last.commit();

            assertThat(official.committedValues(topic)).containsOnly("last").hasSize(PARTITIONS);
        }
    }

    @Test
    void should_abort_when_the_body_throws() {
        // given
        try (TransactionalProducer<String, String> producer = producer()) {

            // when
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> producer.inTransaction(transaction -> {
                        send(transaction, "lost");
                        throw new IOException("no");
                    }));
            producer.inTransaction(transaction -> {
                send(transaction, "kept");
                return true;
            });
        }

        // then
        assertThat(official.committedValues(topic)).containsOnly("kept").hasSize(PARTITIONS);
    }

    @Test
    void should_refuse_to_commit_after_a_record_was_refused_and_then_go_on() {
        // given
        try (TransactionalProducer<String, String> producer = producer()) {
            Transaction<String, String> broken = producer.begin();
            send(broken, "fine");
            CompletableFuture<?> refused = broken.send(record(0, "too large ".repeat(5_000)));

            // when
            assertThatExceptionOfType(AbortableException.class).isThrownBy(broken::commit);

            // then
            assertThat(refused).isCompletedExceptionally();
            assertThat(broken.status()).isEqualTo(TransactionStatus.MUST_ABORT);
            assertThat(broken.failure().orElseThrow().code()).isEqualTo(ErrorCode.MESSAGE_TOO_LARGE);
            assertThatExceptionOfType(AbortableException.class).isThrownBy(broken::commit);
            broken.abort();
            producer.inTransaction(transaction -> {
                send(transaction, "next");
                return true;
            });
        }
        assertThat(official.committedValues(topic)).containsOnly("next").hasSize(PARTITIONS);
    }

    @Test
    void should_abort_when_every_record_was_refused() {
        // given
        try (TransactionalProducer<String, String> producer = producer()) {
            Transaction<String, String> broken = producer.begin();
            broken.send(record(0, "too large ".repeat(5_000)));
            assertThatExceptionOfType(AbortableException.class).isThrownBy(broken::commit);

            // when
            broken.abort();

            // then
            producer.inTransaction(transaction -> {
                send(transaction, "next");
                return true;
            });
        }
        assertThat(official.committedValues(topic)).containsOnly("next").hasSize(PARTITIONS);
    }

    @Test
    void should_refuse_what_does_not_fit_to_an_ended_transaction() {
        try (TransactionalProducer<String, String> producer = producer()) {
            Transaction<String, String> committed = producer.begin();
            send(committed, "once");
            committed.commit();

            committed.commit();
            committed.close();
            assertThatIllegalStateException().isThrownBy(committed::abort);
            assertThatIllegalStateException().isThrownBy(() -> send(committed, "late"));
            assertThatIllegalStateException()
                    .isThrownBy(() -> committed.sendOffsets(Map.of(), GroupMetadata.ofGroup("g")));
        }
        assertThat(official.committedValues(topic)).containsOnly("once").hasSize(PARTITIONS);
    }

    @Test
    void should_be_fenced_by_another_producer_of_any_kind_and_fence_it() {
        try (TransactionalProducer<String, String> first = producer();
                KafkaProducer<String, String> theirs = official.transactionalProducer(id)) {
            // given
            Transaction<String, String> open = first.begin();
            send(open, "of the zombie");
            open.send(record(0, "acknowledged")).join();

            // when
            theirs.initTransactions();

            // then
            assertThatExceptionOfType(ProducerFencedException.class).isThrownBy(open::commit);
            assertThat(open.status()).isEqualTo(TransactionStatus.FAILED);
            assertThatExceptionOfType(ProducerFencedException.class).isThrownBy(first::begin);

            // and the other way round
            theirs.beginTransaction();
            theirs.send(new org.apache.kafka.clients.producer.ProducerRecord<>(topic, 0, null, "of their zombie"));
            theirs.flush();
            try (TransactionalProducer<String, String> second = producer()) {
                second.inTransaction(transaction -> {
                    send(transaction, "of the last");
                    return true;
                });
            }
            assertThatExceptionOfType(org.apache.kafka.common.errors.ProducerFencedException.class)
                    .isThrownBy(theirs::commitTransaction);
        }
        assertThat(official.committedValues(topic)).containsOnly("of the last").hasSize(PARTITIONS);
    }

    @Test
    void should_commit_offsets_with_the_records_or_not_at_all() throws Exception {
        // given
        TopicPartition input = new TopicPartition(topic, 0);
        String group = "group-of-" + id;

        try (TransactionalProducer<String, String> producer = producer()) {
            // when
            Transaction<String, String> aborted = producer.begin();
            aborted.sendOffsets(Map.of(input, new OffsetAndMetadata(7)), GroupMetadata.ofGroup(group));
            aborted.abort();

            // then
            assertThat(official.committed(group)).isEmpty();

            // when
            producer.inTransaction(transaction -> {
                send(transaction, "with offsets");
                transaction.sendOffsets(Map.of(input, new OffsetAndMetadata(9)), GroupMetadata.ofGroup(group));
                return true;
            });
        }

        // then
        assertThat(official.committed(group).values())
                .singleElement()
                .satisfies(offset -> assertThat(offset.offset()).isEqualTo(9));
        assertThat(official.committedValues(topic)).containsOnly("with offsets");
    }

    @Test
    void should_refuse_offsets_of_a_member_that_the_group_does_not_know() {
        // given
        TopicPartition input = new TopicPartition(topic, 0);
        GroupMetadata gone = new GroupMetadata("group-of-" + id, 3, "nobody", Optional.empty());

        try (TransactionalProducer<String, String> producer = producer()) {
            Transaction<String, String> transaction = producer.begin();
            send(transaction, "never");

            // when, then
            assertThatExceptionOfType(AbortableException.class)
                    .isThrownBy(() -> transaction.sendOffsets(Map.of(input, new OffsetAndMetadata(1)), gone));
            assertThatExceptionOfType(AbortableException.class).isThrownBy(transaction::commit);
            transaction.abort();
            producer.inTransaction(next -> {
                send(next, "next");
                return true;
            });
        }
        assertThat(official.committedValues(topic)).containsOnly("next").hasSize(PARTITIONS);
    }

    @Test
    void should_run_several_transactions_at_once() {
        // given
        try (TransactionalProducer<String, String> producer = producer(3)) {
            List<Transaction<String, String>> open = List.of(producer.begin(), producer.begin(), producer.begin());
            CompletableFuture<Transaction<String, String>> fourth = producer.beginAsync();

            // when
            IntStream.range(0, 3).forEach(number -> send(open.get(number), "n" + number));
            assertThat(fourth).isNotDone();
            open.get(1).commit();
            open.get(0).abort();
            send(fourth.join(), "fourth");
            fourth.join().commit();
            open.get(2).commit();
        }

        // then
        assertThat(official.committedValues(topic))
                .containsOnly("n1", "n2", "fourth")
                .hasSize(3 * PARTITIONS);
    }

    @Test
    void should_abort_what_is_open_when_it_is_closed() {
        // given
        TransactionalProducer<String, String> producer = producer();
        Transaction<String, String> open = producer.begin();
        send(open, "open");
        open.send(record(0, "acknowledged")).join();

        // when
        long startNanos = System.nanoTime();
        producer.close(Duration.ofSeconds(60));

        // then
        assertThat(Duration.ofNanos(System.nanoTime() - startNanos)).isLessThan(Duration.ofSeconds(30));
        assertThat(open.status()).isEqualTo(TransactionStatus.ABORTED);
        assertThat(official.committedValues(topic)).isEmpty();
    }
}
