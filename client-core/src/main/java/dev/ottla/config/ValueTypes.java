package dev.ottla.config;

import dev.ottla.common.ByteSize;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The types of values that Kafka's keys have, with Kafka's syntax. */
final class ValueTypes {
    /** The longest duration that can be counted in nanoseconds, 292 years. */
    private static final long MILLIS_MAX = Long.MAX_VALUE / 1_000_000;

    private ValueTypes() {}

    static ValueType<String> string() {
        return plain("string", text -> text, value -> value);
    }

    static ValueType<String> nonEmptyString() {
        return string().where(value -> require(!value.isEmpty(), "must not be empty"));
    }

    static ValueType<String> className() {
        return plain("class name", text -> text, value -> value)
                .where(value -> require(!value.isEmpty(), "must not be empty"));
    }

    static ValueType<Secret> secret() {
        return new ValueType<>("secret", Secret::of, ValueType.Check.none(), Secret::toString, true);
    }

    static ValueType<Boolean> bool() {
        return plain("boolean", ValueTypes::parseBoolean, String::valueOf);
    }

    static ValueType<Integer> integer(int min, int max) {
        return plain("int" + range(min, max, Integer.MAX_VALUE), number(Integer::valueOf), String::valueOf)
                .where(value -> requireRange(value, min, max, Integer.MAX_VALUE));
    }

    static ValueType<Integer> integer(int min) {
        return integer(min, Integer.MAX_VALUE);
    }

    static ValueType<Double> decimal(double min, double max) {
        return plain("double, " + min + " to " + max, number(Double::valueOf), String::valueOf)
                .where(value -> require(value >= min && value <= max, "must be " + min + " to " + max));
    }

    /** Milliseconds that Kafka holds in an int, so not more than 24 days. */
    static ValueType<Duration> millis() {
        return duration("duration (ms)", 0, Integer.MAX_VALUE);
    }

    /** Milliseconds that Kafka holds in a long; bounded here so that they can be counted in nanoseconds. */
    static ValueType<Duration> longMillis() {
        return duration("duration (ms)", 0, MILLIS_MAX);
    }

    /** Milliseconds that Kafka holds in an int, with a lowest value. */
    static ValueType<Duration> millisAtLeast(long min) {
        return duration("duration (ms), at least " + min, min, Integer.MAX_VALUE);
    }

    /** Milliseconds that Kafka holds in a long, with a lowest value. */
    static ValueType<Duration> longMillisAtLeast(long min) {
        return duration("duration (ms), at least " + min, min, MILLIS_MAX);
    }

    /** Milliseconds where a negative number switches the deadline off; then the longest duration stands for it. */
    static ValueType<Duration> longMillisOrNever() {
        ValueType<Duration> millis = longMillis();
        return new ValueType<>(
                "duration (ms), -1 for never",
                ValueTypes::parseMillisOrNever,
                millis.check(),
                millis.formatter(),
                false);
    }

    static ValueType<Duration> seconds(long max) {
        return plain(
                        "duration (s), at most " + max,
                        number(text -> Duration.ofSeconds(Long.parseLong(text))),
                        value -> String.valueOf(value.toSeconds()))
                .where(value -> require(
                        !value.isNegative() && value.compareTo(Duration.ofSeconds(max)) <= 0,
                        "must be 0 to " + max + " seconds"));
    }

    /** A number of bytes that Kafka holds in an int. */
    static ValueType<ByteSize> bytes() {
        return longBytes()
                .where(value ->
                        require(value.bytes() <= Integer.MAX_VALUE, "must be at most " + Integer.MAX_VALUE + " bytes"));
    }

    /** A number of bytes that Kafka holds in a long. */
    static ValueType<ByteSize> longBytes() {
        return plain("bytes", ValueTypes::parseBytes, value -> String.valueOf(value.bytes()));
    }

    static ValueType<List<String>> list() {
        return plain("list", ValueTypes::split, value -> String.join(",", value));
    }

    static <E> ValueType<List<E>> listOf(ValueType<E> element) {
        return new ValueType<>(
                "list of: " + element.name(),
                text -> split(text).stream().map(element::parse).toList(),
                values -> values.forEach(element.check()::check),
                values -> values.stream().map(element.formatter()).collect(Collectors.joining(",")),
                element.isSecret());
    }

    /** One of the names, exactly as written. */
    static <E> ValueType<E> choice(Map<String, E> byName) {
        return choice(byName, byName);
    }

    /** One of the names, in upper or lower case. */
    static <E> ValueType<E> choiceIgnoringCase(Map<String, E> byName) {
        Map<String, E> folded = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        folded.putAll(byName);
        return choice(byName, folded);
    }

    /** One of the words, exactly as written. */
    static ValueType<String> word(String... words) {
        return choice(wordsByThemselves(words));
    }

    /** One of the words, in upper or lower case. */
    static ValueType<String> wordIgnoringCase(String... words) {
        return choiceIgnoringCase(wordsByThemselves(words));
    }

    private static Map<String, String> wordsByThemselves(String... words) {
        Map<String, String> byName = new LinkedHashMap<>();
        Arrays.stream(words).forEach(word -> byName.put(word, word));
        return byName;
    }

    /** The constants of an enum by their names, in upper or lower case. */
    static <E extends Enum<E>> ValueType<E> constant(Class<E> type) {
        Map<String, E> byName = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        Arrays.stream(type.getEnumConstants()).forEach(value -> byName.put(value.name(), value));
        return choice(byName, byName);
    }

    private static <E> ValueType<E> choice(Map<String, E> shown, Map<String, E> accepted) {
        String names = String.join(", ", shown.keySet());
        return plain(
                "one of " + names,
                text -> {
                    E value = accepted.get(text);
                    if (value == null) {
                        throw new IllegalArgumentException("must be one of " + names);
                    }
                    return value;
                },
                value -> nameOf(value, shown));
    }

    private static <E> String nameOf(E value, Map<String, E> byName) {
        Collection<Map.Entry<String, E>> entries = byName.entrySet();
        return entries.stream()
                .filter(entry -> entry.getValue().equals(value))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("is not one of " + byName.keySet()));
    }

    private static ValueType<Duration> duration(String name, long minMillis, long maxMillis) {
        return plain(
                        name,
                        number(text -> Duration.ofMillis(Long.parseLong(text))),
                        value -> String.valueOf(value.toMillis()))
                .where(value -> {
                    require(
                            value.compareTo(Duration.ofMillis(minMillis)) >= 0,
                            "must be at least " + minMillis + " ms");
                    require(value.compareTo(Duration.ofMillis(maxMillis)) <= 0, "must be at most " + maxMillis + " ms");
                });
    }

    private static <T> ValueType<T> plain(String name, Function<String, T> parser, Function<T, String> formatter) {
        return new ValueType<>(name, parser, ValueType.Check.none(), formatter, false);
    }

    private static <T> Function<String, T> number(Function<String, T> parser) {
        return text -> {
            try {
                return parser.apply(text);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("is not a number within the range of its type", e);
            }
        };
    }

    private static ByteSize parseBytes(String text) {
        long count = number(Long::valueOf).apply(text);
        require(count >= 0, "must be at least 0");
        return ByteSize.bytes(count);
    }

    private static Duration parseMillisOrNever(String text) {
        long millis = number(Long::valueOf).apply(text);
        return Duration.ofMillis(millis < 0 ? MILLIS_MAX : millis);
    }

    private static Boolean parseBoolean(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("must be true or false");
        };
    }

    private static List<String> split(String text) {
        return text.isEmpty() ? List.of() : List.of(text.split("\\s*,\\s*", -1));
    }

    private static String range(long min, long max, long typeMax) {
        if (max < typeMax) {
            return ", " + min + " to " + max;
        }
        return min == Integer.MIN_VALUE ? "" : ", at least " + min;
    }

    private static void requireRange(long value, long min, long max, long typeMax) {
        require(
                value >= min && value <= max,
                max < typeMax ? "must be " + min + " to " + max : "must be at least " + min);
    }

    static void require(boolean holds, String rule) {
        if (!holds) {
            throw new IllegalArgumentException(rule);
        }
    }
}
