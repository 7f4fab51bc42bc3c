package dev.ottla.producer;

import dev.ottla.common.TopicPartition;
import dev.ottla.errors.KafkaException;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.producer.internal.Completer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls the user's callbacks and listeners, and keeps what they throw away from everybody else. Step 11 of sending, on whichever
 * event loop ends a batch. Thread-safe.
 */
final class SendListeners implements Completer {
    private static final Logger LOG = LoggerFactory.getLogger(SendListeners.class);

    private final String clientId;
    private final FailureListener failureListener;
    private final @Nullable BatchListener batchListener;

    /** The completion of every record whose end only the failure listener hears of. */
    private final SendCallback forgotten = this::onForgottenEnded;

    SendListeners(String clientId, FailureListener failureListener, @Nullable BatchListener batchListener) {
        this.clientId = clientId;
        this.failureListener = failureListener;
        this.batchListener = batchListener;
    }

    /** Tells the log instead of a listener. */
    static FailureListener logged(String clientId, EventLoop loop) {
        return new LoggedFailures(loop, (count, error) -> {
            if (count == 1) {
                LOG.warn("[{}] A record that was sent and forgotten has failed", clientId, error);
            } else {
                LOG.warn(
                        "[{}] {} more records that were sent and forgotten have failed, the last like this",
                        clientId,
                        count,
                        error);
            }
        });
    }

    SendCallback forgotten() {
        return forgotten;
    }

    private void onForgottenEnded(@Nullable RecordMetadata metadata, @Nullable KafkaException error) {
        if (error != null) {
            failureListener.onFailure(error);
        }
    }

    @Override
    public boolean wantsAcks(Object completion) {
        return completion != forgotten;
    }

    @Override
    public void onAcked(Object completion, TopicPartition topicPartition, long offset, long timestamp) {
        try {
            ((SendCallback) completion).onAcknowledged(topicPartition, offset, timestamp);
        } catch (RuntimeException | Error e) {
            logThrown(e);
        }
    }

    @Override
    public void onFailed(Object completion, KafkaException cause) {
        try {
            ((SendCallback) completion).onCompletion(null, Objects.requireNonNull(cause));
        } catch (RuntimeException | Error e) {
            logThrown(e);
        }
    }

    @Override
    public void onBatchEnded(
            TopicPartition topicPartition, int recordCount, long baseOffset, @Nullable KafkaException cause) {
        if (batchListener == null) {
            return;
        }
        try {
            batchListener.onBatch(new BatchResult(topicPartition, recordCount, baseOffset, cause));
        } catch (RuntimeException | Error e) {
            logThrown(e);
        }
    }

    @Override
    public void onAllEnded() {
        if (failureListener instanceof LoggedFailures logged) {
            logged.writeRest();
        }
    }

    /** Also an error: a failed assertion in a callback must not keep the other records from being told. */
    private void logThrown(Throwable e) {
        LOG.warn("[{}] A send callback or listener threw", clientId, e);
    }
}
