package dev.ottla.internal.record.compression;

import dev.ottla.internal.concurrent.Immutable;
import org.jspecify.annotations.Nullable;

/** Compressed bytes that can not be read; the record reader turns it into an error that names the batch. */
@Immutable
public final class DecompressionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DecompressionException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
