package dev.ottla.testkit.history;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * What happened in a run, in order: append-only, and read by {@link HistoryChecker} when the run is over. Thread-safe; an
 * application records an event on the thread and in the moment in which it happens.
 *
 * <pre>{@code
 * History history = new History(System::nanoTime);
 * history.add(new HistoryEvent.SendInvoked("p-1", "p-1/0", partition, 0, Duration.ZERO));
 * ...
 * Verdict verdict = HistoryChecker.of(Invariant.I1, Invariant.I2).check(history);
 * }</pre>
 */
public final class History {

    /**
     * An event and when it happened.
     *
     * @param atNanos on the history's clock, from its first reading
     */
    public record Entry(long atNanos, HistoryEvent event) {}

    private final LongSupplier nanoClock;
    private final long originNanos;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Entry> entries = new ArrayList<>();

    /** An empty history on a monotonic clock, the machine's or a simulated one. */
    public History(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
        this.originNanos = nanoClock.getAsLong();
    }

    /** Appends an event that happens now. */
    public void add(HistoryEvent event) {
        lock.lock();
        try {
            entries.add(new Entry(nanoClock.getAsLong() - originNanos, event));
        } finally {
            lock.unlock();
        }
    }

    /** All events so far, oldest first. A copy. */
    public List<Entry> entries() {
        lock.lock();
        try {
            return List.copyOf(entries);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Writes one JSON object per line: {@code at} in nanoseconds, {@code event}, and the event's own fields.
     *
     * @throws UncheckedIOException if the file can't be written
     */
    public void writeJsonLines(Path file) {
        try (Writer out = Files.newBufferedWriter(file)) {
            for (Entry entry : entries()) {
                out.write(JsonLine.of(entry));
                out.write('\n');
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Can't write the history to " + file, e);
        }
    }
}
