package dev.ottla.benchmarks.peer;

/** One client at work. Owned by the process's main thread. */
interface Peer extends AutoCloseable {

    /** Does one round; blocks until all its records are acknowledged, or so many more are received. */
    Round run(long records) throws InterruptedException;

    /** As {@link #run}, at another rate than the workload's, where that has one: to warm up. */
    default Round run(long records, int perSecond) throws InterruptedException {
        return run(records);
    }

    /**
     * Does nothing for so long, as an application that waits for work: a producer is left alone, a consumer is polled. May take
     * a second longer.
     */
    default Round idle(long millis) throws InterruptedException {
        long start = System.nanoTime();
        Thread.sleep(millis);
        return Round.idle(System.nanoTime() - start);
    }

    @Override
    void close();
}
