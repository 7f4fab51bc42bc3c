package dev.ottla.testkit.history;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a check has found.
 *
 * @param checked the invariants that were looked at
 * @param violations empty if all of them hold
 */
public record Verdict(Set<Invariant> checked, List<Violation> violations) {
    private static final int SHOWN_MAX = 10;

    public Verdict {
        checked = checked.isEmpty() ? Set.of() : Set.copyOf(checked);
        violations = List.copyOf(violations);
    }

    /** Whether every invariant that was looked at holds. */
    public boolean isGood() {
        return violations.isEmpty();
    }

    /** The invariants that do not hold. */
    public Set<Invariant> broken() {
        Set<Invariant> broken = EnumSet.noneOf(Invariant.class);
        violations.forEach(violation -> broken.add(violation.invariant()));
        return broken;
    }

    @Override
    public String toString() {
        if (isGood()) {
            return "good: " + checked.stream().sorted().toList() + " hold";
        }
        String shown =
                violations.stream().limit(SHOWN_MAX).map(Violation::toString).collect(Collectors.joining("\n  "));
        return violations.size() + " violations:\n  " + shown;
    }
}
