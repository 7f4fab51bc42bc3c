package dev.ottla.internal.cluster;

import dev.ottla.errors.KafkaException;
import dev.ottla.internal.concurrent.Immutable;
import dev.ottla.internal.net.Transmission;

/**
 * Carries through a future what a {@link dev.ottla.internal.net.ResponseHandler} hears of a failed request: the cause, and
 * how far the request got. Never shown to a user.
 */
@Immutable
public final class RequestFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final KafkaException failure;
    private final Transmission transmission;

    RequestFailure(KafkaException failure, Transmission transmission) {
        super(failure.getMessage(), failure, false, false);
        this.failure = failure;
        this.transmission = transmission;
    }

    /** Why there is no answer. */
    public KafkaException failure() {
        return failure;
    }

    /** Whether the broker may have seen the request. */
    public Transmission transmission() {
        return transmission;
    }
}
