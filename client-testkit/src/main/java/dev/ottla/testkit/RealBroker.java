package dev.ottla.testkit;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One broker of a {@link RealKafka}: an Apache Kafka process that can be killed, paused, stopped and restarted. It
 * keeps its id, its ports and its data over all of that.
 *
 * <p>Thread-safe. Methods that say so block; an interrupt ends the wait with a {@link RealKafkaException} and leaves
 * the thread's interrupt flag set.
 */
public final class RealBroker {
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(1);

    private final int id;
    private final Map<String, Integer> ports;
    private final Path directory;
    private final List<String> command;
    private final Duration startTimeout;

    /** Guards what follows; never held while waiting for the broker. */
    private final ReentrantLock lock = new ReentrantLock();

    private @Nullable Process process;
    private @Nullable Suspension suspension;
    private boolean clusterClosed;

    private volatile String lastAnswer = "none";

    RealBroker(int id, Map<String, Integer> ports, Path directory, List<String> command, Duration startTimeout) {
        this.id = id;
        this.ports = Map.copyOf(ports);
        this.directory = directory;
        this.command = List.copyOf(command);
        this.startTimeout = startTimeout;
    }

    /** The {@code node.id}, counted from 1. */
    public int id() {
        return id;
    }

    /** Where the PLAINTEXT listener is, as {@code 127.0.0.1:port}; the same after every restart. */
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
        return "127.0.0.1:" + port(listener);
    }

    /** Holds {@code server.properties}, the log and the data of this broker. */
    public Path directory() {
        return directory;
    }

    /** What the broker printed, over all its restarts: its INFO log and, if the JVM crashed, the reason. */
    public Path logFile() {
        return directory.resolve("broker.log");
    }

    /** The process id of the running process, or of the last one if none runs. */
    public long pid() {
        return startedProcess().pid();
    }

    /** Whether the process exists, be it ready, starting, paused or stopping. */
    public boolean isAlive() {
        return startedProcess().isAlive();
    }

    /** Sends SIGKILL and blocks until the process has ended, which takes milliseconds. Does nothing if none runs. */
    public void kill() {
        Process killed = startedProcess().destroyForcibly();
        if (!waitForEnd(killed, STOP_TIMEOUT)) {
            throw failure("did not end within " + STOP_TIMEOUT + " after SIGKILL", null);
        }
        resume();
    }

    /**
     * Sends SIGTERM, on which the broker hands over its partitions, and blocks until the process has ended. A paused
     * broker is resumed first. Does nothing if none runs.
     *
     * @throws RealKafkaException if the broker did not end within 30 s, as happens when too few controllers are left to
     *     take over; it is killed then
     */
    public void stop() {
        resume();
        Process stopped = startedProcess();
        // Through the handle, since the process itself would close the broker's standard input as well, which kills it.
        stopped.toHandle().destroy();
        if (!waitForEnd(stopped, STOP_TIMEOUT)) {
            kill();
            throw failure("did not stop within " + STOP_TIMEOUT + " after SIGTERM, so it was killed", null);
        }
    }

    /**
     * Sends SIGSTOP: the process keeps its connections and answers nothing, until {@link #resume}. Returns when the
     * signal is sent. Does nothing if the broker is paused already. POSIX systems only.
     *
     * @throws RealKafkaException if the signal could not be sent, for instance as no process runs
     */
    public void pause() {
        lock.lock();
        try {
            if (suspension == null) {
                suspension = Suspension.of(startedProcess().pid());
            }
        } catch (IOException e) {
            throw failure("could not be paused", e);
        } finally {
            lock.unlock();
        }
    }

    /** Sends SIGCONT to a paused broker and returns when the signal is sent. Does nothing if it is not paused. */
    public void resume() {
        Suspension ended;
        lock.lock();
        try {
            ended = suspension;
            suspension = null;
        } finally {
            lock.unlock();
        }
        if (ended != null) {
            end(ended);
        }
    }

    /**
     * Starts the process on the data of the last one and returns at once, before the broker is ready. To start a whole
     * cluster again, start every broker before waiting for any: one alone finds no quorum.
     *
     * @throws IllegalStateException if the process runs already, or the cluster is closed
     * @throws RealKafkaException if the process could not be started
     */
    public void start() {
        lock.lock();
        try {
            if (clusterClosed) {
                throw new IllegalStateException("broker " + id + " belongs to a cluster that is closed");
            }
            if (process != null && process.isAlive()) {
                throw new IllegalStateException("broker " + id + " runs already, as process " + process.pid());
            }
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile().toFile()))
                    .start();
        } catch (IOException e) {
            throw failure("could not be started", e);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Blocks until the broker answers a Metadata request in which it lists itself: it serves requests, and the
     * controller has admitted it.
     *
     * @throws RealKafkaException if that takes longer than the cluster's start timeout, or if the process ends; the
     *     message quotes the end of its log
     */
    public void awaitReady() {
        Readiness.await(List.of(this), startTimeout);
    }

    /**
     * Ends the process as {@link #stop} does, if it runs, then starts it again and blocks until it is ready.
     *
     * @throws RealKafkaException as {@link #stop}, {@link #start} and {@link #awaitReady} do
     */
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
            Set<Integer> seen = MetadataProbe.brokersSeenFrom(port(ServerProperties.PLAINTEXT), PROBE_TIMEOUT);
            lastAnswer = seen.toString();
            return seen.containsAll(brokerIds);
        } catch (IOException e) {
            lastAnswer = e.toString();
            return false;
        }
    }

    /** Blocks for the given time or, if that is shorter, until the process ends, which is an error. */
    void expectAliveFor(Duration time) {
        Process starting = startedProcess();
        if (waitForEnd(starting, time)) {
            throw failure("ended with status " + starting.exitValue() + " before it was ready", null);
        }
    }

    /** What to throw when the broker does not list these in time. */
    RealKafkaException notReady(Set<Integer> brokerIds) {
        return failure(
                "was not ready in time: it must list the brokers " + brokerIds + ", its last answer is " + lastAnswer,
                null);
    }

    void writeServerProperties(Map<String, String> properties) throws IOException {
        Properties file = new Properties();
        file.putAll(properties);
        Files.createDirectories(directory);
        try (Writer out = Files.newBufferedWriter(directory.resolve("server.properties"), StandardCharsets.UTF_8)) {
            file.store(out, null);
        }
    }

    /** Sends SIGKILL without waiting for the end of the process, and lets no other start any more. */
    void onClusterClose() {
        lock.lock();
        try {
            clusterClosed = true;
            if (process != null) {
                process.destroyForcibly();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Blocks until the process that {@link #onClusterClose} killed has ended, if there was one. */
    void awaitEnd() {
        if (wasStarted()) {
            kill();
        }
    }

    private boolean wasStarted() {
        lock.lock();
        try {
            return process != null;
        } finally {
            lock.unlock();
        }
    }

    private int port(String listener) {
        Integer port = ports.get(listener);
        if (port == null) {
            throw new IllegalArgumentException("no listener " + listener + "; there are " + ports.keySet());
        }
        return port;
    }

    private Process startedProcess() {
        lock.lock();
        try {
            if (process == null) {
                throw new IllegalStateException("broker " + id + " was never started");
            }
            return process;
        } finally {
            lock.unlock();
        }
    }

    private boolean waitForEnd(Process ending, Duration timeout) {
        try {
            return ending.waitFor(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure("was being waited for when the thread was interrupted", e);
        }
    }

    private void end(Suspension paused) {
        try {
            paused.end();
        } catch (IOException e) {
            throw failure("could not be resumed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure("was being resumed when the thread was interrupted", e);
        }
    }

    private RealKafkaException failure(String what, @Nullable Exception cause) {
        return new RealKafkaException(
                "Broker " + id + " " + what + ". Its files are in " + directory + ". " + LogTail.of(logFile()), cause);
    }
}
