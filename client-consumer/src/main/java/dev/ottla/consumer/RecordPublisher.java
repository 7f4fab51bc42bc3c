package dev.ottla.consumer;

import dev.ottla.consumer.internal.work.DemandPublisher;
import dev.ottla.consumer.internal.work.Work;
import dev.ottla.consumer.internal.work.WorkBoard;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Publishes records to one subscriber, as many as it asks for (Reactive Streams 1.0.4); each is to be acknowledged, as with
 * {@link AcknowledgingConsumer}, which also says what is committed when. Without demand nothing is handed out, and little more
 * than the open records of each partition is read ahead. See {@link AcknowledgingBuilder#publisher}.
 *
 * <p>The stream completes once this publisher is closed, and fails if reading ends by itself. Cancelling closes it. A second
 * subscriber is refused with an {@link IllegalStateException}. Thread-safe.
 *
 * @param <K> what keys are
 * @param <V> what values are
 */
public final class RecordPublisher<K, V> implements Flow.Publisher<OpenRecord<K, V>>, AutoCloseable {
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(30);

    private final Reading<K, V> reading;
    private final WorkBoard<ConsumerRecord<byte[], byte[]>> board;
    private final DemandPublisher<OpenRecord<K, V>> publisher;

    RecordPublisher(Reading<K, V> reading, @Nullable Executor executor) {
        this.reading = reading;
        this.board = reading.intake().board();
        this.publisher = new DemandPublisher<>(new Taking(), executor == null ? ownThread() : executor);
        var unused = reading.intake().ended().whenComplete((nothing, failure) -> publisher.signal());
    }

    private Executor ownThread() {
        // It ends by itself when there is nothing to do, and has one more task after the end: to say so.
        return reading.cluster().runtime().newWorkers(reading.name("publisher"), 1);
    }

    void start() {
        reading.start(publisher::signal);
    }

    private final class Taking implements DemandPublisher.Source<OpenRecord<K, V>> {
        @Override
        public @Nullable OpenRecord<K, V> tryTake() {
            Work<ConsumerRecord<byte[], byte[]>> work = board.tryBegin();
            return work == null ? null : new OpenRecord<>(board, work, reading.decoder(), publisher::signal);
        }

        @Override
        public boolean isExhausted() {
            return reading.intake().ended().isDone();
        }

        @Override
        public @Nullable Throwable failure() {
            try {
                reading.intake().ended().join();
                return null;
            } catch (CompletionException e) {
                return e.getCause() == null ? e : e.getCause();
            }
        }

        @Override
        public void onCancelled() {
            reading.intake().stop(CLOSE_TIMEOUT);
        }
    }

    /** {@inheritDoc} Signals come on the publisher's executor, by default a thread of its own. */
    @Override
    public void subscribe(Flow.Subscriber<? super OpenRecord<K, V>> subscriber) {
        publisher.subscribe(subscriber);
    }

    /** Completes when reading has ended; fails if it did so by itself. */
    public CompletableFuture<Void> ended() {
        return reading.intake().ended().copy();
    }

    /** {@link #close(Duration)} with 30 seconds. */
    @Override
    public void close() {
        close(CLOSE_TIMEOUT);
    }

    /**
     * Hands nothing out any more, waits for records that are out (at most half of the time), commits what is acknowledged, leaves
     * the group, completes the stream. Blocks for at most the timeout. Closing twice does nothing.
     */
    public void close(Duration timeout) {
        reading.close(timeout);
    }
}
