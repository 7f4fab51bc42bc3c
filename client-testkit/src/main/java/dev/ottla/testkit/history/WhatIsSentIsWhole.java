package dev.ottla.testkit.history;

import dev.ottla.testkit.history.HistoryEvent.SentDamaged;
import java.util.function.Consumer;

/** {@link Invariant#R5}: a broker refuses what is damaged, but with a little bad luck the wrong bytes are another batch's. */
final class WhatIsSentIsWhole implements Check {
    @Override
    public void check(HistoryIndex history, Consumer<String> violations) {
        for (SentDamaged sent : history.all(SentDamaged.class)) {
            violations.accept(sent.client() + " sent node " + sent.nodeId() + " a damaged batch for partition "
                    + sent.partition());
        }
    }
}
