package dev.ottla.config;

import dev.ottla.errors.InvalidOption;
import dev.ottla.errors.InvalidOptionsException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Collects what is wrong with options, so that all of it is reported at once. Used by one thread during one build. */
final class OptionChecks {
    private final List<InvalidOption> problems = new ArrayList<>();
    private final Set<ConfigKey<?>> broken = new HashSet<>();
    private final Predicate<ConfigKey<?>> isSet;

    /** Begins the checks of options in which these keys were given a value. */
    OptionChecks(Predicate<ConfigKey<?>> isSet) {
        this.isSet = isSet;
    }

    /** Notes that a key's own value is wrong; rules that need it are then skipped. */
    void broken(ConfigKey<?> key, String problem) {
        broken.add(key);
        problems.add(new InvalidOption(key.name(), problem));
    }

    /** Notes a problem with a name that is not in the table. */
    void unknown(String name, String problem) {
        problems.add(new InvalidOption(name, problem));
    }

    /**
     * Checks a rule between keys. It is named by its first key, and skipped if the value of any of them is wrong by
     * itself.
     */
    void rule(List<ConfigKey<?>> keys, BooleanSupplier holds, Supplier<String> problem) {
        if (keys.stream().noneMatch(broken::contains) && !holds.getAsBoolean()) {
            problems.add(new InvalidOption(keys.get(0).name(), problem.get()));
        }
    }

    /**
     * Checks that an upper bound that was set is not below its lower bound. One that was not set gives way instead, see
     * {@link OptionValues#notBelow}.
     */
    void notBelow(OptionValues values, ConfigKey<Duration> upper, ConfigKey<Duration> lower) {
        rule(
                List.of(upper, lower),
                () -> !isSet(upper) || values.get(upper).compareTo(values.get(lower)) >= 0,
                () -> values.get(upper) + " must not be below " + lower + " (" + values.get(lower) + ")");
    }

    /** Whether the key was given a value, by configuration or code. */
    boolean isSet(ConfigKey<?> key) {
        return isSet.test(key);
    }

    /** Ends the checks. */
    void throwIfAny() {
        if (!problems.isEmpty()) {
            throw new InvalidOptionsException(problems);
        }
    }
}
