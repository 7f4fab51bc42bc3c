package dev.ottla.testkit.history;

import dev.ottla.common.TopicPartition;
import dev.ottla.testkit.history.HistoryEvent.Done;
import dev.ottla.testkit.history.HistoryEvent.HandlingBegan;
import dev.ottla.testkit.history.HistoryEvent.HandlingFailed;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * {@link Invariant#C10}. With another assignment a member begins anew where its group has got to, but not before what is under way
 * has ended.
 */
final class HandledInOrder implements Check {
    @Override
    public void check(HistoryIndex history, Consumer<String> violations) {
        Walk walk = new Walk(violations);
        history.entries().forEach(entry -> walk.on(entry.event()));
    }

    private static final class Lane {
        private int assignment;
        private @Nullable Long underWay;
        private @Nullable Long failed;
        private long done = -1;

        /** What is wrong with the beginning of this record in this assignment; empty if nothing is. */
        String begin(long offset, int current) {
            if (current != assignment) {
                assignment = current;
                failed = null;
                done = -1;
            }
            String problem = "";
            if (underWay != null) {
                problem = "while offset " + underWay + " of the same lane was under way";
            } else if (failed != null && failed != offset) {
                problem = "before offset " + failed + " of the same lane, which had failed";
            } else if (offset <= done) {
                problem = "after offset " + done + " of the same lane";
            }
            underWay = offset;
            return problem;
        }

        void onFailed(long offset) {
            underWay = null;
            failed = offset;
        }

        void onDone(long offset) {
            underWay = null;
            failed = null;
            done = offset;
        }
    }

    private static final class Walk {
        private final Consumer<String> violations;
        private final Members members = new Members();
        private final Map<String, Lane> lanes = new HashMap<>();

        /** The lanes of what is under way, by record. */
        private final Map<String, Lane> underWay = new HashMap<>();

        Walk(Consumer<String> violations) {
            this.violations = violations;
        }

        void on(HistoryEvent event) {
            members.on(event);
            if (event instanceof HandlingBegan began) {
                onBegan(began);
            } else if (event instanceof HandlingFailed failed) {
                Lane lane = underWay.remove(record(failed.member(), failed.partition(), failed.offset()));
                if (lane != null) {
                    lane.onFailed(failed.offset());
                }
            } else if (event instanceof Done done) {
                Lane lane = underWay.remove(record(done.member(), done.partition(), done.offset()));
                if (lane != null) {
                    lane.onDone(done.offset());
                }
            }
        }

        private void onBegan(HandlingBegan began) {
            Lane lane = lanes.computeIfAbsent(
                    began.member() + " " + began.partition() + " " + began.lane(), name -> new Lane());
            int assignment = members.assignment(began.group(), began.member(), began.partition());
            String problem = lane.begin(began.offset(), assignment);
            if (!problem.isEmpty()) {
                violations.accept(began.member() + " began with " + began.partition() + " offset " + began.offset()
                        + " " + problem);
            }
            underWay.put(record(began.member(), began.partition(), began.offset()), lane);
        }

        private static String record(String member, TopicPartition partition, long offset) {
            return member + " " + partition + " " + offset;
        }
    }
}
