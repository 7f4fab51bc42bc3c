package dev.ottla.consumer.internal;

import dev.ottla.common.TopicPartition;
import dev.ottla.config.IsolationLevel;
import dev.ottla.consumer.internal.delivery.DeliveryQueue;
import dev.ottla.consumer.internal.delivery.DeliveryReader;
import dev.ottla.consumer.internal.delivery.FetchBudget;
import dev.ottla.consumer.internal.delivery.RecordSink;
import dev.ottla.consumer.internal.delivery.WorkWait;
import dev.ottla.consumer.internal.fetch.LogEnds;
import dev.ottla.consumer.internal.offsets.Assignment;
import dev.ottla.consumer.internal.offsets.FetchPosition;
import dev.ottla.consumer.internal.offsets.GroupIdentity;
import dev.ottla.consumer.internal.offsets.LagLookup;
import dev.ottla.consumer.internal.offsets.OffsetLookup;
import dev.ottla.consumer.internal.offsets.RecordPlace;
import dev.ottla.consumer.internal.offsets.StartingPoint;
import dev.ottla.errors.ClosedException;
import dev.ottla.internal.cluster.Cluster;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.concurrent.LendableLoop;
import dev.ottla.internal.concurrent.NanoClock;
import dev.ottla.internal.concurrent.ThreadSafe;
import dev.ottla.internal.record.RecordBatchReader;
import io.netty.buffer.PooledByteBufAllocator;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One consumer without its types: what the application's threads call. Step 7 of receiving. It knows the shared objects
 * (assignment, delivery queue) and hands everything else to {@link ConsumerLoop} on the home loop.
 */
@ThreadSafe
public final class ConsumerEngine {
    private static final Logger LOG = LoggerFactory.getLogger(ConsumerEngine.class);

    private final Cluster cluster;
    private final EventLoop home;
    private final ConsumerSetup setup;
    private final Assignment assignment = new Assignment();
    private final @Nullable LendableLoop fetchLoop;
    private final DeliveryQueue queue;
    private final WorkWait wait;
    private final LogEnds logEnds;
    private final PollClock pollClock;
    private final ConsumerLoop loop;
    private final DeliveryReader reader;
    private final PollTurn turn;
    private final Blocking blocking;
    private final Commits commits;
    private final AtomicReference<State> state = new AtomicReference<>(State.OPEN);

    private final AtomicBoolean warnedOfPolls = new AtomicBoolean();

    /** While closing, callbacks of the application may still commit. */
    private enum State {
        OPEN,
        CLOSING,
        CLOSED
    }

    /** A consumer that begins to fetch at once if partitions are assigned, and joins its group at the first poll. */
    public static ConsumerEngine create(Cluster cluster, ConsumerSetup setup) {
        LendableLoop lendable = cluster.runtime().newLendableLoop();
        try {
            return new ConsumerEngine(cluster, setup, lendable);
        } catch (RuntimeException e) {
            if (lendable != null) {
                lendable.shutdown();
            }
            throw e;
        }
    }

    private ConsumerEngine(Cluster cluster, ConsumerSetup setup, @Nullable LendableLoop lendable) {
        this.cluster = cluster;
        this.home = cluster.homeLoop();
        this.setup = setup;
        this.pollClock = new PollClock(home);
        this.fetchLoop = lendable;
        this.queue = lendable == null ? new DeliveryQueue() : new DeliveryQueue(lendable::nudge);
        this.wait = new WorkWait(queue, lendable, home);
        this.logEnds = new LogEnds(setup.options().isolationLevel());
        FetchBudget budget = new FetchBudget(setup.options());
        this.loop = new ConsumerLoop(
                cluster,
                setup,
                assignment,
                new Positions.Outlets(queue, logEnds, budget, fetchLoop),
                pollClock,
                this::onRevoking);
        this.blocking = new Blocking(cluster.runtime());
        this.commits = new Commits(cluster, setup.options(), assignment, loop, blocking, this::checkOpen);
        RecordBatchReader batches = new RecordBatchReader(
                setup.options().checkCrcs(), budget.decompressedBytesMax(), PooledByteBufAllocator.DEFAULT);
        boolean readCommitted = setup.options().isolationLevel() == IsolationLevel.READ_COMMITTED;
        this.reader = new DeliveryReader(
                queue,
                assignment,
                batches,
                budget,
                readCommitted,
                new ReaderEvents(home, loop.positions(), setup.callbacks()));
        this.turn = new PollTurn(queue, reader);
    }

    /** Begins; called once, by the builder. */
    public void start() {
        Map<TopicPartition, Long> epochs = assignment.assign(setup.partitions(), ConsumerLoop.BY_APPLICATION);
        home.execute(() -> loop.start(epochs));
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
        turn.leave();
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
        InPlacePoll open = pollInTurn(timeout, () -> {
            reader.begin(setup.options().maxPollRecords());
            return reader.next() ? turn.keepInPlace() : null;
        });
        if (open != null) {
            pollClock.onHandedOut(open::place);
        }
        return open;
    }

    /** The last poll has handed records out; {@code where} says at any time which of them the application took last. */
    public void onHandedOut(Supplier<@Nullable RecordPlace> where) {
        pollClock.onHandedOut(where);
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
        turn.checkMayPoll();
        if (pollClock.onPollBegins() > 1 && setup.commitsAutomatically() && warnedOfPolls.compareAndSet(false, true)) {
            LOG.warn(
                    "[{}] Several threads poll one consumer with enable.auto.commit=true: as soon as one of them polls"
                            + " again, what the others have got counts as processed too, and is committed. Commit by"
                            + " yourself, or use a Processor.",
                    cluster.options().clientId());
        }
        try {
            long left = turn.enter(nanos(timeout));
            return left < 0 ? null : readInTurn(left, read);
        } catch (InterruptedException e) {
            throw Blocking.interrupted("poll", e);
        } finally {
            pollClock.onPollEnds();
        }
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
                turn.runCallbacks();
                found = loop.isSessionOver() ? null : read.read();
                left = found == null ? wait.await(left) : left;
            }
            return found;
        } finally {
            if (found == null) {
                turn.leave();
            }
        }
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
                commitProcessed(
                        Collections.min(List.of(remaining, cluster.options().requestTimeout())));
            }
        }
    }

    private void commitProcessed(Duration timeout) {
        blocking.awaitQuietly(blocking.onHome(() -> loop.commitProcessed(timeout)), timeout);
    }

    /** As many as there can be if the duration has more. */
    private static long nanos(Duration timeout) {
        return Math.max(0, TimeUnit.NANOSECONDS.convert(timeout));
    }

    /** Makes the poll under way, or the next, return at once. */
    public void wakeup() {
        queue.wakeup();
    }

    /** As a member of its group, wants these topics from now on, in place of those so far. */
    public void subscribe(Set<String> topics) {
        checkOpen();
        if (!setup.subscribes() || !(setup.topics() instanceof TopicSelection.Named)) {
            throw new IllegalStateException("this consumer does not subscribe to topics by their names");
        }
        home.execute(() -> loop.subscribe(topics));
    }

    /** The partitions that this consumer reads now. */
    public Set<TopicPartition> assignment() {
        checkOpen();
        return assignment.partitions();
    }

    /** What can be committed, and what is. */
    public Commits commits() {
        return commits;
    }

    /** By which assignment the partition is this consumer's, for {@link Commits#held}; -1 if it is not. */
    public long tenure(TopicPartition partition) {
        return assignment.tenure(partition);
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

    /** How far the partitions are behind, as their leaders say now; those without a position are left out. */
    public CompletableFuture<Map<TopicPartition, LagLookup.Measured>> lags(
            Collection<TopicPartition> partitions, Duration timeout) {
        partitions.forEach(this::position);
        return LagLookup.start(cluster, assignment, setup.options().isolationLevel(), partitions, timeout);
    }

    /** For deadlines. */
    public NanoClock clock() {
        return home;
    }

    /** Sets the position: no record from before this call is delivered after it. */
    public void seek(TopicPartition partition, FetchPosition position) {
        checkOpen();
        long fetchEpoch = assignment.seek(partition, position);
        home.execute(() -> loop.positions().onSeek(partition, fetchEpoch, position));
    }

    /** As {@link #seek}, to a point that is looked up. */
    public void seek(Collection<TopicPartition> partitions, StartingPoint point) {
        checkOpen();
        Map<TopicPartition, Long> epochs = new HashMap<>();
        partitions.forEach(partition -> epochs.put(partition, assignment.seek(partition, null)));
        home.execute(() -> loop.positions().onSeek(epochs, point));
    }

    /** The application stops or resumes delivery. */
    public void setPaused(Collection<TopicPartition> partitions, boolean paused) {
        checkOpen();
        for (TopicPartition partition : partitions) {
            if (assignment.setPaused(partition, paused)) {
                onStopped(partition);
            }
        }
    }

    /**
     * As {@link #setPaused}, by the library itself, which leaves the application's pauses alone; without effect if the
     * partition is gone.
     */
    public void holdBack(TopicPartition partition, boolean held) {
        if (assignment.setHeldBack(partition, held)) {
            onStopped(partition);
        }
    }

    private void onStopped(TopicPartition partition) {
        home.execute(() -> loop.positions().onStopped(partition));
        if (!assignment.isStopped(partition)) {
            queue.unpark(partition);
        }
    }

    /** The partitions that the application has paused. */
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
        if (!isClosed()) {
            turn.checkMayClose();
        }
        if (!state.compareAndSet(State.OPEN, State.CLOSING)) {
            return;
        }
        queue.end(closedException());
        turn.endInPlaceHere();
        long halfNanos = nanos(timeout) / 2;
        Duration half = Duration.ofNanos(halfNanos);
        if (!blocking.mayBlock()) {
            closeWithoutWaiting(half);
            return;
        }
        try {
            finishInTurn(home.nanoTime() + halfNanos);
        } finally {
            blocking.awaitQuietly(leave(half), half);
            state.set(State.CLOSED);
        }
    }

    private CompletableFuture<Void> leave(Duration timeout) {
        return blocking.onHome(() -> loop.close(closedException(), timeout));
    }

    /** On the home loop, which would have to do what there is to wait for; so it does it later. */
    private void closeWithoutWaiting(Duration half) {
        turn.releaseUnlessPolled();
        state.set(State.CLOSED);
        CompletableFuture<Void> committed =
                setup.commitsAutomatically() ? loop.commitProcessed(half) : loop.whenCommitsAreIdle();
        EventLoop.Timer deadline = home.schedule(() -> committed.complete(null), half.toNanos());
        committed.whenComplete((nothing, failure) -> {
            deadline.cancel();
            leave(half);
        });
    }

    /** Takes half of the time at most, so that the group hears of the end even if the application is slow. */
    private void finishInTurn(long deadlineNanos) {
        try {
            if (turn.enter(Math.max(0, deadlineNanos - home.nanoTime())) < 0) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        try {
            turn.runCallbacks();
            finish(deadlineNanos);
        } finally {
            turn.leave();
        }
    }

    private void finish(long deadlineNanos) {
        Set<TopicPartition> partitions = assignment.partitions();
        if (setup.subscribes() && !partitions.isEmpty()) {
            onRevoking(partitions, deadlineNanos);
        } else if (setup.commitsAutomatically()) {
            commitProcessed(Duration.ofNanos(Math.max(0, deadlineNanos - home.nanoTime())));
        }
        CompletableFuture<Void> idle = blocking.onHome(loop::whenCommitsAreIdle);
        blocking.awaitQuietly(idle, Duration.ofNanos(Math.max(0, deadlineNanos - home.nanoTime())));
    }
}
