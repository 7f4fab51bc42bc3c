package dev.ottla.producer;

import dev.ottla.errors.KafkaException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How one record of {@link Producer#sendAll} ended: exactly one of metadata and error is null. Immutable.
 *
 * @param record the record
 * @param metadata where it is, or null if it failed
 * @param error why it failed, or null
 * @param <K> the type of the key
 * @param <V> the type of the value
 */
public record SendResult<K, V>(
        ProducerRecord<K, V> record,
        @Nullable RecordMetadata metadata,
        @Nullable KafkaException error) {

    /** Whether the record was acknowledged. */
    public boolean isAcked() {
        return error == null;
    }

    /**
     * Where the record is.
     *
     * @throws KafkaException the error, if it failed
     */
    public RecordMetadata orThrow() {
        if (error != null) {
            throw error;
        }
        return Objects.requireNonNull(metadata);
    }
}
