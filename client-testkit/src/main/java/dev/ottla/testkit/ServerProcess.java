package dev.ottla.testkit;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The process of a broker or of ZooKeeper, which can be ended, paused and started again under the same name. Thread-safe;
 * methods of waiting block their caller, and an interrupt ends the wait with a {@link RealKafkaException}.
 */
final class ServerProcess {
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(30);

    private final String name;
    private final Path directory;
    private final List<String> command;

    /** Guards what follows; never held while waiting for the process. */
    private final ReentrantLock lock = new ReentrantLock();

    private @Nullable Process process;
    private @Nullable Suspension suspension;
    private boolean clusterClosed;

    /** Takes the name with which messages begin, such as {@code Broker 1}. */
    ServerProcess(String name, Path directory, List<String> command) {
        this.name = name;
        this.directory = directory;
        this.command = List.copyOf(command);
    }

    Path directory() {
        return directory;
    }

    Path logFile() {
        return directory.resolve("broker.log");
    }

    long pid() {
        return started().pid();
    }

    boolean isAlive() {
        return started().isAlive();
    }

    /** Returns at once, before the server is ready. */
    void start() {
        lock.lock();
        try {
            if (clusterClosed) {
                throw new IllegalStateException(name + " belongs to a cluster that is closed");
            }
            if (process != null && process.isAlive()) {
                throw new IllegalStateException(name + " runs already, as process " + process.pid());
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

    /** SIGKILL, then blocks until the process has ended. */
    void kill() {
        Process killed = started().destroyForcibly();
        if (!waitForEnd(killed, STOP_TIMEOUT)) {
            throw failure("did not end within " + STOP_TIMEOUT + " after SIGKILL", null);
        }
        resume();
    }

    /** SIGTERM, then blocks until the process has ended; one that takes too long is killed, which is an error. */
    void stop() {
        resume();
        Process stopped = started();
        // Through the handle, since the process itself would close the server's standard input as well, which kills it.
        stopped.toHandle().destroy();
        if (!waitForEnd(stopped, STOP_TIMEOUT)) {
            kill();
            throw failure("did not stop within " + STOP_TIMEOUT + " after SIGTERM, so it was killed", null);
        }
    }

    /** SIGSTOP; nothing happens if the process is paused already. */
    void pause() {
        lock.lock();
        try {
            if (suspension == null) {
                suspension = Suspension.of(started().pid());
            }
        } catch (IOException e) {
            throw failure("could not be paused", e);
        } finally {
            lock.unlock();
        }
    }

    /** SIGCONT; nothing happens if the process is not paused. */
    void resume() {
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

    /** Blocks for the given time or, if that is shorter, until the process ends, which is an error. */
    void expectAliveFor(Duration time) {
        Process starting = started();
        if (waitForEnd(starting, time)) {
            throw failure("ended with status " + starting.exitValue() + " before it was ready", null);
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

    /** An error that names the files and quotes the end of the log. */
    RealKafkaException failure(String what, @Nullable Exception cause) {
        return new RealKafkaException(
                name + " " + what + ". Its files are in " + directory + ". " + LogTail.of(logFile()), cause);
    }

    private boolean wasStarted() {
        lock.lock();
        try {
            return process != null;
        } finally {
            lock.unlock();
        }
    }

    private Process started() {
        lock.lock();
        try {
            if (process == null) {
                throw new IllegalStateException(name + " was never started");
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
}
