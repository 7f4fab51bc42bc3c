package dev.ottla.benchmarks.compare;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;

/**
 * One line of {@code results.json}: a metric of a peer over all rounds.
 *
 * @param suite the suite
 * @param scenario the scenario
 * @param peer the peer's label
 * @param metric such as {@code cpu_ns_per_record}, or {@code cpu_ns_per_record_to_ottla} for the ratios of the rounds
 * @param unit of the three values
 * @param median of the rounds
 * @param min of the rounds
 * @param max of the rounds
 * @param rounds how many there were
 */
@JsonPropertyOrder({"suite", "scenario", "peer", "metric", "unit", "median", "min", "max", "rounds"})
record Result(
        String suite,
        String scenario,
        String peer,
        String metric,
        String unit,
        double median,
        double min,
        double max,
        int rounds) {

    static Result of(Scenario scenario, PeerKind peer, String metric, String unit, List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int count = sorted.size();
        double median = (sorted.get((count - 1) / 2) + sorted.get(count / 2)) / 2;
        return new Result(
                scenario.suite(),
                scenario.name(),
                peer.label(),
                metric,
                unit,
                median,
                sorted.get(0),
                sorted.get(count - 1),
                count);
    }
}
