package dev.ottla.testkit;

import org.jspecify.annotations.Nullable;

/**
 * A broker that could not be provided, started, signalled or stopped. The message says which broker, why, and which
 * directory holds its log and {@code server.properties}.
 */
public final class RealKafkaException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RealKafkaException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    RealKafkaException(String message) {
        this(message, null);
    }
}
