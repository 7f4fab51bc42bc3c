package dev.ottla.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The wait after {@link RealBroker#start}, on the caller's thread: until each of the brokers lists all of them, or one
 * process ends, which is reported at once however long the others could still take.
 */
final class Readiness {
    private static final Duration PROBE_INTERVAL = Duration.ofMillis(50);

    private Readiness() {}

    static void await(Collection<RealBroker> brokers, Duration timeout) {
        long deadlineNanos = System.nanoTime() + timeout.toNanos();
        Set<Integer> ids = brokers.stream().map(RealBroker::id).collect(Collectors.toSet());
        List<RealBroker> pending = new ArrayList<>(brokers);
        Duration turn = PROBE_INTERVAL.dividedBy(brokers.size());
        while (!pending.isEmpty()) {
            if (System.nanoTime() - deadlineNanos >= 0) {
                throw pending.get(0).notReady(ids);
            }
            brokers.forEach(broker -> broker.expectAliveFor(turn));
            pending.removeIf(broker -> broker.lists(ids));
        }
    }
}
