package dev.ottla.it.simulation;

import dev.ottla.testkit.simulation.SimulatedFault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a run consists of besides the choices that its seed makes: drawn from the seed too, but apart, so that a run can be
 * repeated with less.
 */
record Plan(long seed, List<TimedFault> faults, List<Step> steps) {

    record TimedFault(Duration at, SimulatedFault fault) {}

    /** What an application does, and when. */
    sealed interface Step {
        Duration at();

        record Send(Duration at, int producer, int partition, int bytes) implements Step {}

        record Seek(Duration at, int partition, double where) implements Step {}

        record Pause(Duration at, int partition, Duration duration) implements Step {}

        record Join(Duration at, int member) implements Step {}

        record Leave(Duration at, int member) implements Step {}

        record Crash(Duration at, int member) implements Step {}

        record Freeze(Duration at, int member, Duration duration) implements Step {}
    }

    <T extends Step> List<T> steps(Class<T> kind) {
        return steps.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /** The same run with less, as long as it still fails: first faults are left out, then what applications do. */
    Plan shrink(Predicate<Plan> fails) {
        Plan smallest = shrinkOnce(fails);
        return smallest.size() < size() ? smallest.shrink(fails) : smallest;
    }

    private int size() {
        return faults.size() + steps.size();
    }

    private Plan shrinkOnce(Predicate<Plan> fails) {
        Plan smallest = this;
        for (int parts = 2; parts <= 2 * Math.max(1, smallest.faults.size()); parts *= 2) {
            for (List<TimedFault> fewer : without(smallest.faults, parts)) {
                Plan candidate = new Plan(seed, fewer, smallest.steps);
                smallest = fewer.size() < smallest.faults.size() && fails.test(candidate) ? candidate : smallest;
            }
        }
        for (int parts = 2; parts <= 2 * Math.max(1, smallest.steps.size()); parts *= 2) {
            for (List<Step> fewer : without(smallest.steps, parts)) {
                Plan candidate = new Plan(seed, smallest.faults, smallest.steps).keeping(fewer);
                smallest =
                        candidate.steps.size() < smallest.steps.size() && fails.test(candidate) ? candidate : smallest;
            }
        }
        return smallest;
    }

    private Plan keeping(List<Step> fewer) {
        return new Plan(seed, faults, steps.stream().filter(fewer::contains).toList());
    }

    /** The list without its first part, without its second, and so on. */
    private static <T> List<List<T>> without(List<T> all, int parts) {
        List<List<T>> results = new ArrayList<>();
        int size = Math.max(1, all.size() / parts);
        for (int from = 0; from < all.size(); from += size) {
            List<T> rest = new ArrayList<>(all.subList(0, from));
            rest.addAll(all.subList(Math.min(all.size(), from + size), all.size()));
            results.add(rest);
        }
        return results;
    }

    @Override
    public String toString() {
        return Stream.concat(faults.stream(), steps.stream())
                .map(each -> "\n    " + each)
                .collect(Collectors.joining("", "seed " + seed + ":", ""));
    }
}
