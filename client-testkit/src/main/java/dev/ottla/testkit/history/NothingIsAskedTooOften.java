package dev.ottla.testkit.history;

import dev.ottla.testkit.history.History.Entry;
import dev.ottla.testkit.history.HistoryEvent.Asked;
import dev.ottla.testkit.history.HistoryEvent.Connecting;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.function.Consumer;

/** {@link Invariant#R2}: who repeats without a pause what does not succeed burns the machine and the brokers. */
final class NothingIsAskedTooOften implements Check {
    private static final long SECOND_NANOS = Duration.ofSeconds(1).toNanos();
    private static final int CONNECTIONS_MAX = 10;
    private static final int METADATA_MAX = 20;
    private static final int REQUESTS_MAX = 200;

    @Override
    public void check(HistoryIndex history, Consumer<String> violations) {
        Map<String, Queue<Long>> lastSecond = new HashMap<>();
        for (Entry entry : history.entries()) {
            if (entry.event() instanceof Connecting connecting) {
                String what = connecting.client() + " connected to broker " + connecting.nodeId();
                count(lastSecond, what, entry.atNanos(), CONNECTIONS_MAX, violations);
            } else if (entry.event() instanceof Asked asked && asked.api().equals("METADATA")) {
                count(lastSecond, asked.client() + " asked for METADATA", entry.atNanos(), METADATA_MAX, violations);
            } else if (entry.event() instanceof Asked asked) {
                String what = asked.client() + " sent " + asked.api() + " to broker " + asked.nodeId();
                count(lastSecond, what, entry.atNanos(), REQUESTS_MAX, violations);
            }
        }
    }

    private static void count(
            Map<String, Queue<Long>> lastSecond,
            String what,
            long nowNanos,
            int countMax,
            Consumer<String> violations) {
        Queue<Long> times = lastSecond.computeIfAbsent(what, key -> new ArrayDeque<>());
        while (!times.isEmpty() && nowNanos - times.peek() > SECOND_NANOS) {
            times.remove();
        }
        times.add(nowNanos);
        if (times.size() == countMax + 1) {
            violations.accept(
                    what + " more than " + countMax + " times within a second, at " + Duration.ofNanos(nowNanos));
        }
    }
}
