package dev.ottla.consumer;

import dev.ottla.common.TopicPartition;
import dev.ottla.consumer.internal.offsets.HeldOffset;
import dev.ottla.consumer.internal.offsets.RecordPlace;
import dev.ottla.consumer.internal.work.RecordKey;
import dev.ottla.consumer.internal.work.WorkBoard;
import dev.ottla.errors.ClosedException;
import dev.ottla.errors.KafkaException;
import dev.ottla.errors.RetriableException;
import dev.ottla.internal.concurrent.ClientRuntime;
import dev.ottla.internal.concurrent.NanoClock;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads for a {@link WorkBoard}: polls, lays the records out, holds partitions back that have too many open, commits what is
 * finished, and on a revocation waits for what is under way. All of that on one thread; {@link #onLosing}, {@link #stop} and
 * {@link #fail} are for any.
 */
final class Intake implements RebalanceListener {
    private static final Logger LOG = LoggerFactory.getLogger(Intake.class);

    private final WorkBoard<ConsumerRecord<byte[], byte[]>> board;
    private final WorkOptions options;
    private final RebalanceListener listener;
    private final StuckRecords stuckRecords;
    private final ClientRuntime runtime;
    private final NanoClock clock;

    /** What a commit was asked for; gone again if it failed. */
    private final Map<TopicPartition, HeldOffset> asked = new ConcurrentHashMap<>();

    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private volatile @Nullable PollingConsumer<byte[], byte[]> consumer;
    private volatile Runnable onRecords = () -> {};
    private volatile @Nullable Thread runner;

    /** Null until it is to end. */
    private final AtomicReference<@Nullable Long> stopDeadlineNanos = new AtomicReference<>();

    /** Whether all that polls have handed out is on the board; if not, the positions prove nothing. Polling thread only. */
    private boolean laidOut = true;

    private final AtomicReference<@Nullable KafkaException> failure = new AtomicReference<>();

    private CompletableFuture<Boolean> commitUnderWay = CompletableFuture.completedFuture(true);
    private long nextCommitNanos;

    Intake(WorkOptions options, RebalanceListener listener, ClientRuntime runtime) {
        this.options = options;
        this.listener = listener;
        this.stuckRecords = new StuckRecords(options.stuckAfter(), options.worksByItself());
        this.runtime = runtime;
        this.clock = runtime.homeLoop();
        this.board = new WorkBoard<>(options.concurrency(), options.openRecordsMax(), clock, this::onRoom);
    }

    WorkBoard<ConsumerRecord<byte[], byte[]>> board() {
        return board;
    }

    /** Completes when all is over; with the failure if that ended it. */
    CompletableFuture<Void> ended() {
        return ended;
    }

    /** Reads with this consumer, whose listener this is, and calls {@code afterEachPoll} when there may be something to start. */
    void begin(PollingConsumer<byte[], byte[]> reader, Runnable afterEachPoll) {
        consumer = reader;
        onRecords = afterEachPoll;
        nextCommitNanos = clock.nanoTime() + options.commitInterval().toNanos();
    }

    /** All of it, on the thread that calls. */
    void run() {
        runner = Thread.currentThread();
        boolean goesOn;
        do {
            goesOn = turn(options.pollTimeout());
        } while (goesOn);
    }

    /** One poll, and what comes of it, or the end; returns whether there is another turn. Polling thread only. */
    boolean turn(Duration pollTimeout) {
        PollingConsumer<byte[], byte[]> reader = reader();
        if (!isStopping()) {
            try {
                take(poll(reader, pollTimeout), reader);
                onRecords.run();
                commitIfDue(reader);
                watch();
                return true;
            } catch (Throwable e) {
                laidOut = false;
                failAndFinish(e, reader);
                return false;
            }
        }
        finish(reader);
        return false;
    }

    private void failAndFinish(Throwable cause, PollingConsumer<byte[], byte[]> reader) {
        try {
            fail(
                    KafkaException.class.isInstance(cause)
                            ? (KafkaException) cause
                            : new ClosedException("Reading failed.", cause));
        } finally {
            finish(reader);
        }
    }

    private PollingConsumer<byte[], byte[]> reader() {
        PollingConsumer<byte[], byte[]> reader = consumer;
        if (reader == null) {
            throw new IllegalStateException("not begun");
        }
        return reader;
    }

    private @Nullable Records<byte[], byte[]> poll(PollingConsumer<byte[], byte[]> reader, Duration timeout) {
        try {
            return reader.poll(timeout);
        } catch (RetriableException e) {
            LOG.warn("Reading goes on after: {}", e.getMessage());
            return null;
        }
    }

    private void take(@Nullable Records<byte[], byte[]> records, PollingConsumer<byte[], byte[]> reader) {
        if (records == null) {
            return;
        }
        for (TopicPartition partition : records.partitions()) {
            for (ConsumerRecord<byte[], byte[]> record : records.records(partition)) {
                board.add(partition, record.offset(), lane(record), record);
            }
            if (board.fillsUp(partition, options.recordsPerPoll())) {
                holdBack(partition, reader);
            }
        }
    }

    private void holdBack(TopicPartition partition, PollingConsumer<byte[], byte[]> reader) {
        reader.holdBack(partition, true);
        if (!board.isFull(partition)) {
            reader.holdBack(partition, false);
        }
    }

    private @Nullable Object lane(ConsumerRecord<byte[], byte[]> record) {
        byte[] key = record.key();
        return switch (options.ordering()) {
            case PARTITION -> Ordering.PARTITION;
            case KEY -> key == null ? null : new RecordKey(key);
            case UNORDERED -> null;
        };
    }

    /** On the thread that has finished a record. */
    private void onRoom(TopicPartition partition) {
        PollingConsumer<byte[], byte[]> reader = consumer;
        if (reader != null) {
            reader.holdBack(partition, false);
        }
    }

    // ---- commits

    private void commitIfDue(PollingConsumer<byte[], byte[]> reader) {
        long now = clock.nanoTime();
        if (now - nextCommitNanos >= 0 && commitUnderWay.isDone()) {
            nextCommitNanos = now + options.commitInterval().toNanos();
            commitUnderWay = commit(reader, reader.assignment(), options.commitTimeout());
        }
    }

    private void onPassed(TopicPartition partition, PollingConsumer<byte[], byte[]> reader) {
        try {
            reader.position(partition).ifPresent(position -> board.onPassed(partition, position));
        } catch (IllegalStateException lost) {
            LOG.trace("{} is not this consumer's any more", partition);
        }
    }

    /** Completes with whether the offsets that are due were stored, or there are none. */
    private CompletableFuture<Boolean> commit(
            PollingConsumer<byte[], byte[]> reader, Collection<TopicPartition> partitions, Duration timeout) {
        if (!options.commits()) {
            return CompletableFuture.completedFuture(true);
        }
        if (laidOut) {
            // This thread polls, so all records before the positions have been laid out.
            partitions.forEach(partition -> onPassed(partition, reader));
        }
        Map<TopicPartition, HeldOffset> due = board.progress(partitions);
        due.entrySet().removeIf(offset -> offset.getValue().equals(asked.get(offset.getKey())));
        if (due.isEmpty()) {
            return CompletableFuture.completedFuture(true);
        }
        asked.putAll(due);
        return reader.commitHeld(due, timeout).handle((nothing, refusal) -> {
            if (refusal != null) {
                due.forEach(asked::remove);
                LOG.warn("A commit failed, and is made up for by the next if there is one: {}", refusal.getMessage());
            }
            return refusal == null;
        });
    }

    private void commitAndWait(
            PollingConsumer<byte[], byte[]> reader, Collection<TopicPartition> partitions, Duration timeout) {
        long nanos = Math.max(1, TimeUnit.NANOSECONDS.convert(timeout));
        try {
            var earlier = runtime.await(commitUnderWay, nanos);
            LOG.trace("The commit under way has ended: {}", earlier);
            boolean committed = runtime.await(commit(reader, partitions, timeout), nanos);
            if (!committed) {
                LOG.warn("What is finished of {} is read again by its next owner", partitions);
            }
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("It is not known whether what is finished of {} was committed", partitions);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void watch() {
        board.oldest().flatMap(stuckRecords::warning).ifPresent(LOG::warn);
    }

    // ---- rebalances, on the polling thread

    @Override
    public void onAssigned(Consumer<?, ?> of, Set<TopicPartition> partitions) {
        PollingConsumer<byte[], byte[]> reader = reader();
        partitions.forEach(partition -> board.open(partition, reader.tenure(partition)));
        listener.onAssigned(of, partitions);
    }

    @Override
    public void onRevoking(Consumer<?, ?> of, Set<TopicPartition> partitions, Duration remaining) {
        try {
            listener.onRevoking(of, partitions, remaining);
        } finally {
            settle(reader(), partitions, Collections.min(List.of(options.drainTimeout(), remaining)));
        }
    }

    private void settle(PollingConsumer<byte[], byte[]> reader, Set<TopicPartition> partitions, Duration drain) {
        if (fillsGaps()) {
            board.stopWithoutGaps(partitions);
        } else {
            board.stop(partitions);
        }
        long since = clock.nanoTime();
        try {
            if (!board.awaitIdle(partitions, TimeUnit.NANOSECONDS.convert(drain), runtime::await)) {
                LOG.warn(
                        "{} are given up after {} ms with records that are not finished; the first are {}",
                        partitions,
                        TimeUnit.NANOSECONDS.toMillis(clock.nanoTime() - since),
                        firstOpen(partitions));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        commitAndWait(reader, partitions, options.commitTimeout());
        forget(partitions);
    }

    private List<RecordPlace> firstOpen(Set<TopicPartition> partitions) {
        return partitions.stream()
                .map(partition -> new RecordPlace(partition, board.firstOpen(partition)))
                .filter(place -> place.offset() >= 0)
                .toList();
    }

    /** Whoever closes need not fetch what is still to be handed out. */
    private boolean fillsGaps() {
        return failure.get() == null && (options.worksByItself() || !isStopping());
    }

    private void forget(Set<TopicPartition> partitions) {
        board.remove(partitions, options.worksByItself());
        partitions.forEach(asked::remove);
    }

    /** A revocation may just be waiting for these, and have more of them started. Any thread. */
    void onLosing(Set<TopicPartition> partitions) {
        board.lose(partitions);
    }

    @Override
    public void onLost(Consumer<?, ?> of, Set<TopicPartition> partitions) {
        forget(partitions);
        listener.onLost(of, partitions);
    }

    /** What is open is of the old topic, and must not become a commit for the new one. */
    @Override
    public void onTopicRecreated(Consumer<?, ?> of, TopicPartition partition) {
        board.open(partition, reader().tenure(partition));
        asked.remove(partition);
        // It may be held back for records of the old topic, whose end nobody will report.
        onRoom(partition);
        listener.onTopicRecreated(of, partition);
    }

    /** What is open below the end of the common part is still to be done, and what is laid out must not be left out by that. */
    @Override
    public void onTruncated(Consumer<?, ?> of, LogTruncation truncation) {
        TopicPartition partition = truncation.topicPartition();
        long firstOpen = board.firstOpen(partition);
        board.open(partition, reader().tenure(partition));
        asked.remove(partition);
        onRoom(partition);
        if (firstOpen >= 0 && firstOpen < truncation.offset()) {
            of.seek(partition, firstOpen);
        }
        listener.onTruncated(of, truncation);
    }

    // ---- the end

    /** Whether the caller is the thread that reads, as a listener's is: it must not wait for its own end. */
    boolean isRunByCaller() {
        return runner == Thread.currentThread();
    }

    /** Ends reading; what is under way has until then to finish. The first deadline counts. */
    void stop(Duration timeout) {
        long timeoutNanos = TimeUnit.NANOSECONDS.convert(timeout);
        long now = clock.nanoTime();
        if (stopDeadlineNanos.compareAndSet(null, now + timeoutNanos)) {
            // Half of the time, so that the rest is left to commit and to leave; also for a revocation that waits just
            // now.
            board.endWaitsAt(now + timeoutNanos / 2);
        }
        if (!options.worksByItself()) {
            // A revocation may just be waiting for records that nobody will fetch any more.
            board.stop(board.partitions());
        }
        PollingConsumer<byte[], byte[]> reader = consumer;
        if (reader != null) {
            reader.wakeup();
        }
    }

    /** As {@link #stop}, because of this. The first failure counts. */
    void fail(KafkaException cause) {
        failure.compareAndSet(null, cause);
        stop(options.drainTimeout());
    }

    private boolean isStopping() {
        return stopDeadlineNanos.get() != null;
    }

    private Duration untilStopped() {
        Long deadlineNanos = stopDeadlineNanos.get();
        return Duration.ofNanos(deadlineNanos == null ? 1 : Math.max(1, deadlineNanos - clock.nanoTime()));
    }

    private void finish(PollingConsumer<byte[], byte[]> reader) {
        try {
            try {
                settle(reader, board.partitions(), options.drainTimeout());
            } finally {
                reader.close(untilStopped());
            }
        } catch (RuntimeException e) {
            LOG.warn("The end of reading failed: {}", e.getMessage());
        } finally {
            board.close();
            KafkaException cause = failure.get();
            if (cause == null) {
                ended.complete(null);
            } else {
                ended.completeExceptionally(cause);
            }
        }
    }
}
