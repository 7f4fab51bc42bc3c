package dev.ottla.config;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The table of keys: every standard key of Kafka's producer, consumer and admin client, and the few that Ottla adds.
 * What
 * is read, what is checked, what is documented: all comes from here. Immutable.
 */
public final class ConfigKeys {
    private static final List<KeyTable> TABLES = Stream.of(
                    ClientKeys.TABLES, SecurityKeys.TABLES, ProducerKeys.TABLES, ConsumerKeys.TABLES, AdminKeys.TABLES)
            .flatMap(List::stream)
            .toList();
    private static final List<ConfigKey<?>> SORTED = sorted();
    private static final Map<String, ConfigKey<?>> BY_NAME =
            SORTED.stream().collect(Collectors.toUnmodifiableMap(ConfigKey::name, Function.identity()));

    /** A slip is at most this many letters added, left out, exchanged or swapped. */
    private static final int SLIP_MAX = 3;

    private ConfigKeys() {}

    /** All keys, sorted by name. */
    public static List<ConfigKey<?>> all() {
        return SORTED;
    }

    /** The key with this name. */
    public static Optional<ConfigKey<?>> find(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    /** The key whose name is most like this one, if one is so like it that a slip of the pen is probable. */
    public static Optional<ConfigKey<?>> nearest(String name) {
        int distanceMax = Math.min(SLIP_MAX, name.length() / 3);
        return SORTED.stream()
                .filter(key -> Math.abs(key.name().length() - name.length()) <= distanceMax)
                .map(key -> Map.entry(key, EditDistance.between(key.name(), name)))
                .filter(candidate -> candidate.getValue() <= distanceMax)
                .min(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey);
    }

    /** Whether the name is in the table, or is a parameter of a configuration provider. */
    static boolean isKnown(String name) {
        return BY_NAME.containsKey(name) || name.startsWith(ConfigProviders.PARAMETER_PREFIX);
    }

    static List<KeyTable> tables() {
        return TABLES;
    }

    private static List<ConfigKey<?>> sorted() {
        Comparator<ConfigKey<?>> byName = Comparator.comparing(ConfigKey::name);
        return TABLES.stream()
                .flatMap(table -> table.rows().stream())
                .sorted(byName)
                .toList();
    }
}
