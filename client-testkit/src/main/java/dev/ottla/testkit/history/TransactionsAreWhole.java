package dev.ottla.testkit.history;

import dev.ottla.common.TopicPartition;
import dev.ottla.testkit.history.HistoryEvent.CommittedOffset;
import dev.ottla.testkit.history.HistoryEvent.HandledInTransaction;
import dev.ottla.testkit.history.HistoryEvent.LogRecord;
import dev.ottla.testkit.history.HistoryEvent.SentInTransaction;
import dev.ottla.testkit.history.HistoryEvent.TransactionAborted;
import dev.ottla.testkit.history.HistoryEvent.TransactionCommitInvoked;
import dev.ottla.testkit.history.HistoryEvent.TransactionCommitted;
import dev.ottla.testkit.history.HistoryEvent.TransactionRefused;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * {@link Invariant#X1}. The records are looked for behind the markers of the log. The offsets of a transaction took effect if the
 * group has got beyond them, and nobody else's transaction has worked on the same records with effect.
 */
final class TransactionsAreWhole implements Check {
    @Override
    public void check(HistoryIndex history, Consumer<String> violations) {
        new Comparison(history, violations).run();
    }

    private static final class Comparison {
        private final HistoryIndex history;
        private final Consumer<String> violations;
        private final Map<String, List<String>> records = new TreeMap<>();
        private final Map<String, List<HandledInTransaction>> handled = new TreeMap<>();
        private final Set<String> asked = new HashSet<>();
        private final Set<String> committed = new HashSet<>();
        private final Set<String> takenBack = new HashSet<>();
        private final Map<String, CommittedOffset> lastOffsets = new TreeMap<>();

        /** Of what the groups have worked on, in which transactions that took effect. */
        private final Map<String, Set<String>> effective = new TreeMap<>();

        Comparison(HistoryIndex history, Consumer<String> violations) {
            this.history = history;
            this.violations = violations;
        }

        void run() {
            history.entries().forEach(entry -> note(entry.event()));
            records.forEach(this::checkRecords);
            handled.forEach(this::checkOffsets);
            effective.forEach((what, transactions) -> {
                if (transactions.size() > 1) {
                    violations.accept(what + " was handled in several transactions with effect: " + transactions);
                }
            });
            lastOffsets.values().forEach(this::checkNothingIsLeftOut);
        }

        private void note(HistoryEvent event) {
            if (event instanceof SentInTransaction sent) {
                records.computeIfAbsent(sent.transaction(), name -> new ArrayList<>())
                        .add(sent.recordName());
            } else if (event instanceof HandledInTransaction each) {
                handled.computeIfAbsent(each.transaction(), name -> new ArrayList<>())
                        .add(each);
            } else if (event instanceof TransactionCommitInvoked commit) {
                asked.add(commit.transaction());
            } else if (event instanceof TransactionCommitted each) {
                committed.add(each.transaction());
            } else if (event instanceof TransactionRefused refused) {
                takenBack.add(refused.transaction());
            } else if (event instanceof TransactionAborted aborted) {
                takenBack.add(aborted.transaction());
            } else if (event instanceof CommittedOffset offset) {
                lastOffsets.put(offset.group() + " " + offset.partition(), offset);
            }
        }

        private void checkRecords(String transaction, List<String> names) {
            List<String> visible = names.stream().filter(history::isCommitted).toList();
            List<String> missing =
                    names.stream().filter(name -> !history.isCommitted(name)).toList();
            if (committed.contains(transaction) && !missing.isEmpty()) {
                violations.accept(transaction + " was committed, but " + missing + " can't be read");
            } else if (takenBack.contains(transaction) && !visible.isEmpty()) {
                violations.accept(transaction + " was aborted or refused, but " + visible + " can be read");
            } else if (!asked.contains(transaction) && !visible.isEmpty()) {
                violations.accept(transaction + " was never to be committed, but " + visible + " can be read");
            } else if (!visible.isEmpty() && !missing.isEmpty()) {
                violations.accept("of " + transaction + " " + visible + " can be read, but not " + missing);
            }
        }

        /** By its records, if it has any. */
        private boolean isEffective(String transaction) {
            List<String> names = records.getOrDefault(transaction, List.of());
            return names.isEmpty()
                    ? committed.contains(transaction)
                    : names.stream().anyMatch(history::isCommitted);
        }

        private void checkOffsets(String transaction, List<HandledInTransaction> works) {
            if (!isEffective(transaction)) {
                return;
            }
            for (HandledInTransaction work : works) {
                CommittedOffset last = lastOffsets.get(work.group() + " " + work.partition());
                if (last != null && last.offset() <= work.offset()) {
                    violations.accept(transaction + " took effect, but the offset of " + work.group() + " in "
                            + work.partition() + " is " + last.offset() + " and not beyond " + work.offset());
                }
                effective
                        .computeIfAbsent(key(work.group(), work.partition(), work.offset()), key -> new HashSet<>())
                        .add(transaction);
            }
        }

        /** Of a group that works in transactions with records. */
        private void checkNothingIsLeftOut(CommittedOffset last) {
            boolean worksSo = handled.values().stream()
                    .anyMatch(works -> works.get(0).group().equals(last.group()));
            if (!worksSo) {
                return;
            }
            for (LogRecord record :
                    history.between(last.partition(), 0, last.offset()).values()) {
                if (!effective.containsKey(key(last.group(), record.partition(), record.offset()))) {
                    violations.accept(last.group() + " committed " + last.partition() + " up to " + last.offset()
                            + ", but no transaction with effect has handled " + record.recordName() + " at "
                            + record.offset());
                }
            }
        }

        private static String key(String group, TopicPartition partition, long offset) {
            return group + " " + partition + " offset " + offset;
        }
    }
}
