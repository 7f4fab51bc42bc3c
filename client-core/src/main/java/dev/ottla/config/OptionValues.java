package dev.ottla.config;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The checked values behind one options object, by key. Immutable. */
final class OptionValues {
    private final Map<ConfigKey<?>, Object> values;

    OptionValues(Map<ConfigKey<?>, Object> values) {
        this.values = Map.copyOf(values);
    }

    /** The value of a key that has a default, or that was checked to be present. */
    <T> T get(ConfigKey<T> key) {
        return find(key).orElseThrow(() -> new IllegalStateException(key + " has neither value nor default"));
    }

    /**
     * The value of an upper bound whose default gives way to a larger lower bound. That a bound which was set is not
     * too
     * low has been checked by {@link OptionChecks#notBelow}.
     */
    Duration notBelow(ConfigKey<Duration> upper, Duration lower) {
        Duration value = get(upper);
        return value.compareTo(lower) >= 0 ? value : lower;
    }

    /** The value of a key that may be absent. */
    @SuppressWarnings("unchecked") // values are put in by their own key's type only
    <T> Optional<T> find(ConfigKey<T> key) {
        return Optional.ofNullable((T) values.get(key));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof OptionValues that && values.equals(that.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    /** The values that differ from their defaults, sorted by key, secrets masked. */
    @Override
    public String toString() {
        Map<String, String> shown = new TreeMap<>();
        values.keySet().forEach(key -> show(key, shown));
        return shown.toString();
    }

    private <T> void show(ConfigKey<T> key, Map<String, String> shown) {
        T value = get(key);
        if (!value.equals(key.defaultValue())) {
            shown.put(key.name(), key.type().show(value));
        }
    }
}
