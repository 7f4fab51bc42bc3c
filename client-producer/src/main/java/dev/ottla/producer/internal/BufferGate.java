package dev.ottla.producer.internal;

import dev.ottla.errors.KafkaException;
import dev.ottla.internal.concurrent.ClientRuntime;
import dev.ottla.internal.concurrent.ThreadSafe;
import dev.ottla.internal.record.Segment;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
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
    private final AtomicInteger suspended = new AtomicInteger();

    BufferGate(MemoryBudget budget, FullBufferPolicy policy, ClientRuntime runtime) {
        this.budget = budget;
        this.policy = policy;
        this.runtime = runtime;
    }

    /**
     * Waits in line behind the records that wait already, if these are many and that is the policy.
     *
     * @return how long that took, in nanoseconds
     * @throws KafkaException if it takes too long
     */
    long awaitTurn(WaitingTopic waiting) {
        if (!(policy instanceof FullBufferPolicy.Block block) || runtime.inEventLoop()) {
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
            awaitTurn(turn, waiting, block.nanosMax(), waitedNanos);
            waitedNanos = runtime.homeLoop().nanoTime() - beginNanos;
        }
        return waitedNanos;
    }

    private void awaitTurn(CompletableFuture<Void> turn, WaitingTopic waiting, long nanosMax, long waitedNanos) {
        try {
            runtime.await(turn, Math.max(0, nanosMax - waitedNanos));
        } catch (TimeoutException e) {
            throw waiting.notInTime(nanosMax);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ProducerFailures.interruptedBeforeAccepted(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("nobody fails a turn", e);
        }
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
    Segment segmentFor(Supplier<MemoryShare> memory, int bytes, long waitedNanos) {
        Segment segment = memory.get().tryTake(bytes);
        if (segment != null) {
            return segment;
        }
        if (policy instanceof FullBufferPolicy.Block block && !runtime.inEventLoop()) {
            return blockForSegment(memory, bytes, block.nanosMax(), waitedNanos);
        }
        suspendOrThrow();
        return null;
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
        if (policy instanceof FullBufferPolicy.Block block && !runtime.inEventLoop()) {
            blockToReserve(bytes, block.nanosMax(), waitedNanos);
            return bytes;
        }
        suspendOrThrow();
        return 0;
    }

    /** A suspended record does not wait any more. */
    void onSuspensionEnded() {
        suspended.decrementAndGet();
    }

    private Segment blockForSegment(Supplier<MemoryShare> memory, int bytes, long nanosMax, long waitedNanos) {
        try {
            MemoryShare reserved = budget.reserve(memory, bytes, nanosMax - waitedNanos);
            if (reserved == null) {
                throw ProducerFailures.noRoomInTime(budget.totalBytes(), nanosMax);
            }
            return reserved.segment(bytes);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ProducerFailures.interruptedBeforeAccepted(e);
        }
    }

    private void blockToReserve(long bytes, long nanosMax, long waitedNanos) {
        try {
            if (!budget.common().reserve(bytes, nanosMax - waitedNanos)) {
                throw ProducerFailures.noRoomInTime(budget.totalBytes(), nanosMax);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ProducerFailures.interruptedBeforeAccepted(e);
        }
    }

    private void suspendOrThrow() {
        if (!(policy instanceof FullBufferPolicy.Suspend suspend)) {
            throw ProducerFailures.noRoom(budget.totalBytes(), policy instanceof FullBufferPolicy.Block);
        }
        if (suspended.incrementAndGet() > suspend.recordsMax()) {
            suspended.decrementAndGet();
            throw ProducerFailures.tooManySuspended(suspend.recordsMax());
        }
    }
}
