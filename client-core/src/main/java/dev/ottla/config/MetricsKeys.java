package dev.ottla.config;

/** The keys of Kafka's own metrics library, which this client does not have. */
final class MetricsKeys {
    private static final String OWN_METRICS = "Kafka's metrics library is not used.";

    static final KeyTable METRICS = new KeyTable("Metrics", KeyTable.allRoles());

    static {
        METRICS.ignored(
                "metric.reporters",
                ValueTypes.list(),
                "org.apache.kafka.common.metrics.JmxReporter",
                "Classes that are told about metrics.",
                OWN_METRICS);
        METRICS.ignored(
                "metrics.num.samples", ValueTypes.integer(1), "2", "How many windows a rate is made of.", OWN_METRICS);
        METRICS.ignored(
                "metrics.recording.level",
                ValueTypes.word("INFO", "DEBUG", "TRACE"),
                "INFO",
                "How fine the metrics are.",
                OWN_METRICS);
        METRICS.ignored(
                "metrics.sample.window.ms",
                ValueTypes.longMillis(),
                "30000",
                "How long one window of a rate is.",
                OWN_METRICS);
        METRICS.ignored(
                "enable.metrics.push",
                ValueTypes.bool(),
                "true",
                "Whether metrics are pushed to brokers that ask for them (KIP-714).",
                "No metrics are pushed.");
    }

    private MetricsKeys() {}
}
