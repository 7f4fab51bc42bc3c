package dev.ottla.it.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import dev.ottla.common.TopicPartition;
import dev.ottla.errors.KafkaException;
import dev.ottla.errors.Outcome;
import dev.ottla.testkit.history.History;
import dev.ottla.testkit.history.HistoryEvent;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.CRC32C;

/**
 * A thread that sends records to the partitions of a topic in turn, at a steady pace however long acknowledgements take, and
 * tells a history about each. A record's value is its name: the producer's and a number.
 */
final class RecordedLoad implements AutoCloseable {
    /** {@code delivery.timeout.ms} as it is by default, in both clients. */
    private static final Duration DELIVERY_TIMEOUT = Duration.ofMinutes(2);

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final History history;
    private final String name;
    private final String topic;
    private final int partitions;
    private final long intervalNanos;
    private final RecordSender records;
    private final Thread thread;
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong ended = new AtomicLong();
    private final Set<Long> open = ConcurrentHashMap.newKeySet();
    private volatile boolean isOver;

    private RecordedLoad(
            History history, String name, String topic, int partitions, Duration interval, RecordSender records) {
        this.history = history;
        this.name = name;
        this.topic = topic;
        this.partitions = partitions;
        this.intervalNanos = interval.toNanos();
        this.records = records;
        this.thread = new Thread(this::run, "load of " + name);
    }

    /** Begins to send. */
    static RecordedLoad start(
            History history, String name, String topic, int partitions, Duration interval, RecordSender records) {
        RecordedLoad load = new RecordedLoad(history, name, topic, partitions, interval, records);
        load.thread.start();
        return load;
    }

    /** The checksum of a record with such a value, for whoever finds it in a log or is given it. */
    static long checksum(String value) {
        CRC32C crc = new CRC32C();
        crc.update(value.getBytes(UTF_8));
        return crc.getValue();
    }

    private void run() {
        long nextNanos = System.nanoTime();
        while (!isOver) {
            sendNext();
            nextNanos += intervalNanos;
            LockSupport.parkNanos(nextNanos - System.nanoTime());
        }
    }

    private void sendNext() {
        long number = sent.get();
        open.add(number);
        sent.incrementAndGet();
        TopicPartition partition = new TopicPartition(topic, (int) (number % partitions));
        String value = name + "/" + number;
        history.add(new HistoryEvent.SendInvoked(name, value, partition, checksum(value), DELIVERY_TIMEOUT));
        try {
            records.send(topic, partition.partition(), value)
                    .whenComplete((offset, failure) -> onEnd(number, partition, value, offset, failure));
        } catch (KafkaException refused) {
            onEnd(number, partition, value, null, refused);
        }
    }

    private void onEnd(long number, TopicPartition partition, String value, Long offset, Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause == null) {
            history.add(new HistoryEvent.SendAcked(name, value, partition, offset));
        } else if (cause instanceof KafkaException known && known.outcome() == Outcome.REJECTED) {
            history.add(new HistoryEvent.SendRejected(name, value, cause.toString()));
        } else {
            history.add(new HistoryEvent.SendUnknown(name, value, cause.toString()));
        }
        open.remove(number);
        ended.incrementAndGet();
    }

    /** Waits until so many more have been sent, and as many as were sent by then have ended. */
    void awaitMore(int count) {
        long enough = sent.get() + count;
        await().atMost(PATIENCE).until(() -> ended.get() >= enough);
    }

    /** Waits until each of those that have been sent by now has ended. */
    void awaitThoseSent() {
        long next = sent.get();
        await().atMost(PATIENCE).until(() -> open.stream().noneMatch(number -> number < next));
    }

    /** Waits until so many have been sent in all. */
    void awaitSent(long count) {
        await().atMost(PATIENCE).until(() -> sent.get() >= count);
    }

    /** Sends no more, and waits until all have ended. */
    @Override
    public void close() {
        isOver = true;
        await().atMost(PATIENCE).until(() -> !thread.isAlive() && ended.get() == sent.get());
    }
}
