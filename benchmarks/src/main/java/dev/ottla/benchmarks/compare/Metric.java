package dev.ottla.benchmarks.compare;

import java.util.Locale;

/** What is measured. */
enum Metric {
    CPU_NS_PER_RECORD("ns"),
    APP_CPU_NS_PER_RECORD("ns"),
    CLIENT_CPU_NS_PER_RECORD("ns"),
    JIT_CPU_NS_PER_RECORD("ns"),
    GC_CPU_NS_PER_RECORD("ns"),
    RECORDS_PER_SECOND("1/s"),
    CONTEXT_SWITCHES_PER_1000_RECORDS("count"),
    ALLOCATED_BYTES_PER_RECORD("bytes"),
    RECORDS_PER_BATCH("count"),
    BATCHES_PER_REQUEST("count"),
    PEAK_RSS_MIB("MiB"),
    PEAK_HEAP_MIB("MiB"),
    PEAK_LIVE_HEAP_MIB("MiB"),
    PEAK_DIRECT_MIB("MiB"),
    LATENCY_P50_US("us"),
    LATENCY_P99_US("us"),
    LATENCY_P999_US("us"),
    LATENCY_MAX_US("us"),
    CPU_MS_PER_SECOND("ms/s"),
    CONTEXT_SWITCHES_PER_SECOND("1/s"),
    WAKE_UPS_PER_SECOND("1/s"),
    CLIENT_WAKE_UPS_PER_SECOND("1/s");

    private final String unit;

    Metric(String unit) {
        this.unit = unit;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    String unit() {
        return unit;
    }
}
