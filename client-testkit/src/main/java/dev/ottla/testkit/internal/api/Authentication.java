package dev.ottla.testkit.internal.api;

import dev.ottla.internal.concurrent.Immutable;
import dev.ottla.testkit.internal.sasl.SaslExchange;

/** How far a connection has come in its SASL exchange (KIP-43, KIP-152). */
@Immutable
public sealed interface Authentication {

    /** The brokers ask for none. */
    record NotRequired() implements Authentication {}

    /** The client must send SaslHandshake first; ApiVersions is allowed. */
    record Required() implements Authentication {}

    /** The client must send SaslAuthenticate. */
    record Agreed(SaslExchange exchange) implements Authentication {}

    /** Everything is allowed. */
    record Done(String user) implements Authentication {}
}
