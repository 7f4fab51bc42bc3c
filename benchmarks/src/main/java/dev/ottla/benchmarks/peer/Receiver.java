package dev.ottla.benchmarks.peer;

/** A consumer of any library, reduced to what the rounds need. Used by one thread. */
interface Receiver extends AutoCloseable {

    /** Waits a moment for records and shows each to the check. */
    void poll(OffsetCheck check);

    @Override
    void close();
}
