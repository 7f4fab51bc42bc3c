package dev.ottla.it.simulation;

import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * What has come of each moment and the step that was taken then, on all ways of an exploration. If different things have come of
 * the same, then moments are taken for one that are not. Any thread.
 */
final class Consequences {
    private final Map<String, String> next = new ConcurrentHashMap<>();
    private final Queue<String> contradictions = new ConcurrentLinkedQueue<>();

    /** The last decision on one way; used by one thread. */
    final class Way {
        private String decided = "";

        void onDecision(String moment, String step) {
            if (!decided.isEmpty()) {
                String other = next.putIfAbsent(decided, moment);
                if (other != null && !other.equals(moment)) {
                    contradictions.add("after " + decided + " comes " + moment + ", but also " + other);
                }
            }
            decided = moment + " " + step;
        }
    }

    /** How many steps from different moments were seen. */
    int size() {
        return next.size();
    }

    Queue<String> contradictions() {
        return contradictions;
    }
}
