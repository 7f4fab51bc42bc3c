package dev.ottla.admin;

import dev.ottla.admin.internal.Answers;
import dev.ottla.errors.KafkaException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How each item of an operation ended, so that one that failed hides no other. Immutable; every item is in exactly one of the
 * two maps, which keep the order in which the items were asked for.
 *
 * @param values the items that worked, with what they were answered
 * @param failures the items that failed, each with its own error; {@link KafkaException#outcome()} says whether a change may
 *     have been made all the same
 * @param <K> what names an item: a topic, a group, a partition
 * @param <V> what is known of an item
 */
public record Results<K, V>(Map<K, V> values, Map<K, KafkaException> failures) {

    /** Copies the maps. */
    public Results {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        failures = Collections.unmodifiableMap(new LinkedHashMap<>(failures));
    }

    static <K, V> Results<K, V> of(Answers<K, V> answers) {
        return new Results<>(answers.values(), answers.failures());
    }

    /** Whether any item failed. */
    public boolean hasFailures() {
        return !failures.isEmpty();
    }

    /**
     * All items, if all worked.
     *
     * @throws KafkaException the first failure, if any item failed; the others are in {@link #failures()}
     */
    public Map<K, V> all() {
        if (hasFailures()) {
            throw failures.values().iterator().next();
        }
        return values;
    }

    /**
     * One item.
     *
     * @throws KafkaException the item's failure, if it failed
     * @throws IllegalArgumentException if the operation was not about this item
     */
    public V get(K key) {
        KafkaException failure = failures.get(key);
        if (failure != null) {
            throw failure;
        }
        V value = values.get(key);
        if (value == null) {
            throw new IllegalArgumentException("The operation was not about " + key + ".");
        }
        return value;
    }
}
