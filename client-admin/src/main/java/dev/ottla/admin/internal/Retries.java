package dev.ottla.admin.internal;

import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.KafkaException;
import dev.ottla.errors.Outcome;
import dev.ottla.errors.RetriableException;
import dev.ottla.internal.cluster.RetrySafety;
import dev.ottla.internal.concurrent.Immutable;
import java.util.Set;

/** The one place where it is decided whether an item is tried again. Called by {@link Fanout} and {@link KeyedRequest}. */
@Immutable
final class Retries {

    /** Retriable for a producer that waits for a topic to appear; who administers topics wants to know at once. */
    private static final Set<ErrorCode> NOT_THERE =
            Set.of(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, ErrorCode.UNKNOWN_TOPIC_ID);

    private Retries() {}

    /** Whether trying again can help, and can do no harm: what may have been done is not done a second time. */
    static boolean mayHelp(KafkaException failure, RetrySafety safety) {
        return failure instanceof RetriableException
                && !NOT_THERE.contains(failure.code())
                && (safety == RetrySafety.REPEATABLE || failure.outcome() != Outcome.UNKNOWN);
    }
}
