package dev.ottla.testkit.fault;

/** What becomes of the connection after a frame. */
enum Ending {
    NONE,
    CLOSE,
    RESET
}
