package dev.ottla.testkit.internal.txn;

import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.concurrent.Immutable;

/** What the coordinator says to the end of a transaction, or to the start of a producer. */
@Immutable
public sealed interface Ending {

    /** It is refused, nothing has changed. */
    record Refused(ErrorCode error) implements Ending {}

    /** It was so already: a request that was sent twice, or the identity that was wanted. */
    record Settled(ProducerIdentity identity) implements Ending {}

    /** The outcome is decided, and the markers are to be written; the producer goes on with this identity. */
    record Decided(ProducerIdentity identity) implements Ending {}
}
