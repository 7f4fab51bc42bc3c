package dev.ottla.producer;

import dev.ottla.errors.KafkaException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A future that is its own callback, so that a send allocates nothing else. Thread-safe. */
final class SendFuture extends CompletableFuture<RecordMetadata> implements SendCallback {
    @Override
    public void onCompletion(@Nullable RecordMetadata metadata, @Nullable KafkaException error) {
        if (error == null) {
            complete(Objects.requireNonNull(metadata));
        } else {
            completeExceptionally(error);
        }
    }
}
