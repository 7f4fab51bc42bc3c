package dev.ottla.testkit.internal.simulation;

import dev.ottla.internal.concurrent.ThreadSafe;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The moments that an exploration has come to, and which follow from which. Only one of those that are one is gone on from, so
 * it is not seen on any single way whether some lead back to where they were, and go on for ever: {@link #circle} tells. A step
 * is the fingerprint of what was {@link Seen} after it. Courses on any thread add to it.
 */
@ThreadSafe
public final class Moments {
    private final Map<String, byte[]> decisions = new ConcurrentHashMap<>();
    private final Map<String, List<Long>> steps = new ConcurrentHashMap<>();
    private final Map<Long, String> ends = new ConcurrentHashMap<>();

    /** A step has led to this moment, by these decisions. Returns whether the moment is new. */
    boolean add(long step, String moment, byte[] decisionsBefore) {
        ends.put(step, moment);
        return decisions.putIfAbsent(moment, decisionsBefore) == null;
    }

    /** All steps that can be taken from a new moment. */
    void leave(String moment, List<Long> next) {
        steps.put(moment, List.copyOf(next));
    }

    /** How many there are. */
    public int size() {
        return decisions.size();
    }

    /** The decisions that lead to a moment from which some way leads back to it; empty if none does. When all ways were taken. */
    public Optional<byte[]> circle() {
        Map<String, Integer> ways = new HashMap<>();
        steps.keySet().forEach(from -> next(from).forEach(to -> ways.merge(to, 1, Integer::sum)));
        Deque<String> open = new ArrayDeque<>();
        decisions.keySet().stream().filter(each -> !ways.containsKey(each)).forEach(open::add);
        while (!open.isEmpty()) {
            for (String to : next(open.removeLast())) {
                if (ways.merge(to, -1, Integer::sum) == 0) {
                    open.add(to);
                }
            }
        }
        // Whatever nothing leads to was taken away, again and again: the rest lies on a circle, or behind one.
        return decisions.entrySet().stream()
                .filter(each -> ways.getOrDefault(each.getKey(), 0) > 0)
                .map(Map.Entry::getValue)
                .findFirst();
    }

    private List<String> next(String from) {
        return steps.getOrDefault(from, List.of()).stream()
                .flatMap(step -> Optional.ofNullable(ends.get(step)).stream())
                .toList();
    }
}
