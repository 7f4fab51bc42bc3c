package dev.ottla.testkit.fault;

/** Which way bytes travel through a {@link FaultProxy}. */
public enum Direction {
    /** From the client to the broker. */
    REQUEST,

    /** From the broker to the client. */
    RESPONSE
}
