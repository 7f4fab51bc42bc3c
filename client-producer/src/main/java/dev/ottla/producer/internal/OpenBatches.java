package dev.ottla.producer.internal;

import dev.ottla.internal.concurrent.EventLoopConfined;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The open batches that a {@link BrokerSender} waits for, oldest first, apart by how long they may wait: in one line, unless
 * topics have a linger of their own. Step 5 of sending, on the sender's loop.
 */
@EventLoopConfined
final class OpenBatches {

    /** Those with the same linger. */
    private static final class Line {
        private final SendingOptions options;
        private final ArrayDeque<ProducerBatch> batches = new ArrayDeque<>();

        private Line(SendingOptions options) {
            this.options = options;
        }

        private boolean isFor(SendingOptions others) {
            return options.lingerNanosMax() == others.lingerNanosMax()
                    && options.sendsWhenIdle() == others.sendsWhenIdle();
        }
    }

    private final PartitionOwner owner;
    private final List<Line> lines = new ArrayList<>(1);

    OpenBatches(PartitionOwner owner, SendingOptions options) {
        this.owner = owner;
        lines.add(new Line(options));
    }

    /** The batch is open, and waited for from now on. */
    void add(ProducerBatch batch) {
        lineOf(batch.queue().topic().options()).batches.addLast(batch);
    }

    private Line lineOf(SendingOptions options) {
        for (Line line : lines) {
            if (line.isFor(options)) {
                return line;
            }
        }
        Line line = new Line(options);
        lines.add(line);
        return line;
    }

    /** Whether there are any that should go now. */
    boolean isAnyDue(long nowNanos, boolean isIdle, boolean isUrgent) {
        for (Line line : lines) {
            if (isDue(line, nowNanos, isIdle, isUrgent)) {
                return true;
            }
        }
        return false;
    }

    private boolean isDue(Line line, long nowNanos, boolean isIdle, boolean isUrgent) {
        ProducerBatch oldest = oldest(line);
        return oldest != null
                && (isUrgent
                        || (isIdle && line.options.sendsWhenIdle())
                        || nowNanos - oldest.openedNanos() >= line.options.lingerNanosMax());
    }

    /** The first that is still open and here; what became of those before it is known elsewhere. */
    private @Nullable ProducerBatch oldest(Line line) {
        ProducerBatch oldest = line.batches.peekFirst();
        while (oldest != null
                && (oldest.queue().owner() != owner || oldest.queue().openBatch() != oldest)) {
            line.batches.removeFirst();
            oldest = line.batches.peekFirst();
        }
        return oldest;
    }

    /** Whether there are any. */
    boolean isEmpty() {
        for (Line line : lines) {
            if (oldest(line) != null) {
                return false;
            }
        }
        return true;
    }

    /** Those of every line of which one should go now, as long as they are taken; they are not waited for any more. */
    void takeDue(long nowNanos, boolean isIdle, boolean isUrgent, Predicate<PartitionQueue> isTaken) {
        for (Line line : lines) {
            if (isDue(line, nowNanos, isIdle, isUrgent)) {
                take(line, isTaken);
            }
        }
    }

    private void take(Line line, Predicate<PartitionQueue> isTaken) {
        while (!line.batches.isEmpty() && isTaken.test(line.batches.getFirst().queue())) {
            ProducerBatch first = line.batches.removeFirst();
            if (first.queue().owner() == owner) {
                first.unplace();
            }
        }
    }

    /**
     * In how many nanoseconds the next one has waited long enough, at the earliest; that of a batch which is opened now, if
     * there is none. Negative if one has waited long enough already: it could not be sent, and who makes room for it looks.
     */
    long nextDueNanos(long nowNanos) {
        long next = Long.MAX_VALUE;
        for (Line line : lines) {
            ProducerBatch oldest = oldest(line);
            long waitedNanos = oldest == null ? 0 : nowNanos - oldest.openedNanos();
            next = Math.min(next, line.options.lingerNanosMax() - waitedNanos);
        }
        return next;
    }

    void forEach(Consumer<ProducerBatch> action) {
        lines.forEach(line -> line.batches.forEach(action));
    }
}
