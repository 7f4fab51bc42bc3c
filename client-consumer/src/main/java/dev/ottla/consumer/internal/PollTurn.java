package dev.ottla.consumer.internal;

import dev.ottla.consumer.internal.delivery.DeliveryQueue;
import dev.ottla.consumer.internal.delivery.DeliveryReader;
import dev.ottla.internal.concurrent.ThreadSafe;
import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is to poll. One thread at a time has it; callbacks and deserializers run on that thread, and whoever would wait
 * for itself there is refused. The turn lasts until a poll returns, or as long as its records are looked at where they lie. Called
 * by {@link ConsumerEngine}.
 */
@ThreadSafe
final class PollTurn {
    private final DeliveryQueue queue;
    private final DeliveryReader reader;

    /** The poll that has the turn while its records are looked at. */
    private volatile @Nullable InPlacePoll inPlace;

    private volatile @Nullable Thread owner;

    PollTurn(DeliveryQueue queue, DeliveryReader reader) {
        this.queue = queue;
        this.reader = reader;
    }

    void checkMayPoll() {
        if (isInPlaceHere()) {
            throw new IllegalStateException("this thread has a cursor open: close it before the next poll");
        }
        checkNotWithinPoll("poll");
    }

    /** A cursor that this thread has open is closed with the consumer. */
    void checkMayClose() {
        if (!isInPlaceHere()) {
            checkNotWithinPoll("close");
        }
    }

    private void checkNotWithinPoll(String call) {
        if (owner == Thread.currentThread()) {
            throw new IllegalStateException(call + " was called within a poll or a close of the same consumer, by a"
                    + " RebalanceListener or a deserializer: return from there first");
        }
    }

    private boolean isInPlaceHere() {
        InPlacePoll open = inPlace;
        return open != null && open.isOwnedByCaller();
    }

    /** Waits for the turn; returns how much of the time is left, less than 0 if the turn did not come. */
    long enter(long timeoutNanos) throws InterruptedException {
        long left = queue.enter(timeoutNanos);
        if (left >= 0) {
            owner = Thread.currentThread();
        }
        return left;
    }

    /** Lets the next thread poll; what was fetched is nobody's any more if the consumer was closed meanwhile. */
    void leave() {
        owner = null;
        if (queue.isEnded()) {
            reader.close();
            queue.clear();
        }
        queue.exit();
    }

    /** Keeps the turn for looking at the reader's records where they lie, until that poll is closed. */
    InPlacePoll keepInPlace() {
        InPlacePoll open = new InPlacePoll(reader, this::leaveInPlace);
        inPlace = open;
        return open;
    }

    private void leaveInPlace() {
        inPlace = null;
        leave();
    }

    /** Closes the cursor that the calling thread has open, if it has one. */
    void endInPlaceHere() {
        InPlacePoll open = inPlace;
        if (open != null && open.isOwnedByCaller()) {
            open.close();
        }
    }

    /** Runs what the home loop wants the polling thread to do; in turn. */
    void runCallbacks() {
        for (Runnable callback = queue.nextCallback(); callback != null; callback = queue.nextCallback()) {
            callback.run();
        }
    }

    /** What was fetched is nobody's any more; a poll under way gives it back itself. */
    void releaseUnlessPolled() {
        try {
            if (enter(0) >= 0) {
                leave();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
