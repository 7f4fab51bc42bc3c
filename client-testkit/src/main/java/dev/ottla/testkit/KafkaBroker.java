package dev.ottla.testkit;

/**
 * One broker of a {@link KafkaCluster}. It keeps its id, its address and its data over everything that is done to it here.
 * Thread-safe. All methods that change something block until it is done, except where they say otherwise, and throw a
 * {@link RealKafkaException} if it can't be done or the thread is interrupted, whose interrupt flag stays set.
 */
public interface KafkaBroker {
    /** The {@code node.id}, counted from 1. */
    int id();

    /** Where clients connect without TLS and SASL, as {@code host:port}; the same after every restart. */
    String address();

    /** Whether it exists as a process, be it ready, starting, paused or stopping. */
    boolean isAlive();

    /** Ends it without giving it the time for anything (SIGKILL). Does nothing if it does not run. */
    void kill();

    /** Ends it in good order (SIGTERM); it hands over its partitions. Does nothing if it does not run. */
    void stop();

    /** Stops it where it is: it keeps its connections and answers nothing, until {@link #resume}. */
    void pause();

    /** Lets it go on. Does nothing if it is not paused. */
    void resume();

    /**
     * Starts it again on its data, and returns before it is ready.
     *
     * @throws IllegalStateException if it runs already, or the cluster is closed
     */
    void start();

    /** Blocks until it answers a Metadata request in which it lists itself. */
    void awaitReady();

    /** Ends it as {@link #stop} does, if it runs, starts it again and blocks until it is ready. */
    default void restart() {
        stop();
        start();
        awaitReady();
    }
}
