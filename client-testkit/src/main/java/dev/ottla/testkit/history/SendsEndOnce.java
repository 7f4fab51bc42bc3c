package dev.ottla.testkit.history;

import dev.ottla.testkit.history.History.Entry;
import dev.ottla.testkit.history.HistoryEvent.ProducerClosed;
import dev.ottla.testkit.history.HistoryEvent.ProducerCrashed;
import dev.ottla.testkit.history.HistoryEvent.SendAcked;
import dev.ottla.testkit.history.HistoryEvent.SendInvoked;
import dev.ottla.testkit.history.HistoryEvent.SendRejected;
import dev.ottla.testkit.history.HistoryEvent.SendUnknown;
import dev.ottla.testkit.history.HistoryEvent.Settled;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** {@link Invariant#I7}. That every send has ended is looked for where its producer closes, and where the run settles. */
final class SendsEndOnce implements Check {
    @Override
    public void check(HistoryIndex history, Consumer<String> violations) {
        new Walk(violations).over(history);
    }

    private static final class Walk {
        private final Consumer<String> violations;
        private final Map<String, SendInvoked> open = new LinkedHashMap<>();
        private final Set<String> ended = new HashSet<>();
        private final Set<String> closed = new HashSet<>();
        private final Map<String, Integer> numberOf = new HashMap<>();
        private final Map<String, Integer> lastAcked = new HashMap<>();
        private int sends;

        Walk(Consumer<String> violations) {
            this.violations = violations;
        }

        void over(HistoryIndex history) {
            for (Entry entry : history.entries()) {
                HistoryEvent event = entry.event();
                if (event instanceof SendInvoked send) {
                    open.put(send.recordName(), send);
                    numberOf.put(send.recordName(), ++sends);
                } else if (event instanceof SendAcked acked) {
                    onAcked(acked);
                    onEnd(acked.producer(), acked.recordName());
                } else if (event instanceof SendRejected rejected) {
                    onEnd(rejected.producer(), rejected.recordName());
                } else if (event instanceof SendUnknown unknown) {
                    onEnd(unknown.producer(), unknown.recordName());
                } else if (event instanceof ProducerClosed close) {
                    closed.add(close.producer());
                    open.values().stream()
                            .filter(send -> send.producer().equals(close.producer()))
                            .forEach(send ->
                                    violations.accept(send.recordName() + " has not ended when close returned"));
                } else if (event instanceof ProducerCrashed crash) {
                    open.values().removeIf(send -> send.producer().equals(crash.producer()));
                } else if (event instanceof Settled) {
                    open.keySet().forEach(name -> violations.accept(name + " never ended"));
                }
            }
        }

        private void onAcked(SendAcked acked) {
            int number = numberOf.getOrDefault(acked.recordName(), 0);
            Integer before = lastAcked.put(acked.producer() + " to " + acked.partition(), number);
            if (before != null && before > number) {
                violations.accept(acked.recordName() + " was acknowledged after a record that was sent later to "
                        + acked.partition());
            }
        }

        private void onEnd(String producer, String recordName) {
            if (open.remove(recordName) == null) {
                violations.accept(
                        recordName + (ended.contains(recordName) ? " ended twice" : " ended and was not sent"));
            }
            ended.add(recordName);
            if (closed.contains(producer)) {
                violations.accept(recordName + " ended after " + producer + " was closed");
            }
        }
    }
}
