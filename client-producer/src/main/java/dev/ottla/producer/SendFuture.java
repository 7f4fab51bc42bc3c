package dev.ottla.producer;

import dev.ottla.errors.KafkaException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A future that is its own callback, so that a send allocates nothing else; cancelling it takes the record back. Thread-safe. */
class SendFuture extends CompletableFuture<RecordMetadata> implements SendCallback {
    /** Where the record is; one reference costs no memory, two would. */
    private final TopicSender<?, ?> sender;

    SendFuture(TopicSender<?, ?> sender) {
        this.sender = sender;
    }

    /** Whether the record was taken back: nothing of it was sent or will be. */
    final boolean tryRevoke() {
        return sender.tryRevoke(this);
    }

    /** True only if nothing of the record was sent, and so nothing will be. */
    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        return (isDone() || tryRevoke()) && super.cancel(mayInterruptIfRunning);
    }

    @Override
    public void onCompletion(@Nullable RecordMetadata metadata, @Nullable KafkaException error) {
        end(metadata, error);
    }

    /** Returns whether it had not ended before. */
    final boolean end(@Nullable RecordMetadata metadata, @Nullable KafkaException error) {
        return error == null ? complete(Objects.requireNonNull(metadata)) : completeExceptionally(error);
    }
}
