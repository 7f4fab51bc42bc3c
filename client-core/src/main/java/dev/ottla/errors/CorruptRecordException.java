package dev.ottla.errors;

import org.jspecify.annotations.Nullable;

/**
 * A record batch that can not be read: its checksum is wrong, its lengths contradict each other, or it does not
 * decompress within its bounds. The position stays in front of the batch; skip it by a seek, or have it repaired.
 */
public final class CorruptRecordException extends KafkaException {
    private static final long serialVersionUID = 1L;

    private final long offset;

    /** Names what is wrong with the batch that begins at {@code offset}. */
    public CorruptRecordException(long offset, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.offset = offset;
    }

    /** The base offset of the batch. */
    public long offset() {
        return offset;
    }
}
