package dev.ottla.errors;

import org.jspecify.annotations.Nullable;

/**
 * Bytes from the wire that are not what the protocol allows: a length beyond the frame, a null where none may be, a
 * truncated field. The connection that they came from is closed, because nothing after them can be trusted.
 */
public final class MalformedMessageException extends KafkaException {
    private static final long serialVersionUID = 1L;

    /** Names the field, the claimed value and the bound that it breaks. */
    public MalformedMessageException(String message) {
        super(message, ErrorDetails.UNSTATED, null);
    }

    /** The same, once it is known which broker and API the bytes came from. */
    public MalformedMessageException(String message, ErrorDetails details, @Nullable Throwable cause) {
        super(message, details, cause);
    }
}
