package dev.ottla.config;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is done about keys that are not in the table: one warning each, or with {@code config.strict} an error. */
final class UnknownKeys {
    private static final Logger LOG = LoggerFactory.getLogger(UnknownKeys.class);

    private UnknownKeys() {}

    static void report(KafkaConfig config, OptionChecks checks) {
        boolean isStrict = config.value(ClientKeys.STRICT.name())
                .map(String::strip)
                .filter("true"::equalsIgnoreCase)
                .isPresent();
        for (String name : config.keys()) {
            if (ConfigKeys.isKnown(name)) {
                continue;
            }
            String problem = "is not a key of any Kafka client" + suggestion(name);
            String origin = config.origin(name).map(ConfigOrigin::toString).orElse("");
            if (isStrict) {
                checks.unknown(name, problem + " (set in " + origin + ", config.strict=true)");
            } else if (config.isFirstReportOf(name)) {
                LOG.warn("{} (set in {}) has no effect: it {}", name, origin, problem);
            }
        }
    }

    private static String suggestion(String name) {
        return ConfigKeys.nearest(name)
                .map(key -> "; did you mean " + key.name() + "?")
                .orElse("");
    }
}
