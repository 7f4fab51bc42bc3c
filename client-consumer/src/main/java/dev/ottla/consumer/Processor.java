package dev.ottla.consumer;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Reads records and has a handler work on them, until it is closed: see {@link ConsumerBuilder#processor}.
 *
 * <p>It polls and commits by itself. What has been handled is committed every {@code auto.commit.interval.ms} (5 s by
 * default), when partitions are given up, and at the end; of each partition only up to the first record that is not finished,
 * so that a crash repeats records but never loses one. A slow handler does not cost the membership in the group; a warning
 * names the record that has been worked on too long.
 *
 * <p>When the group takes partitions away, no more of their records are begun, except those that lie in front of finished
 * ones, which could not be committed otherwise and would be handled twice. Those and the ones being worked on are waited for (at
 * most the drain timeout of {@link ProcessorBuilder}), and what is finished is committed before the partitions are given up. What
 * is still worked on after that is not committed by this processor any more.
 *
 * <p>Thread-safe.
 */
public interface Processor extends AutoCloseable {

    /**
     * Completes when the processor has ended. Fails if it did so by itself: with a
     * {@link dev.ottla.errors.RecordException} that names the record if a handler failed and {@link FailurePolicy#stop} holds,
     * otherwise with what made reading impossible. Continue it on an executor: it completes on a thread of the processor.
     */
    CompletableFuture<Void> ended();

    /** How many records have been handed out and are not finished, or are, but behind one that is not. Does not block. */
    int openRecords();

    /** {@link #close(Duration)} with 30 seconds. */
    @Override
    void close();

    /**
     * Gives all partitions up, as above, and leaves the group. Waits for records at most half of the time, and blocks for at most
     * the timeout; not to be called by a handler, which would wait for itself. Closing twice does nothing.
     */
    void close(Duration timeout);
}
