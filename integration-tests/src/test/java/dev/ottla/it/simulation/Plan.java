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

        /** The member wants all topics, or all but the last. */
        record Subscribe(Duration at, int member, boolean toAll) implements Step {}

        /** One transaction with a record to each of these partitions, in this order. */
        record Transact(Duration at, int producer, List<Integer> partitions, boolean aborts) implements Step {}

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
        List<TimedFault> fewerFaults = fewest(faults, fewer -> fails.test(new Plan(seed, fewer, steps)));
        List<Step> fewerSteps = fewest(steps, fewer -> fails.test(new Plan(seed, fewerFaults, fewer)));
        Plan smallest = new Plan(seed, fewerFaults, fewerSteps);
        return smallest.size() < size() ? smallest.shrink(fails) : smallest;
    }

    private int size() {
        return faults.size() + steps.size();
    }

    /** Leaves out what can be missed: halves, then quarters, at last one by one. */
    private static <T> List<T> fewest(List<T> all, Predicate<List<T>> fails) {
        List<T> smallest = all;
        for (int parts = 2; parts <= 2 * Math.max(1, smallest.size()); parts *= 2) {
            int part = 0;
            List<List<T>> candidates = without(smallest, parts);
            while (part < candidates.size()) {
                if (fails.test(candidates.get(part))) {
                    smallest = candidates.get(part);
                    candidates = without(smallest, parts);
                } else {
                    part++;
                }
            }
        }
        return smallest;
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
