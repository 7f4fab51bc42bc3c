package dev.ottla.benchmarks.peer;

/** A consumer of any library, reduced to what the rounds need. Used by one thread. */
interface Receiver extends AutoCloseable {

    /** Shows records to the check until it is complete; waits a moment for more if none are left from before. */
    void poll(OffsetCheck check);

    @Override
    void close();
}
