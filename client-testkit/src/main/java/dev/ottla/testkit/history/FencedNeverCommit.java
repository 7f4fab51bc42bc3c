package dev.ottla.testkit.history;

import dev.ottla.testkit.history.History.Entry;
import dev.ottla.testkit.history.HistoryEvent.HandledInTransaction;
import dev.ottla.testkit.history.HistoryEvent.ProducerStarted;
import dev.ottla.testkit.history.HistoryEvent.SentInTransaction;
import dev.ottla.testkit.history.HistoryEvent.TransactionBegan;
import dev.ottla.testkit.history.HistoryEvent.TransactionCommitInvoked;
import dev.ottla.testkit.history.HistoryEvent.TransactionCommitted;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * {@link Invariant#X4}. Who is fenced is certain only of a producer that has begun a transaction before its twin was made, from
 * when the twin has begun one. A commit that was asked for before that may still be confirmed, and so may one of nothing.
 */
final class FencedNeverCommit implements Check {
    @Override
    public void check(HistoryIndex history, Consumer<String> violations) {
        new Walk(violations).over(history);
    }

    private static final class Walk {
        private final Consumer<String> violations;
        private final Map<String, String> idOf = new TreeMap<>();

        /** By producer, those whose turn is over once it begins. */
        private final Map<String, Set<String>> elders = new HashMap<>();

        private final Set<String> begun = new HashSet<>();
        private final Map<String, String> fencedBy = new HashMap<>();
        private final Set<String> used = new HashSet<>();
        private final Map<String, String> askedTooLate = new HashMap<>();

        Walk(Consumer<String> violations) {
            this.violations = violations;
        }

        void over(HistoryIndex history) {
            for (Entry entry : history.entries()) {
                HistoryEvent event = entry.event();
                if (event instanceof ProducerStarted started) {
                    onStarted(started);
                } else if (event instanceof TransactionBegan began && begun.add(began.producer())) {
                    elders.getOrDefault(began.producer(), Set.of())
                            .forEach(elder -> fencedBy.putIfAbsent(elder, began.producer()));
                } else if (event instanceof SentInTransaction sent) {
                    used.add(sent.transaction());
                } else if (event instanceof HandledInTransaction handled) {
                    used.add(handled.transaction());
                } else if (event instanceof TransactionCommitInvoked commit
                        && fencedBy.containsKey(commit.producer())) {
                    askedTooLate.put(commit.transaction(), fencedBy.get(commit.producer()));
                } else if (event instanceof TransactionCommitted committed) {
                    onCommitted(committed);
                }
            }
        }

        private void onStarted(ProducerStarted started) {
            Set<String> before = new HashSet<>();
            idOf.forEach((producer, id) -> {
                if (id.equals(started.transactionalId()) && begun.contains(producer)) {
                    before.add(producer);
                }
            });
            elders.put(started.producer(), before);
            idOf.put(started.producer(), started.transactionalId());
        }

        private void onCommitted(TransactionCommitted committed) {
            String twin = askedTooLate.get(committed.transaction());
            if (twin != null && used.contains(committed.transaction())) {
                violations.accept(committed.producer() + " committed " + committed.transaction() + " after " + twin
                        + " had taken over its transactional id");
            }
        }
    }
}
