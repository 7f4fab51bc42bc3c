package dev.ottla.consumer.internal;

import dev.ottla.common.OffsetAndMetadata;
import dev.ottla.common.TopicPartition;
import dev.ottla.config.IsolationLevel;
import dev.ottla.consumer.internal.delivery.DeliveryQueue;
import dev.ottla.consumer.internal.delivery.DeliveryReader;
import dev.ottla.consumer.internal.delivery.OffsetOutOfRange;
import dev.ottla.consumer.internal.delivery.RecordSink;
import dev.ottla.consumer.internal.fetch.LogEnds;
import dev.ottla.consumer.internal.offsets.Assignment;
import dev.ottla.consumer.internal.offsets.CommittedOffsets;
import dev.ottla.consumer.internal.offsets.FetchPosition;
import dev.ottla.consumer.internal.offsets.GroupIdentity;
import dev.ottla.consumer.internal.offsets.HeldOffset;
import dev.ottla.consumer.internal.offsets.OffsetLookup;
import dev.ottla.consumer.internal.offsets.StartingPoint;
import dev.ottla.errors.BrokerException;
import dev.ottla.errors.ClosedException;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.ErrorDetails;
import dev.ottla.errors.KafkaException;
import dev.ottla.internal.cluster.Cluster;
import dev.ottla.internal.concurrent.Copies;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.concurrent.NanoClock;
import dev.ottla.internal.concurrent.ThreadSafe;
import dev.ottla.internal.record.RecordBatchReader;
import io.netty.buffer.PooledByteBufAllocator;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One consumer without its types: what the application's threads call. Step 7 of receiving. It knows the shared objects
 * (assignment, delivery queue) and hands everything else to {@link ConsumerLoop} on the home loop.
 */
@ThreadSafe
public final class ConsumerEngine {
    private final Cluster cluster;
    private final EventLoop home;
    private final ConsumerSetup setup;
    private final Assignment assignment = new Assignment();
    private final DeliveryQueue queue = new DeliveryQueue();
    private final LogEnds logEnds;
    private final PollClock pollClock;
    private final ConsumerLoop loop;
    private final DeliveryReader reader;
    private final Blocking blocking;
    private final AtomicReference<State> state = new AtomicReference<>(State.OPEN);

    /** The poll that has the turn while its records are looked at. */
    private volatile @Nullable InPlacePoll inPlace;

    /** While closing, callbacks of the application may still commit. */
    private enum State {
        OPEN,
        CLOSING,
        CLOSED
    }

    /** A consumer that begins to fetch at once if partitions are assigned, and joins its group at the first poll. */
    public ConsumerEngine(Cluster cluster, ConsumerSetup setup) {
        this.cluster = cluster;
        this.home = cluster.homeLoop();
        this.setup = setup;
        this.pollClock = new PollClock(home);
        this.logEnds = new LogEnds(setup.options().isolationLevel());
        this.loop = new ConsumerLoop(cluster, setup, assignment, queue, logEnds, pollClock, this::onRevoking);
        this.blocking = new Blocking(cluster.runtime());
        RecordBatchReader batches = new RecordBatchReader(
                setup.options().checkCrcs(),
                setup.options().maxDecompressedBatchBytes().toIntExact(),
                PooledByteBufAllocator.DEFAULT);
        boolean readCommitted = setup.options().isolationLevel() == IsolationLevel.READ_COMMITTED;
        this.reader = new DeliveryReader(queue, assignment, batches, readCommitted, new ToLoop());
    }

    /** Begins; called once, by the builder. */
    public void start() {
        Map<TopicPartition, Long> epochs = assignment.assign(setup.partitions(), ConsumerLoop.BY_APPLICATION);
        home.execute(() -> loop.start(epochs));
    }

    private final class ToLoop implements DeliveryReader.Listener {
        @Override
        public void onOffsetOutOfRange(OffsetOutOfRange outOfRange) {
            home.execute(() -> loop.onOffsetOutOfRange(outOfRange));
        }

        @Override
        public void onDamaged(TopicPartition partition, long fetchEpoch) {
            home.execute(() -> loop.onDamaged(partition, fetchEpoch));
        }

        @Override
        public void onDropped(TopicPartition partition, long fetchEpoch) {
            home.execute(() -> loop.onDropped(partition, fetchEpoch));
        }
    }

    /**
     * Gives records to the sink as soon as there are any, or none when the time is up. Callbacks of rebalances run first.
     *
     * @return as whom this consumer was a member when the records were handed out; null without a group, or without records
     */
    public @Nullable GroupIdentity poll(RecordSink sink, Duration timeout) {
        HandedOut handedOut = pollInTurn(timeout, () -> read(sink));
        if (handedOut == null) {
            return null;
        }
        leaveTurn();
        return handedOut.as();
    }

    /** That there were records, and as whom this consumer was a member then. */
    private record HandedOut(@Nullable GroupIdentity as) {}

    private @Nullable HandedOut read(RecordSink sink) {
        // Before reading: should the membership end meanwhile, a commit of these records must fail.
        GroupIdentity identity = loop.identity();
        return reader.read(sink, setup.options().maxPollRecords()) == 0 ? null : new HandedOut(identity);
    }

    /** As {@link #poll(RecordSink, Duration)}, to look at the records where they lie; null if there are none in time. */
    public @Nullable InPlacePoll poll(Duration timeout) {
        inPlace = pollInTurn(timeout, () -> {
            reader.begin(setup.options().maxPollRecords());
            return reader.next() ? new InPlacePoll(reader, this::leaveInPlace) : null;
        });
        return inPlace;
    }

    private void leaveInPlace() {
        inPlace = null;
        leaveTurn();
    }

    /** What to do with the turn; null if there is nothing to do it with yet. */
    @FunctionalInterface
    private interface Read<T> {
        @Nullable
        T read();
    }

    /** Returns what the read returned; unless that is null, the turn is the caller's then. */
    private <T> @Nullable T pollInTurn(Duration timeout, Read<T> read) {
        blocking.checkMayBlock();
        if (isInPlaceHere()) {
            throw new IllegalStateException("this thread has a cursor open: close it before the next poll");
        }
        pollClock.onPollBegins();
        try {
            long left = queue.enter(nanos(timeout));
            return left < 0 ? null : readInTurn(left, read);
        } catch (InterruptedException e) {
            throw Blocking.interrupted("poll", e);
        } finally {
            pollClock.onPollEnds();
        }
    }

    private boolean isInPlaceHere() {
        InPlacePoll open = inPlace;
        return open != null && open.isOwnedByCaller();
    }

    private <T> @Nullable T readInTurn(long timeoutNanos, Read<T> read) throws InterruptedException {
        T found = null;
        try {
            assignment.onPoll();
            if (loop.waitsForPoll()) {
                home.execute(loop::onPoll);
            }
            long left = timeoutNanos;
            while (left >= 0 && found == null) {
                queue.throwIfFailed();
                runCallbacks();
                found = loop.isSessionOver() ? null : read.read();
                left = found == null ? queue.awaitWork(left) : left;
            }
            return found;
        } finally {
            if (found == null) {
                leaveTurn();
            }
        }
    }

    private void runCallbacks() {
        for (Runnable callback = queue.nextCallback(); callback != null; callback = queue.nextCallback()) {
            callback.run();
        }
    }

    private void leaveTurn() {
        if (queue.isEnded()) {
            reader.close();
            queue.clear();
        }
        queue.exit();
    }

    /** On the polling thread: all that was handed out is processed by now, or the application commits it itself. */
    private void onRevoking(Set<TopicPartition> partitions, long deadlineNanos) {
        if (loop.isSessionOver()) {
            // Who stood still for so long owns nothing any more, though no timer has said so yet.
            setup.callbacks().onLost(partitions);
            return;
        }
        Duration remaining = Duration.ofNanos(Math.max(0, deadlineNanos - home.nanoTime()));
        try {
            setup.callbacks().onRevoking(partitions, remaining);
        } finally {
            if (setup.commitsAutomatically()) {
                commitProcessed(min(remaining, cluster.options().requestTimeout()));
            }
        }
    }

    private void commitProcessed(Duration timeout) {
        blocking.awaitQuietly(onHome(() -> loop.commitProcessed(timeout)), timeout);
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    private static long nanos(Duration timeout) {
        try {
            return Math.max(0, timeout.toNanos());
        } catch (ArithmeticException e) {
            return Long.MAX_VALUE;
        }
    }

    /** Makes the poll under way, or the next, return at once. */
    public void wakeup() {
        queue.wakeup();
    }

    /** The partitions that this consumer reads. */
    public Set<TopicPartition> assignment() {
        checkOpen();
        return assignment.partitions();
    }

    /** Commits as the member that this consumer is now. */
    public CompletableFuture<Void> commit(Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
        return commit(loop.identity(), offsets, timeout);
    }

    /** Commits everything handed out so far of the partitions that are still this consumer's. */
    public CompletableFuture<Void> commitConsumed(Duration timeout) {
        return loop.hasLost() ? CompletableFuture.failedFuture(notAMember()) : commit(assignment.consumed(), timeout);
    }

    /** Commits as the member that this consumer was when it handed records out; fails if it no longer is. */
    public CompletableFuture<Void> commit(
            @Nullable GroupIdentity identity, Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
        checkOpen();
        if (setup.options().groupId().isEmpty()) {
            throw new IllegalStateException("there is no group to commit for: set group.id");
        }
        if (offsets.isEmpty()) {
            return onHome(loop::whenCommitsAreIdle);
        }
        if (identity == null) {
            return CompletableFuture.failedFuture(notAMember());
        }
        Map<TopicPartition, OffsetAndMetadata> copy = Copies.of(offsets);
        return onHome(() -> loop.commit(identity, copy, timeout));
    }

    /** Commits as the member that this consumer is now, if the partition is its own. */
    public CompletableFuture<Void> commitOwned(TopicPartition partition, OffsetAndMetadata offset, Duration timeout) {
        return assignment.tenure(partition) < 0
                ? CompletableFuture.failedFuture(notAMember())
                : commit(Map.of(partition, offset), timeout);
    }

    /**
     * Commits of these offsets those whose partitions are still held by the assignment that they were reached under; the rest
     * is left to whoever has them now.
     */
    public CompletableFuture<Void> commitHeld(Map<TopicPartition, HeldOffset> offsets, Duration timeout) {
        return onHome(() -> loop.commitHeld(offsets, timeout));
    }

    /** By which assignment the partition is this consumer's, for {@link #commitHeld}; -1 if it is not. */
    public long tenure(TopicPartition partition) {
        return assignment.tenure(partition);
    }

    private static KafkaException notAMember() {
        return new BrokerException(
                "Nothing was committed: this consumer owns no partitions now, it is joining its group.",
                ErrorDetails.ofCode(ErrorCode.REBALANCE_IN_PROGRESS).build(),
                null);
    }

    private <T> CompletableFuture<T> onHome(Supplier<CompletableFuture<T>> task) {
        CompletableFuture<T> result = new CompletableFuture<>();
        try {
            home.execute(() -> task.get().whenComplete((value, failure) -> {
                if (failure == null) {
                    result.complete(value);
                } else {
                    result.completeExceptionally(failure);
                }
            }));
        } catch (RejectedExecutionException e) {
            result.completeExceptionally(new ClosedException("The KafkaClient of this consumer is closed.", e));
        }
        return result;
    }

    /** What the group has committed. */
    public CompletableFuture<Map<TopicPartition, OffsetAndMetadata>> committed(
            Collection<TopicPartition> partitions, Duration timeout) {
        checkOpen();
        String group = setup.options()
                .groupId()
                .orElseThrow(
                        () -> new IllegalStateException("there is no group that could have committed: set group.id"));
        return CommittedOffsets.fetch(cluster, group, partitions, timeout);
    }

    /** Offsets by timestamp; -2 stands for the earliest, -1 for the latest. */
    public CompletableFuture<Map<TopicPartition, OffsetLookup.Found>> offsets(
            Map<TopicPartition, Long> timestamps, Duration timeout) {
        checkOpen();
        return OffsetLookup.start(cluster, setup.options().isolationLevel(), timestamps, timeout);
    }

    /** The position, or null while it is looked up. */
    public @Nullable FetchPosition position(TopicPartition partition) {
        checkOpen();
        return assignment.position(partition).orElse(null);
    }

    /** How far the position is behind the end that a broker told last; empty if one of them is not known. */
    public OptionalLong lag(TopicPartition partition) {
        checkOpen();
        FetchPosition position = assignment.position(partition).orElse(null);
        OptionalLong end = logEnds.of(partition);
        return end.isEmpty() || position == null
                ? OptionalLong.empty()
                : OptionalLong.of(Math.max(0, end.getAsLong() - position.offset()));
    }

    /** For deadlines. */
    public NanoClock clock() {
        return home;
    }

    /** Sets the position: no record from before this call is delivered after it. */
    public void seek(TopicPartition partition, FetchPosition position) {
        checkOpen();
        long fetchEpoch = assignment.seek(partition, position);
        home.execute(() -> loop.onSeek(partition, fetchEpoch, position));
    }

    /** As {@link #seek}, to a point that is looked up. */
    public void seek(Collection<TopicPartition> partitions, StartingPoint point) {
        checkOpen();
        Map<TopicPartition, Long> epochs = new HashMap<>();
        partitions.forEach(partition -> epochs.put(partition, assignment.seek(partition, null)));
        home.execute(() -> loop.onSeek(epochs, point));
    }

    /** Stops or resumes delivery. */
    public void setPaused(Collection<TopicPartition> partitions, boolean paused) {
        checkOpen();
        for (TopicPartition partition : partitions) {
            if (assignment.setPaused(partition, paused)) {
                home.execute(() -> loop.onPaused(partition));
                if (!paused) {
                    queue.unpark(partition);
                }
            }
        }
    }

    /** The partitions whose delivery is stopped. */
    public Set<TopicPartition> paused() {
        checkOpen();
        return assignment.paused();
    }

    /** Waits for the future as long as an application's thread may. */
    public <T> T await(CompletableFuture<T> future, Duration timeout, String what) {
        return blocking.await(future, timeout, what);
    }

    /** Whether {@link #close} was called. */
    public boolean isClosed() {
        return state.get() != State.OPEN;
    }

    private void checkOpen() {
        if (state.get() == State.CLOSED) {
            throw closedException();
        }
    }

    private static ClosedException closedException() {
        return new ClosedException("The consumer is closed.", null);
    }

    /**
     * Ends polling, has the application told of its partitions' end, waits for commits, leaves the group; all within the
     * timeout. Only the first call does anything.
     */
    public void close(Duration timeout) {
        if (!state.compareAndSet(State.OPEN, State.CLOSING)) {
            return;
        }
        queue.end(closedException());
        InPlacePoll open = inPlace;
        if (open != null && open.isOwnedByCaller()) {
            open.close();
        }
        long deadlineNanos = home.nanoTime() + nanos(timeout) / 2;
        try {
            if (blocking.mayBlock()) {
                finishInTurn(deadlineNanos);
            }
        } finally {
            Duration rest = timeout.minus(timeout.dividedBy(2));
            CompletableFuture<Void> left = onHome(() -> loop.close(closedException(), rest));
            if (blocking.mayBlock()) {
                blocking.awaitQuietly(left, rest);
            }
            state.set(State.CLOSED);
        }
    }

    /** Takes half of the time at most, so that the group hears of the end even if the application is slow. */
    private void finishInTurn(long deadlineNanos) {
        try {
            if (queue.enter(Math.max(0, deadlineNanos - home.nanoTime())) < 0) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        try {
            runCallbacks();
            finish(deadlineNanos);
        } finally {
            leaveTurn();
        }
    }

    private void finish(long deadlineNanos) {
        Set<TopicPartition> partitions = assignment.partitions();
        if (!setup.topics().isEmpty() && !partitions.isEmpty()) {
            onRevoking(partitions, deadlineNanos);
        } else if (setup.commitsAutomatically()) {
            commitProcessed(Duration.ofNanos(Math.max(0, deadlineNanos - home.nanoTime())));
        }
        CompletableFuture<Void> idle = onHome(loop::whenCommitsAreIdle);
        blocking.awaitQuietly(idle, Duration.ofNanos(Math.max(0, deadlineNanos - home.nanoTime())));
    }
}
