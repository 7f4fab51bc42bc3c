package dev.ottla.config;

import java.util.Locale;
import java.util.Optional;

/** The rule by which Apache's container image names configuration keys in the environment. */
final class EnvironmentKeys {
    private static final String PREFIX = "KAFKA_";

    private EnvironmentKeys() {}

    /** The key that a variable stands for; empty if it is another program's. */
    static Optional<String> keyOf(String variable) {
        if (!variable.startsWith(PREFIX) || variable.length() == PREFIX.length()) {
            return Optional.empty();
        }
        String key = variable.substring(PREFIX.length())
                .toLowerCase(Locale.ROOT)
                .replace("___", "-")
                .replace("__", "\u0000")
                .replace('_', '.')
                .replace('\u0000', '_');
        return ConfigKeys.isKnown(key) || ConfigKeys.nearest(key).isPresent() ? Optional.of(key) : Optional.empty();
    }
}
