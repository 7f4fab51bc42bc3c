package dev.ottla.testkit.history;

/**
 * One way in which a history breaks an invariant.
 *
 * @param what names the records, partitions and offsets concerned
 */
public record Violation(Invariant invariant, String what) {
    @Override
    public String toString() {
        return invariant + " (" + invariant.text() + "): " + what;
    }
}
