package dev.ottla.testkit;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.exception.DockerException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The broker in the container of a {@link ContainerKafka}. Thread-safe, as Docker itself is. */
final class ContainerBroker implements KafkaBroker {
    private static final int ID = 1;
    private static final int STOP_TIMEOUT_SECONDS = 30;
    private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(1);
    private static final Duration PROBE_INTERVAL = Duration.ofMillis(50);

    private final DockerClient docker;
    private final String containerId;
    private final InetSocketAddress address;
    private final Duration startTimeout;
    private volatile boolean closed;

    ContainerBroker(DockerClient docker, String containerId, String host, int port, Duration startTimeout) {
        this.docker = docker;
        this.containerId = containerId;
        this.address = new InetSocketAddress(host, port);
        this.startTimeout = startTimeout;
    }

    @Override
    public int id() {
        return ID;
    }

    @Override
    public String address() {
        return address.getHostString() + ":" + address.getPort();
    }

    @Override
    public boolean isAlive() {
        return Boolean.TRUE.equals(state().getRunning());
    }

    @Override
    public void kill() {
        resume();
        if (isAlive()) {
            docker.killContainerCmd(containerId).exec();
            await(() -> !isAlive(), "did not end after SIGKILL");
        }
    }

    @Override
    public void stop() {
        resume();
        if (isAlive()) {
            docker.stopContainerCmd(containerId)
                    .withTimeout(STOP_TIMEOUT_SECONDS)
                    .exec();
        }
    }

    @Override
    public void pause() {
        if (!isPaused()) {
            docker.pauseContainerCmd(containerId).exec();
        }
    }

    @Override
    public void resume() {
        if (isPaused()) {
            docker.unpauseContainerCmd(containerId).exec();
        }
    }

    @Override
    public void start() {
        if (closed || isAlive()) {
            throw new IllegalStateException(closed ? "the cluster is closed" : "the container runs already");
        }
        docker.startContainerCmd(containerId).exec();
    }

    @Override
    public void awaitReady() {
        await(this::listsItself, "was not ready in time");
    }

    /** For people: id and address. */
    @Override
    public String toString() {
        return "broker " + ID + " (" + address() + ", container " + containerId + ")";
    }

    void onClusterClose() {
        closed = true;
    }

    private boolean listsItself() {
        try {
            return MetadataProbe.brokersSeenFrom(address, PROBE_TIMEOUT).contains(ID);
        } catch (IOException e) {
            if (!isAlive()) {
                throw failure("ended before it was ready", e);
            }
            return false;
        }
    }

    private boolean isPaused() {
        return Boolean.TRUE.equals(state().getPaused());
    }

    private ContainerState state() {
        try {
            return docker.inspectContainerCmd(containerId).exec().getState();
        } catch (DockerException e) {
            throw failure("can't be asked about", e);
        }
    }

    private void await(BooleanSupplier condition, String otherwise) {
        long deadlineNanos = System.nanoTime() + startTimeout.toNanos();
        while (!condition.getAsBoolean()) {
            LockSupport.parkNanos(PROBE_INTERVAL.toNanos());
            if (System.nanoTime() - deadlineNanos >= 0 || Thread.currentThread().isInterrupted()) {
                throw failure(otherwise, null);
            }
        }
    }

    private RealKafkaException failure(String what, @Nullable Exception cause) {
        return new RealKafkaException(this + " " + what, cause);
    }
}
