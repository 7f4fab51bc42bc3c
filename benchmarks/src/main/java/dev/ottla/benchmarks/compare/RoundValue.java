package dev.ottla.benchmarks.compare;

/**
 * One line of {@code rounds.csv}: what a metric of a peer was in one round.
 *
 * @param suite the suite
 * @param scenario the scenario
 * @param round its number, counted from 1; peers take turns within it
 * @param peer the peer's label
 * @param metric such as {@code cpu_ns_per_record}
 * @param unit of the value
 * @param value what it was
 */
record RoundValue(String suite, String scenario, int round, String peer, String metric, String unit, double value) {}
