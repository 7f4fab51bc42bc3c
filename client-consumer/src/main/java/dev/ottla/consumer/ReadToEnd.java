package dev.ottla.consumer;

import dev.ottla.common.TopicPartition;
import dev.ottla.errors.ErrorDetails;
import dev.ottla.errors.Outcome;
import dev.ottla.errors.RequestTimeoutException;
import dev.ottla.internal.concurrent.Copies;
import dev.ottla.internal.concurrent.NanoClock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;

/** Polls up to the offsets where the logs ended; see {@link Consumer#readToEnd}. Used by one thread. */
final class ReadToEnd<K, V> implements Iterator<ConsumerRecord<K, V>> {
    private static final Duration POLL = Duration.ofMillis(500);

    private final Consumer<K, V> consumer;
    private final Map<TopicPartition, Long> ends;
    private final Duration patience;
    private final NanoClock clock;

    /** Paused by this, as they have reached their ends. */
    private final Set<TopicPartition> held = new HashSet<>();

    private Iterator<ConsumerRecord<K, V>> polled =
            List.<ConsumerRecord<K, V>>of().iterator();

    ReadToEnd(Consumer<K, V> consumer, Map<TopicPartition, Long> ends, Duration patience, NanoClock clock) {
        this.consumer = consumer;
        this.ends = new HashMap<>(ends);
        this.patience = patience;
        this.clock = clock;
    }

    @Override
    public boolean hasNext() {
        long deadlineNanos = clock.nanoTime() + patience.toNanos();
        while (!polled.hasNext()) {
            dropReached();
            if (ends.isEmpty()) {
                resumeHeld();
                return false;
            }
            if (clock.nanoTime() - deadlineNanos >= 0) {
                throw nothingComes();
            }
            Records<K, V> records = consumer.poll(POLL);
            polled = records.stream()
                    .filter(record -> {
                        Long end = ends.get(record.topicPartition());
                        return end != null && record.offset() < end;
                    })
                    .toList()
                    .iterator();
        }
        return true;
    }

    /** The position counts, not the last record: a log may end with records that nobody sees. */
    private void dropReached() {
        ends.keySet().retainAll(consumer.assignment());
        for (Map.Entry<TopicPartition, Long> end : Copies.of(ends).entrySet()) {
            TopicPartition partition = end.getKey();
            long position = consumer.position(partition).orElse(-1L);
            if (position >= end.getValue()) {
                ends.remove(partition);
                hold(partition);
                if (position > end.getValue()) {
                    consumer.seek(partition, end.getValue());
                }
            }
        }
    }

    /** While others are read, nothing behind its end must be polled, and so lost to the polls that follow. */
    private void hold(TopicPartition partition) {
        if (!consumer.paused().contains(partition)) {
            consumer.pause(List.of(partition));
            held.add(partition);
        }
    }

    private void resumeHeld() {
        held.retainAll(consumer.assignment());
        consumer.resume(held);
        held.clear();
    }

    private RequestTimeoutException nothingComes() {
        return new RequestTimeoutException(
                "Nothing came of " + ends.keySet() + " for " + patience.toMillis() + " ms, though more is there.",
                ErrorDetails.builder().outcome(Outcome.REJECTED).build(),
                null);
    }

    @Override
    public ConsumerRecord<K, V> next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return polled.next();
    }
}
