package dev.ottla.it.mutant;

import dev.ottla.testkit.history.Invariant;
import java.util.List;
import java.util.stream.Stream;

/**
 * The client with one bug: pieces of its source are replaced, nothing else knows of it.
 *
 * @param name what the bug does
 * @param seenIn where a bug of the kind was found in the field; empty if it is only feared
 * @param scenario the runs in which it is looked for
 * @param breaks the promise that it breaks there
 */
record Mutant(String name, String seenIn, String scenario, Invariant breaks, List<Edit> edits) {

    /**
     * One piece of source and what stands in its place.
     *
     * @param source package and class, as {@code producer/internal/SendWindow}
     * @param before occurs exactly once in the source
     */
    record Edit(String source, String before, String after) {}

    /** The same bug in a client that is changed in other ways too. */
    Mutant with(List<Edit> more) {
        return new Mutant(
                name,
                seenIn,
                scenario,
                breaks,
                Stream.concat(edits.stream(), more.stream()).toList());
    }

    @Override
    public String toString() {
        return name;
    }
}
