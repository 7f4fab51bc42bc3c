package dev.ottla.testkit.history;

import dev.ottla.common.TopicPartition;
import dev.ottla.testkit.history.HistoryEvent.Assigned;
import dev.ottla.testkit.history.HistoryEvent.CommitInvoked;
import dev.ottla.testkit.history.HistoryEvent.CommitOk;
import dev.ottla.testkit.history.HistoryEvent.CommittedOffset;
import dev.ottla.testkit.history.HistoryEvent.Delivered;
import dev.ottla.testkit.history.HistoryEvent.HandledInTransaction;
import dev.ottla.testkit.history.HistoryEvent.Positioned;
import dev.ottla.testkit.history.HistoryEvent.TransactionCommitted;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * {@link Invariant#C8}: duplicates come from records that were not committed when their owner went, and from nothing else. So an
 * assignment never begins below what was confirmed as committed before it, by a commit or a transaction, or was
 * seen to be stored. Where the application has set a position, a commit may since have gone back as far as that; what is seen to be
 * stored may be from before.
 */
final class NoRedeliveryAfterCommit implements Check {
    @Override
    public void check(HistoryIndex history, Consumer<String> violations) {
        Walk walk = new Walk(violations);
        history.entries().forEach(entry -> walk.on(entry.event()));
    }

    private static final class Walk {
        private final Consumer<String> violations;
        private final Map<String, Map<String, Long>> invoked = new HashMap<>();
        private final Map<String, Map<String, Long>> handled = new HashMap<>();
        private final Map<String, Long> confirmed = new HashMap<>();
        private final Map<String, Long> floor = new HashMap<>();

        /** Where an application has set a position at some time. */
        private final Set<String> positioned = new HashSet<>();

        Walk(Consumer<String> violations) {
            this.violations = violations;
        }

        void on(HistoryEvent event) {
            if (event instanceof CommitInvoked commit) {
                Map<String, Long> offsets = new HashMap<>();
                commit.offsets().forEach((partition, offset) -> offsets.put(commit.group() + " " + partition, offset));
                invoked.put(commit.member() + " " + commit.commitNumber(), offsets);
            } else if (event instanceof CommitOk ok) {
                Map<String, Long> offsets = invoked.remove(ok.member() + " " + ok.commitNumber());
                (offsets == null ? Map.<String, Long>of() : offsets).forEach(this::confirm);
            } else if (event instanceof HandledInTransaction work) {
                handled.computeIfAbsent(work.transaction(), transaction -> new HashMap<>())
                        .merge(work.group() + " " + work.partition(), work.offset() + 1, Math::max);
            } else if (event instanceof TransactionCommitted committed) {
                handled.getOrDefault(committed.transaction(), Map.of()).forEach(this::confirm);
            } else if (event instanceof CommittedOffset stored) {
                String partition = stored.group() + " " + stored.partition();
                if (!positioned.contains(partition)) {
                    confirm(partition, stored.offset());
                }
            } else {
                onMember(event);
            }
        }

        private void confirm(String partition, long offset) {
            confirmed.merge(partition, offset, Math::max);
        }

        /** Commits from now on may say so, and come after those under way. */
        private void onPositioned(String partition, long offset) {
            positioned.add(partition);
            confirmed.computeIfPresent(partition, (key, before) -> Math.min(before, offset));
            invoked.values().forEach(each -> each.computeIfPresent(partition, (key, told) -> Math.min(told, offset)));
        }

        private void onMember(HistoryEvent event) {
            if (event instanceof Assigned assigned) {
                for (TopicPartition partition : assigned.partitions()) {
                    floor.put(
                            assigned.group() + " " + assigned.member() + " " + partition,
                            confirmed.getOrDefault(assigned.group() + " " + partition, 0L));
                }
            } else if (event instanceof Positioned position) {
                floor.remove(position.group() + " " + position.member() + " " + position.partition());
                onPositioned(position.group() + " " + position.partition(), position.offset());
            } else if (event instanceof Delivered delivered) {
                long least = floor.getOrDefault(
                        delivered.group() + " " + delivered.member() + " " + delivered.partition(), 0L);
                if (delivered.offset() < least) {
                    violations.accept(delivered.member() + " got " + delivered.partition() + " offset "
                            + delivered.offset() + " though " + least
                            + " was confirmed as committed before it was assigned");
                }
            }
        }
    }
}
