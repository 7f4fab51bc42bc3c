package dev.ottla.testkit.internal.sasl;

import dev.ottla.internal.concurrent.Confined;

/** The broker's side of one SASL exchange. Belongs to one connection. */
@Confined
public interface SaslExchange {

    /** What the broker says to a message of the client. */
    sealed interface Step {

        /** The exchange goes on. */
        @SuppressWarnings("ArrayRecordComponent") // sent once, never compared
        record Challenge(byte[] token) implements Step {}

        /** The client is whom it says to be. */
        @SuppressWarnings("ArrayRecordComponent") // sent once, never compared
        record Done(String user, byte[] token) implements Step {}

        /** The client is not, or says what makes no sense. */
        record Failed(String message) implements Step {}
    }

    /** Takes the client's next message. */
    Step next(byte[] token);
}
