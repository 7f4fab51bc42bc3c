package dev.ottla.testkit;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * One broker of a {@link RealKafka}: an Apache Kafka process that can be killed, paused, stopped and restarted. It
 * keeps its id, its ports and its data over all of that.
 *
 * <p>Thread-safe. Methods that say so block; an interrupt ends the wait with a {@link RealKafkaException} and leaves
 * the thread's interrupt flag set.
 */
public final class RealBroker implements KafkaBroker {
    private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(1);

    private final int id;
    private final BrokerPorts ports;
    private final String brokersListener;
    private final ServerProcess process;
    private final Duration startTimeout;
    private volatile String lastAnswer = "none";

    RealBroker(int id, BrokerPorts ports, RealKafkaOptions options, ServerProcess process) {
        this.id = id;
        this.ports = ports;
        this.brokersListener = options.brokersListener();
        this.process = process;
        this.startTimeout = options.startTimeout();
    }

    /** The {@code node.id}, counted from 1. */
    @Override
    public int id() {
        return id;
    }

    /** Where the PLAINTEXT listener is, as {@code 127.0.0.1:port}; the same after every restart. */
    @Override
    public String address() {
        return address(ServerProperties.PLAINTEXT);
    }

    /**
     * Where the named listener is, as {@code 127.0.0.1:port}; the same after every restart.
     *
     * @param listener a name given to {@link RealKafka.Builder#listener}, or {@code PLAINTEXT}
     * @throws IllegalArgumentException if there is no such listener
     */
    public String address(String listener) {
        return "127.0.0.1:" + ports.advertised(listener);
    }

    /** Holds {@code server.properties}, the log and the data of this broker. */
    public Path directory() {
        return process.directory();
    }

    /** What the broker printed, over all its restarts: its INFO log and, if the JVM crashed, the reason. */
    public Path logFile() {
        return process.logFile();
    }

    /** The process id of the running process, or of the last one if none runs. */
    public long pid() {
        return process.pid();
    }

    /** Whether the process exists, be it ready, starting, paused or stopping. */
    @Override
    public boolean isAlive() {
        return process.isAlive();
    }

    /** Sends SIGKILL and blocks until the process has ended, which takes milliseconds. Does nothing if none runs. */
    @Override
    public void kill() {
        process.kill();
    }

    /**
     * Sends SIGTERM, on which the broker hands over its partitions, and blocks until the process has ended. A paused
     * broker is resumed first. Does nothing if none runs.
     *
     * @throws RealKafkaException if the broker did not end within 30 s, as happens when too few controllers are left to
     *     take over; it is killed then
     */
    @Override
    public void stop() {
        process.stop();
    }

    /**
     * Sends SIGSTOP: the process keeps its connections and answers nothing, until {@link #resume}. Returns when the
     * signal is sent. Does nothing if the broker is paused already. POSIX systems only.
     *
     * @throws RealKafkaException if the signal could not be sent, for instance as no process runs
     */
    @Override
    public void pause() {
        process.pause();
    }

    /** Sends SIGCONT to a paused broker and returns when the signal is sent. Does nothing if it is not paused. */
    @Override
    public void resume() {
        process.resume();
    }

    /**
     * Starts the process on the data of the last one and returns at once, before the broker is ready. To start a whole
     * cluster again, start every broker before waiting for any: one alone finds no quorum.
     *
     * @throws IllegalStateException if the process runs already, or the cluster is closed
     * @throws RealKafkaException if the process could not be started
     */
    @Override
    public void start() {
        process.start();
    }

    /**
     * Blocks until the broker answers a Metadata request in which it lists itself: it serves requests, and the
     * controller has admitted it.
     *
     * @throws RealKafkaException if that takes longer than the cluster's start timeout, or if the process ends; the
     *     message quotes the end of its log
     */
    @Override
    public void awaitReady() {
        Readiness.await(List.of(this), startTimeout);
    }

    /**
     * Ends the process as {@link #stop} does, if it runs, then starts it again and blocks until it is ready.
     *
     * @throws RealKafkaException as {@link #stop}, {@link #start} and {@link #awaitReady} do
     */
    @Override
    public void restart() {
        stop();
        start();
        awaitReady();
    }

    /** For people: id and address. */
    @Override
    public String toString() {
        return "broker " + id + " (" + address() + ")";
    }

    /**
     * Asks the broker once which brokers it knows, and remembers the answer for the message of a failure. Blocks up to
     * a second.
     */
    boolean lists(Set<Integer> brokerIds) {
        try {
            Set<Integer> seen = MetadataProbe.brokersSeenFrom(ports.bound(brokersListener), PROBE_TIMEOUT);
            lastAnswer = seen.toString();
            return seen.containsAll(brokerIds);
        } catch (IOException e) {
            lastAnswer = e.toString();
            return false;
        }
    }

    /** Blocks for the given time or, if that is shorter, until the process ends, which is an error. */
    void expectAliveFor(Duration time) {
        process.expectAliveFor(time);
    }

    /** What to throw when the broker does not list these in time. */
    RealKafkaException notReady(Set<Integer> brokerIds) {
        return process.failure(
                "was not ready in time: it must list the brokers " + brokerIds + ", its last answer is " + lastAnswer,
                null);
    }

    /** Sends SIGKILL without waiting for the end of the process, and lets no other start any more. */
    void onClusterClose() {
        process.onClusterClose();
    }

    /** Blocks until the process that {@link #onClusterClose} killed has ended, if there was one. */
    void awaitEnd() {
        process.awaitEnd();
    }
}
