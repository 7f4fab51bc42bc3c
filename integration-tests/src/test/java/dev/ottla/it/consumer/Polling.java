package dev.ottla.it.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.consumer.Consumer;
import dev.ottla.consumer.ConsumerRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/** Polls until something is so, and fails the test if it takes too long. */
final class Polling {
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final Duration ONE_POLL = Duration.ofMillis(200);

    private Polling() {}

    /** Polls until there are this many records. */
    static <K, V> List<ConsumerRecord<K, V>> records(Consumer<K, V> consumer, int count) {
        List<ConsumerRecord<K, V>> records = new ArrayList<>();
        until(consumer, () -> records.size() >= count, records);
        return records;
    }

    static <K, V> List<V> values(Consumer<K, V> consumer, int count) {
        return values(records(consumer, count));
    }

    static <K, V> List<V> values(List<ConsumerRecord<K, V>> records) {
        List<V> values = new ArrayList<>();
        records.forEach(record -> values.add(record.value()));
        return values;
    }

    /** Polls, adding to {@code records}, until the condition holds. */
    static <K, V> void until(Consumer<K, V> consumer, BooleanSupplier condition, List<ConsumerRecord<K, V>> records) {
        long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - deadlineNanos)
                    .as("still waiting after %s with %s records", PATIENCE, records.size())
                    .isNegative();
            consumer.poll(ONE_POLL).forEach(records::add);
        }
    }

    /** {@code v<from>} to {@code v<to - 1>}, as {@link OfficialClient#produce} writes them. */
    static List<String> numbered(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "v" + i).toList();
    }
}
