package dev.ottla.it.simulation;

import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Which moments were come to in an exploration, and what has come of each and the step that was taken then. If different things
 * have come of the same, then moments are taken for one that are not. Any thread.
 */
final class Consequences {
    private final Set<String> moments = ConcurrentHashMap.newKeySet();
    private final Map<String, String> next = new ConcurrentHashMap<>();
    private final Queue<String> contradictions = new ConcurrentLinkedQueue<>();

    /** The last decision on one way; used by one thread. */
    final class Way {
        private String decided = "";

        /** There is something to decide. */
        void onMoment(String moment) {
            moments.add(moment);
        }

        /** It was decided. */
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

    /** All moments at which there was something new to decide. */
    Set<String> moments() {
        return moments;
    }

    /** How many steps from different moments were seen. */
    int steps() {
        return next.size();
    }

    Queue<String> contradictions() {
        return contradictions;
    }
}
