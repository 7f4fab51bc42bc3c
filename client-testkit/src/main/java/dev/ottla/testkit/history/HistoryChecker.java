package dev.ottla.testkit.history;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Looks for broken {@link Invariant}s in a history. Immutable; a check reads the whole history, so run it at the end. */
public final class HistoryChecker {
    private final Set<Invariant> invariants;

    private HistoryChecker(Set<Invariant> invariants) {
        this.invariants = EnumSet.copyOf(invariants);
    }

    /** A checker for these. */
    public static HistoryChecker of(Invariant first, Invariant... more) {
        return new HistoryChecker(EnumSet.of(first, more));
    }

    /** A checker for these, of which there is at least one. */
    public static HistoryChecker of(Set<Invariant> invariants) {
        return new HistoryChecker(invariants);
    }

    /** The verdict on a history that has ended. */
    public Verdict check(History history) {
        HistoryIndex index = new HistoryIndex(history.entries());
        List<Violation> violations = new ArrayList<>();
        for (Invariant invariant : invariants) {
            invariant.check().check(index, what -> violations.add(new Violation(invariant, what)));
        }
        return new Verdict(invariants, violations);
    }
}
