package dev.ottla.it.scenario;

import static org.awaitility.Awaitility.await;

import dev.ottla.common.TopicPartition;
import dev.ottla.errors.KafkaException;
import dev.ottla.errors.Outcome;
import dev.ottla.producer.ProducerRecord;
import dev.ottla.producer.Transaction;
import dev.ottla.producer.TransactionalProducer;
import dev.ottla.testkit.history.History;
import dev.ottla.testkit.history.HistoryEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A thread that runs one transaction after the other, of some records each, and tells a history about the records. Every fourth
 * transaction is aborted. What a commit leaves open is asked for by committing again.
 */
final class RecordedTransactions implements AutoCloseable {
    private static final int RECORDS = 10;
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration DEADLINE = Duration.ofMinutes(2);

    private final History history;
    private final String name;
    private final String topic;
    private final int partitions;
    private final TransactionalProducer<String, String> producer;
    private final Queue<String> committed = new ConcurrentLinkedQueue<>();
    private final Queue<KafkaException> failures = new ConcurrentLinkedQueue<>();
    private final AtomicInteger ended = new AtomicInteger();
    private final Thread thread = new Thread(this::run, "transactions");
    private volatile boolean isOver;

    private RecordedTransactions(
            History history,
            String name,
            String topic,
            int partitions,
            TransactionalProducer<String, String> producer) {
        this.history = history;
        this.name = name;
        this.topic = topic;
        this.partitions = partitions;
        this.producer = producer;
    }

    /** Begins. */
    static RecordedTransactions start(
            History history,
            String name,
            String topic,
            int partitions,
            TransactionalProducer<String, String> producer) {
        RecordedTransactions transactions = new RecordedTransactions(history, name, topic, partitions, producer);
        history.add(new HistoryEvent.ProducerStarted(name, topic));
        transactions.thread.start();
        return transactions;
    }

    private void run() {
        for (int number = 0; !isOver; number++) {
            String its = name + " " + number;
            try (Transaction<String, String> transaction = producer.begin()) {
                history.add(new HistoryEvent.TransactionBegan(name, its));
                List<String> values = send(transaction, its);
                if (number % 4 == 3) {
                    transaction.abort();
                    history.add(new HistoryEvent.TransactionAborted(name, its));
                } else {
                    commit(transaction, its);
                    committed.addAll(values);
                }
            } catch (KafkaException e) {
                failures.add(e);
            }
            ended.incrementAndGet();
        }
    }

    private void commit(Transaction<String, String> transaction, String its) {
        try {
            commitOnce(transaction, its);
        } catch (KafkaException e) {
            if (e.outcome() != Outcome.UNKNOWN) {
                throw e;
            }
            commitOnce(transaction, its);
        }
    }

    private void commitOnce(Transaction<String, String> transaction, String its) {
        history.add(new HistoryEvent.TransactionCommitInvoked(name, its));
        try {
            transaction.commit();
            history.add(new HistoryEvent.TransactionCommitted(name, its));
        } catch (KafkaException e) {
            history.add(
                    e.outcome() == Outcome.UNKNOWN
                            ? new HistoryEvent.TransactionUnknown(name, its, e.toString())
                            : new HistoryEvent.TransactionRefused(name, its, e.toString()));
            throw e;
        }
    }

    private List<String> send(Transaction<String, String> transaction, String its) {
        List<String> values = new ArrayList<>();
        for (int record = 0; record < RECORDS; record++) {
            TopicPartition partition = new TopicPartition(topic, record % partitions);
            String value = its + "/" + record;
            values.add(value);
            long checksum = RecordedLoad.checksum(value);
            history.add(new HistoryEvent.SendInvoked(name, value, partition, checksum, DEADLINE));
            history.add(new HistoryEvent.SentInTransaction(its, value));
            transaction.send(
                    ProducerRecord.<String, String>of(topic, value).partition(partition.partition()),
                    (metadata, error) -> {
                        if (error == null) {
                            long offset = Objects.requireNonNull(metadata).offset();
                            history.add(new HistoryEvent.SendAcked(name, value, partition, offset));
                        } else if (error.outcome() == Outcome.REJECTED) {
                            history.add(new HistoryEvent.SendRejected(name, value, error.toString()));
                        } else {
                            history.add(new HistoryEvent.SendUnknown(name, value, error.toString()));
                        }
                    });
        }
        return values;
    }

    /** Waits until so many more have ended. */
    void awaitMore(int count) {
        int enough = ended.get() + count;
        await().atMost(PATIENCE).until(() -> ended.get() >= enough);
    }

    /** The values of all that are committed, as their producer was told. */
    List<String> committed() {
        return List.copyOf(committed);
    }

    /** Why transactions failed that were to be committed. */
    List<KafkaException> failures() {
        return List.copyOf(failures);
    }

    /** Begins none any more, and waits for the end of the last. */
    @Override
    public void close() {
        isOver = true;
        await().atMost(PATIENCE).until(() -> !thread.isAlive());
    }
}
