package dev.ottla.producer;

import dev.ottla.common.TopicPartition;
import dev.ottla.errors.KafkaException;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.producer.internal.ProducerFailures;
import dev.ottla.producer.internal.SendingOptions;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A record with a delivery timeout of its own: ends when the record does, or when its time is up, whichever is first. In the
 * latter case the record is taken back, unless it is on its way already. The timer fires on the home loop.
 */
final class TimedSend extends SendFuture {
    private final Duration timeout;
    private final @Nullable SendCallback callback;
    private volatile EventLoop.@Nullable Timer timer;

    /** {@code callback} hears of the end too, if there is one. */
    TimedSend(TopicSender<?, ?> sender, Duration timeout, @Nullable SendCallback callback) {
        super(sender);
        this.timeout = timeout;
        this.callback = callback;
    }

    /** The record was accepted; {@code sinceNanos} is when its send was called, {@code fails} is how it ends then. */
    void watch(EventLoop loop, long sinceNanos, Consumer<KafkaException> fails) {
        long elapsedNanos = loop.nanoTime() - sinceNanos;
        timer = loop.schedule(() -> onTimeIsUp(fails), Math.max(0, SendingOptions.nanos(timeout) - elapsedNanos));
        if (isDone()) {
            cancelTimer();
        }
    }

    private void onTimeIsUp(Consumer<KafkaException> fails) {
        if (!isDone()) {
            fails.accept(ProducerFailures.ownTimeIsUp(timeout, tryRevoke()));
        }
    }

    private void cancelTimer() {
        EventLoop.Timer running = timer;
        if (running != null) {
            running.cancel();
        }
    }

    @Override
    public void onCompletion(@Nullable RecordMetadata metadata, @Nullable KafkaException error) {
        if (end(metadata, error)) {
            cancelTimer();
            if (callback != null) {
                callback.onCompletion(metadata, error);
            }
        }
    }

    @Override
    public void onAcknowledged(TopicPartition topicPartition, long offset, long timestamp) {
        if (end(new RecordMetadata(topicPartition, offset, timestamp), null)) {
            cancelTimer();
            if (callback != null) {
                callback.onAcknowledged(topicPartition, offset, timestamp);
            }
        }
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        boolean isCancelled = super.cancel(mayInterruptIfRunning);
        if (isCancelled) {
            cancelTimer();
        }
        return isCancelled;
    }
}
