package dev.ottla.producer.internal;

import dev.ottla.internal.concurrent.ThreadSafe;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Knows when everything that was accepted before a moment has ended: what flush and close wait for. Counts batches, not
 * records; each flush begins a new generation, and an older one is over when all before it are. Any thread.
 */
@ThreadSafe
final class FlushBarrier {

    /** What was accepted between two flushes. Guarded by the barrier's lock. */
    static final class Generation {
        private final CompletableFuture<Void> ended = new CompletableFuture<>();
        private long open;
    }

    private final ShortLock lock = new ShortLock();

    /** Oldest first; the last one is the current. */
    private final ArrayDeque<Generation> generations = new ArrayDeque<>();

    private Generation current = new Generation();

    FlushBarrier() {
        generations.add(current);
    }

    /** Something was accepted; it ends with {@link #exit} of the same generation. */
    Generation enter() {
        lock.lock();
        try {
            current.open++;
            return current;
        } finally {
            lock.unlock();
        }
    }

    void exit(Generation generation) {
        List<Generation> over = List.of();
        lock.lock();
        try {
            generation.open--;
            if (generation.open == 0 && generation != current) {
                over = removeOver();
            }
        } finally {
            lock.unlock();
        }
        if (!over.isEmpty()) {
            over.forEach(ended -> ended.ended.complete(null));
        }
    }

    /** Completes when everything that was accepted before has ended, however it ended; on the thread that ended the last. */
    CompletableFuture<Void> flush() {
        Generation flushed;
        List<Generation> over;
        lock.lock();
        try {
            flushed = current;
            current = new Generation();
            generations.addLast(current);
            over = removeOver();
        } finally {
            lock.unlock();
        }
        over.forEach(ended -> ended.ended.complete(null));
        return flushed.ended;
    }

    private List<Generation> removeOver() {
        List<Generation> over = new ArrayList<>();
        while (generations.getFirst() != current && generations.getFirst().open == 0) {
            over.add(generations.removeFirst());
        }
        return over;
    }
}
