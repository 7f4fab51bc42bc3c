package dev.ottla.errors;

/**
 * Records that were read are gone from the log: a replica without them became the leader (KIP-320), and {@code
 * auto.offset.reset} is none, so that only the application can say where to go on. It does so with a seek; {@link #offset()}
 * is where the logs part, behind what they have in common.
 */
public final class LogTruncatedException extends KafkaException {
    private static final long serialVersionUID = 1L;

    private final long offset;

    /** What was read from {@code offset} on is gone; where and what to do are appended to the message. */
    public LogTruncatedException(long offset, String message, ErrorDetails details) {
        super(message, details, null);
        this.offset = offset;
    }

    /** The first offset whose record is not the one that was read, or is no longer there. */
    public long offset() {
        return offset;
    }
}
