package dev.ottla.testkit.history;

import java.util.function.Consumer;

/** How one invariant is looked for in a whole history. */
@FunctionalInterface
interface Check {

    /** Tells every violation, in words that name records, partitions and offsets. */
    void check(HistoryIndex history, Consumer<String> violations);
}
