package dev.ottla.config;

import java.util.function.Function;

/**
 * How a key's value is written, read and checked, the same for a text from a file and for a typed value from code.
 * Immutable.
 *
 * @param name what values look like, for the documentation
 * @param parser reads the trimmed text; throws IllegalArgumentException with the rule that the text breaks
 * @param check checks a value; throws IllegalArgumentException with the rule that it breaks
 * @param formatter writes a value as a file would have it
 * @param isSecret whether values must never be shown
 */
record ValueType<T>(
        String name, Function<String, T> parser, Check<T> check, Function<T, String> formatter, boolean isSecret) {

    /** The rule that values keep. */
    @FunctionalInterface
    interface Check<T> {
        void check(T value);

        /** No rule. */
        static <T> Check<T> none() {
            return value -> {};
        }
    }

    /** Reads and checks a text. */
    T parse(String text) {
        T value = parser.apply(text.strip());
        check.check(value);
        return value;
    }

    /** Shows a value, unless it is a secret. */
    String show(T value) {
        return isSecret ? Secret.MASK : formatter.apply(value);
    }

    /** The same type with a rule more. */
    ValueType<T> where(Check<T> rule) {
        return new ValueType<>(
                name,
                parser,
                value -> {
                    check.check(value);
                    rule.check(value);
                },
                formatter,
                isSecret);
    }
}
