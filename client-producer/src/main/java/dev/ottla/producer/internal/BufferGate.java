package dev.ottla.producer.internal;

import dev.ottla.errors.KafkaException;
import dev.ottla.internal.concurrent.ClientRuntime;
import dev.ottla.internal.concurrent.ThreadSafe;
import dev.ottla.internal.record.Segment;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets records into the buffer, and applies the user's choice of back pressure when there is no room. Called by sending
 * threads, under no lock.
 */
@ThreadSafe
final class BufferGate {
    private final MemoryBudget budget;
    private final FullBufferPolicy policy;
    private final ClientRuntime runtime;
    private final long deliveryTimeoutNanos;
    private final AtomicInteger suspended = new AtomicInteger();

    /** What those that are suspended would take of the buffer: as much again as that holds, at most. */
    private final AtomicLong suspendedBytes = new AtomicLong();

    BufferGate(MemoryBudget budget, FullBufferPolicy policy, ClientRuntime runtime, long deliveryTimeoutNanos) {
        this.budget = budget;
        this.policy = policy;
        this.runtime = runtime;
        this.deliveryTimeoutNanos = deliveryTimeoutNanos;
    }

    /** How long the thread that sends a record may wait at most, and whether it is the record that says so. */
    private record Patience(long nanosMax, boolean isRecordsOwn) {}

    /** Null if the thread must not wait at all. */
    private @Nullable Patience patience(EncodedRecord record) {
        if (!(policy instanceof FullBufferPolicy.Block block) || runtime.inEventLoop()) {
            return null;
        }
        // A time that is longer than that of all records changes nothing.
        boolean isRecordsOwn = record.patienceNanos < Math.min(block.nanosMax(), deliveryTimeoutNanos);
        return new Patience(isRecordsOwn ? record.patienceNanos : block.nanosMax(), isRecordsOwn);
    }

    /** What a thread waits for. */
    @FunctionalInterface
    private interface Wait<T> {
        T end() throws InterruptedException;
    }

    private static <T> T interruptibly(Wait<T> wait) {
        try {
            return wait.end();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ProducerFailures.interruptedBeforeAccepted(e);
        }
    }

    /**
     * Waits in line behind the records that wait already, if these are many and that is the policy.
     *
     * @return how long that took, in nanoseconds
     * @throws KafkaException if it takes too long
     */
    long awaitTurn(WaitingTopic waiting, EncodedRecord record) {
        Patience patience = patience(record);
        if (patience == null) {
            return 0;
        }
        long beginNanos = runtime.homeLoop().nanoTime();
        long waitedNanos = 0;
        for (CompletableFuture<Void> turn = waiting.turn(); turn != null; turn = waiting.turn()) {
            // After the turn was asked for: who is refused later has it end.
            KafkaException refused = budget.whyRefused();
            if (refused != null) {
                throw refused;
            }
            if (!isTurnInTime(turn, patience.nanosMax() - waitedNanos)) {
                throw waiting.notInTime(patience.nanosMax(), patience.isRecordsOwn());
            }
            waitedNanos = runtime.homeLoop().nanoTime() - beginNanos;
        }
        return waitedNanos;
    }

    private boolean isTurnInTime(CompletableFuture<Void> turn, long nanosMax) {
        return interruptibly(() -> {
            try {
                runtime.await(turn, Math.max(0, nanosMax));
                return true;
            } catch (TimeoutException e) {
                return false;
            } catch (ExecutionException e) {
                throw new IllegalStateException("nobody fails a turn", e);
            }
        });
    }

    /**
     * A segment of so many bytes, after waiting if that is the policy; null if the record is to be suspended, which has been
     * counted.
     *
     * @param memory whose it is, which may change while it is waited for
     * @param waitedNanos how long the record has waited before
     * @throws KafkaException if there is no room, and why
     */
    @Nullable
    Segment segmentFor(EncodedRecord record, Supplier<MemoryShare> memory, int bytes, long waitedNanos) {
        Segment segment = memory.get().tryTake(bytes);
        if (segment != null) {
            return segment;
        }
        Patience patience = patience(record);
        if (patience == null) {
            suspendOrThrow(record);
            return null;
        }
        return awaitRoom(memory, bytes, patience, waitedNanos).segment(bytes);
    }

    /**
     * Counts the memory of a record that will wait for its topic. Returns the bytes that were reserved, or 0 if the record is
     * to be suspended, which has been counted.
     *
     * @param waitedNanos how long the record has waited before
     * @throws KafkaException if there is no room, and why
     */
    long reserveFor(EncodedRecord record, long waitedNanos) {
        long bytes = record.batchBytesMax();
        if (budget.common().tryReserve(bytes)) {
            return bytes;
        }
        Patience patience = patience(record);
        if (patience == null) {
            suspendOrThrow(record);
            return 0;
        }
        awaitRoom(budget::common, bytes, patience, waitedNanos);
        return bytes;
    }

    /** Returns whose memory was reserved. */
    private MemoryShare awaitRoom(Supplier<MemoryShare> memory, long bytes, Patience patience, long waitedNanos) {
        return interruptibly(() -> {
            MemoryShare reserved = budget.reserve(memory, bytes, patience.nanosMax() - waitedNanos);
            if (reserved == null) {
                throw ProducerFailures.noRoomInTime(budget.totalBytes(), patience.nanosMax(), patience.isRecordsOwn());
            }
            return reserved;
        });
    }

    private void suspendOrThrow(EncodedRecord record) {
        if (!(policy instanceof FullBufferPolicy.Suspend suspend)) {
            throw ProducerFailures.noRoom(budget.totalBytes(), policy instanceof FullBufferPolicy.Block);
        }
        int count = suspended.incrementAndGet();
        long bytes = suspendedBytes.addAndGet(record.bytesMax());
        if (count > suspend.recordsMax() || bytes > budget.totalBytes()) {
            onSuspensionEnded(record);
            throw ProducerFailures.tooManySuspended(suspend.recordsMax(), budget.totalBytes());
        }
    }

    /** A suspended record does not wait any more. */
    void onSuspensionEnded(EncodedRecord record) {
        suspended.decrementAndGet();
        suspendedBytes.addAndGet(-record.bytesMax());
    }
}
