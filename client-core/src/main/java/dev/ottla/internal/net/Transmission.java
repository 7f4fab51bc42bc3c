package dev.ottla.internal.net;

import dev.ottla.internal.concurrent.Immutable;

/** How far a request got that failed without an answer: it decides between REJECTED and UNKNOWN. */
@Immutable
public enum Transmission {
    /** No byte of the request was handed to the socket: the broker can't have seen it. */
    NOT_SENT,
    /** Some or all of it was handed to the socket: the broker may have processed it, or may still. */
    POSSIBLY_SENT
}
