package dev.ottla.consumer.assignor;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Hands partitions on until no member has two more than another whom they can reach, perhaps by way of others. What comes out
 * can't be made more even (Harvey, Ladner, Lovász, Tamir, "Semi-matchings for bipartite graphs and load balancing", 2006). Each
 * search begins at the member that has the most and either ends with one partition less there, or shows that all whom it reaches
 * are done; and it looks at no topic twice. So it is quick enough for an event loop with tens of thousands of partitions. Used by
 * one division.
 */
final class Leveling {
    private final Map<String, List<Portion>> subscribers;
    private final Set<Portion> open;

    Leveling(Collection<Portion> portions, Map<String, List<Portion>> subscribers) {
        this.subscribers = subscribers;
        this.open = new HashSet<>(portions);
    }

    void level() {
        while (!open.isEmpty()) {
            Portion most = Collections.max(open, Portion.BY_LOAD);
            int fewest = Collections.min(open, Portion.BY_LOAD).load();
            if (most.load() - fewest < 2) {
                return;
            }
            Search search = new Search(most);
            Portion to = search.nearest(fewest);
            if (to.load() <= most.load() - 2) {
                search.handOver(to);
            } else {
                // Nothing leads out of what was reached, and nobody who is left has enough to hand anything into it.
                open.removeAll(search.lastSteps.keySet());
                open.remove(most);
            }
        }
    }

    /** One step of a way: a partition of the topic goes on from a member. */
    private record Handover(Portion from, String topic) {}

    /** The ways from one member, those first on which the fewest partitions leave their previous owners, then the shortest. */
    private final class Search {
        private final Portion source;
        private final Map<Portion, Handover> lastSteps = new HashMap<>();
        private final Set<String> seenTopics = new HashSet<>();
        private Deque<Handover> free = new ArrayDeque<>();
        private Deque<Handover> costly = new ArrayDeque<>();
        private Portion best;

        Search(Portion source) {
            this.source = source;
            this.best = source;
            goOnFrom(source);
        }

        /** Returns the first member found that has so few, or else the first of those that have the fewest. */
        Portion nearest(int fewest) {
            while (best.load() > fewest && !(free.isEmpty() && costly.isEmpty())) {
                if (free.isEmpty()) {
                    Deque<Handover> none = free;
                    free = costly;
                    costly = none;
                }
                Handover step = free.removeFirst();
                List<Portion> reached = seenTopics.add(step.topic()) ? reachedBy(step) : List.of();
                if (best.load() > fewest) {
                    reached.forEach(this::goOnFrom);
                }
            }
            return best;
        }

        private List<Portion> reachedBy(Handover step) {
            List<Portion> reached = new ArrayList<>();
            for (Portion to : subscribers.getOrDefault(step.topic(), List.of())) {
                if (to != source && open.contains(to) && lastSteps.putIfAbsent(to, step) == null) {
                    best = to.load() < best.load() ? to : best;
                    reached.add(to);
                }
            }
            return reached;
        }

        private void goOnFrom(Portion from) {
            for (String topic : from.byTopic().keySet()) {
                if (!seenTopics.contains(topic)) {
                    (from.missesAnyOf(topic) ? costly : free).addLast(new Handover(from, topic));
                }
            }
        }

        void handOver(Portion last) {
            Portion to = last;
            while (to != source) {
                Handover step = lastSteps.get(to);
                if (step == null) {
                    throw new IllegalStateException("a way that leads nowhere: a defect of this class");
                }
                step.from().handOver(step.topic(), to);
                to = step.from();
            }
        }
    }
}
