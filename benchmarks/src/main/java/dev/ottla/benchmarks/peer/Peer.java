package dev.ottla.benchmarks.peer;

/** One client at work. Owned by the process's main thread. */
interface Peer extends AutoCloseable {

    /** Does one round; blocks until all its records are acknowledged, or so many more are received. */
    Round run(long records) throws InterruptedException;

    @Override
    void close();
}
