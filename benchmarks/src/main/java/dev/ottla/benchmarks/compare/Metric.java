package dev.ottla.benchmarks.compare;

import java.util.Locale;

/** What is measured. */
enum Metric {
    CPU_NS_PER_RECORD("ns"),
    APP_CPU_NS_PER_RECORD("ns"),
    CLIENT_CPU_NS_PER_RECORD("ns"),
    JIT_CPU_NS_PER_RECORD("ns"),
    GC_CPU_NS_PER_RECORD("ns"),
    /** The JIT's part of all CPU time. */
    JIT_CPU_PERCENT("%"),
    /** 1 if the JIT has come to rest, in the warm-up and in the rounds; one value for all rounds. */
    IS_STEADY("1 or 0"),
    WARM_UP_RECORDS("count"),
    /** What was used, but for the JIT, while other peers had their turn, and is in no round; one value for all rounds. */
    BETWEEN_ROUNDS_CPU_PERCENT("%"),
    RECORDS_PER_SECOND("1/s"),
    BROKER_CPU_NS_PER_RECORD("ns"),
    /** Of a round's time, what the null broker's busiest thread used. */
    BROKER_BUSIEST_THREAD_PERCENT("%"),
    STOLEN_PERCENT("%"),
    CONTEXT_SWITCHES_PER_1000_RECORDS("count"),
    ALLOCATED_BYTES_PER_RECORD("bytes"),
    RECORDS_PER_BATCH("count"),
    BATCHES_PER_REQUEST("count"),
    /** Batches as the null broker received them, headers included. */
    BYTES_PER_RECORD("bytes"),
    /** How often librdkafka's queue was full and the application had to try again; the others block. */
    QUEUE_FULL_PER_1000_RECORDS("count"),
    CONFIGURED_BUDGET_MIB("MiB"),
    PEAK_RSS_MIB("MiB"),
    PEAK_HEAP_MIB("MiB"),
    PEAK_LIVE_HEAP_MIB("MiB"),
    PEAK_DIRECT_MIB("MiB"),
    PEAK_NETTY_DIRECT_MIB("MiB"),
    LATENCY_P50_US("us"),
    LATENCY_P99_US("us"),
    LATENCY_P999_US("us"),
    LATENCY_MAX_US("us"),
    CPU_MS_PER_SECOND("ms/s"),
    CONTEXT_SWITCHES_PER_SECOND("1/s"),
    WAKE_UPS_PER_SECOND("1/s"),
    CLIENT_WAKE_UPS_PER_SECOND("1/s");

    /** What a metric's label ends with that is one peer's value divided by Ottla's of the same round. */
    static final String RATIO_SUFFIX = "_to_ottla";

    static final String RATIO_UNIT = "ratio";

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

    /** Whether how many times the other's value a peer has says anything. */
    boolean isCompared() {
        return switch (this) {
            case JIT_CPU_PERCENT,
                    IS_STEADY,
                    WARM_UP_RECORDS,
                    BETWEEN_ROUNDS_CPU_PERCENT,
                    BROKER_CPU_NS_PER_RECORD,
                    BROKER_BUSIEST_THREAD_PERCENT,
                    STOLEN_PERCENT,
                    CONFIGURED_BUDGET_MIB -> false;
            default -> true;
        };
    }
}
