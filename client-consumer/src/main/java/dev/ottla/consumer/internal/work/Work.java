package dev.ottla.consumer.internal.work;

import dev.ottla.common.TopicPartition;
import dev.ottla.consumer.internal.offsets.RecordPlace;
import dev.ottla.internal.concurrent.ThreadSafe;
import org.jspecify.annotations.Nullable;

/**
 * One record between being handed out and being finished. What changes is guarded by the lock of {@link WorkBoard}, but for
 * the attempts, which only whoever has started it counts.
 *
 * @param <T> what is worked on
 */
@ThreadSafe
public final class Work<T> {
    enum State {
        WAITING,
        READY,
        RUNNING,
        SUSPENDED,
        ENDED
    }

    final Share<T> share;

    /** Among those of its share. */
    final long place;

    final @Nullable Object lane;
    State state = State.WAITING;

    /** When it was started for the first time. */
    long startedNanos;

    /** Whether somebody is at it, or was: what is under way may also wait in an executor's queue. */
    boolean hasBegun;

    /** Whether it did not end in the time that a partition had for being given up. */
    boolean awaitedInVain;

    /** What has to wait for this to end; null for the last of its lane. */
    @Nullable
    Work<T> next;

    private final long offset;
    private final T payload;
    private volatile int attempts;

    Work(Share<T> share, long place, @Nullable Object lane, long offset, T payload) {
        this.share = share;
        this.place = place;
        this.lane = lane;
        this.offset = offset;
        this.payload = payload;
    }

    /** What is worked on. */
    public T payload() {
        return payload;
    }

    /** Where it was read from. */
    public TopicPartition partition() {
        return share.partition;
    }

    /** Its place in the partition. */
    public long offset() {
        return offset;
    }

    /** Both of these. */
    RecordPlace place() {
        return new RecordPlace(share.partition, offset);
    }

    /** How often it has been tried without success. */
    public int attempts() {
        return attempts;
    }

    /** One more attempt has failed; returns how many that makes. */
    int onAttemptFailed() {
        int failed = attempts + 1;
        attempts = failed;
        return failed;
    }

    @Override
    public String toString() {
        return share.partition + "@" + offset;
    }
}
