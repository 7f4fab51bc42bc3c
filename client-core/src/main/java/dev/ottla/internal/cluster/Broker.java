package dev.ottla.internal.cluster;

import dev.ottla.errors.AuthenticationException;
import dev.ottla.errors.KafkaException;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.concurrent.ThreadSafe;
import dev.ottla.internal.net.BrokerAddress;
import dev.ottla.internal.net.BrokerConnection;
import dev.ottla.internal.net.ConnectionListener;
import dev.ottla.internal.net.Connector;
import dev.ottla.internal.net.NegotiatedVersions;
import dev.ottla.internal.net.ResponseHandler;
import dev.ottla.internal.net.Transmission;
import dev.ottla.internal.protocol.RequestBody;
import dev.ottla.internal.protocol.RequestMessage;
import dev.ottla.internal.protocol.ResponseMessage;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One broker as one user of it sees it: a connection that is opened when a request needs it and again after it was lost,
 * with a backoff in between. A broker answers the requests of a connection one after the other, and some wait (fetch, join),
 * so whoever sends such requests has a Broker of his own. Handed out by {@link Cluster} to any thread; its state belongs to
 * {@link #loop}.
 *
 * <pre>
 * Idle ──send──► Connecting ──ready──► Ready ──lost──► BackingOff ──timer──► Idle, or Connecting if requests wait
 *                    └───────failed──────────────────────►┘             any state ──close──► Closed
 * </pre>
 */
@ThreadSafe
public final class Broker {
    /** Requests that may wait for a connection, or for answers; more than any user sends before it hears of a failure. */
    private static final int PENDING_MAX = 4096;

    private sealed interface State {}

    private record Idle() implements State {}

    private record Connecting(Connector.Attempt attempt) implements State {}

    private record Ready(BrokerConnection connection) implements State {}

    private record BackingOff(EventLoop.Timer timer, KafkaException lastFailure) implements State {}

    private record Closed(KafkaException cause) implements State {}

    private record Waiting(RequestBody request, long timeoutNanos, ResponseHandler handler, EventLoop.Timer limit) {}

    /** What a Broker tells the cluster about its connection, on the Broker's loop. */
    interface Observer {
        void onConnectionFailed(Broker broker, KafkaException cause);

        void onClosed(Broker broker);
    }

    private final int nodeId;
    private final EventLoop loop;
    private final Connector connector;
    private final Supplier<@Nullable BrokerAddress> address;
    private final ReconnectPolicy reconnectPolicy;
    private final Observer observer;
    private final Deque<Waiting> waiting = new ArrayDeque<>();

    /** Those who hold their requests back until there is a connection. */
    private final Deque<Consumer<@Nullable KafkaException>> attentive = new ArrayDeque<>();

    /** Written on the loop only; others read it as a hint of whom to ask first. */
    private volatile State state = new Idle();

    /** In a row; written on the loop only. */
    private volatile int failures;

    Broker(
            int nodeId,
            EventLoop loop,
            Connector connector,
            Supplier<@Nullable BrokerAddress> address,
            ReconnectPolicy reconnectPolicy,
            Observer observer) {
        this.nodeId = nodeId;
        this.loop = loop;
        this.connector = connector;
        this.address = address;
        this.reconnectPolicy = reconnectPolicy;
        this.observer = observer;
    }

    /** The broker's node id; negative for a bootstrap address whose id is not known. */
    public int nodeId() {
        return nodeId;
    }

    /** The loop that owns this broker's connection: all but the thread-safe methods are called there. */
    public EventLoop loop() {
        return loop;
    }

    /** Sends one request, once; the future completes on the loop. Any thread. */
    public <R extends ResponseMessage> CompletableFuture<R> send(RequestMessage<R> request, long timeoutNanos) {
        FutureResponse<R> response = new FutureResponse<>(request);
        loop.execute(() -> send(request, timeoutNanos, response));
        return response.future();
    }

    /**
     * Sends one request, once, as soon as there is a connection. The handler is called exactly once, never before this
     * method returns. The timeout bounds the wait for a connection, and counts anew from the moment when the request is handed
     * to the connection; one that waited too long is not sent. Loop only.
     */
    public void send(RequestBody request, long timeoutNanos, ResponseHandler handler) {
        assert loop.inEventLoop();
        if (state instanceof Closed closed) {
            fail(handler, closed.cause());
        } else if (pendingCount() >= PENDING_MAX) {
            fail(handler, ClusterFailures.tooManyPending(nodeId, PENDING_MAX));
        } else if (state instanceof Ready ready) {
            ready.connection().send(request, timeoutNanos, handler);
        } else {
            EventLoop.Timer limit = loop.schedule(() -> onWaitedTooLong(handler, timeoutNanos), timeoutNanos);
            waiting.addLast(new Waiting(request, timeoutNanos, handler, limit));
            connect();
        }
    }

    private int pendingCount() {
        return state instanceof Ready ready ? ready.connection().inFlightCount() : waiting.size();
    }

    private void onWaitedTooLong(ResponseHandler handler, long waitedNanos) {
        for (Waiting request : waiting) {
            if (request.handler() == handler) {
                waiting.removeFirstOccurrence(request);
                handler.onFailure(
                        ClusterFailures.notConnectedInTime(
                                nodeId, request.request().apiKey(), waitedNanos),
                        Transmission.NOT_SENT);
                return;
            }
        }
    }

    private void fail(ResponseHandler handler, KafkaException cause) {
        loop.execute(() -> handler.onFailure(cause, Transmission.NOT_SENT));
    }

    /**
     * Opens the connection if there is none, and tells the caller once, with null when it is ready, or with why it could not be
     * made: for whoever would rather not bind requests to a broker before it can be reached. Never told before this method
     * returns. Loop only.
     */
    public void whenConnected(Consumer<@Nullable KafkaException> caller) {
        assert loop.inEventLoop();
        if (state instanceof Ready) {
            loop.execute(() -> caller.accept(null));
        } else if (state instanceof Closed closed) {
            loop.execute(() -> caller.accept(closed.cause()));
        } else {
            attentive.addLast(caller);
            connect();
        }
    }

    /** Opens the connection if there is none, without a request. Loop only. */
    public void connect() {
        assert loop.inEventLoop();
        if (!(state instanceof Idle)) {
            return;
        }
        BrokerAddress target = address.get();
        if (target == null) {
            backOff(ClusterFailures.unknownNode(nodeId));
            return;
        }
        Listener listener = new Listener(target);
        Connecting connecting =
                new Connecting(connector.connect(loop, target, reconnectPolicy.setupTimeoutNanos(failures), listener));
        listener.mine = connecting;
        state = connecting;
    }

    /** Hears of the one connection that was being made when it was created; a later one has its own. */
    private final class Listener implements ConnectionListener {
        private final BrokerAddress target;
        private @Nullable State mine;

        private Listener(BrokerAddress target) {
            this.target = target;
        }

        @Override
        public void onReady(BrokerConnection connection) {
            if (state != mine) {
                connection.close(ClusterFailures.unwanted(nodeId));
                return;
            }
            failures = 0;
            mine = new Ready(connection);
            state = mine;
            while (!waiting.isEmpty() && state == mine) {
                sendWaiting(connection, waiting.removeFirst());
            }
            tellAttentive(null);
        }

        private void sendWaiting(BrokerConnection connection, Waiting next) {
            next.limit().cancel();
            if (next.handler().isWanted()) {
                connection.send(next.request(), next.timeoutNanos(), next.handler());
            } else {
                fail(next.handler(), ClusterFailures.unwanted(nodeId));
            }
        }

        @Override
        public void onIdle(BrokerConnection connection, KafkaException cause) {
            if (state == mine) {
                state = new Idle();
            }
            connection.close(cause);
        }

        @Override
        public void onClosed(KafkaException cause) {
            if (state == mine) {
                backOff(ClusterFailures.atNode(nodeId, target, cause));
            }
        }
    }

    private void backOff(KafkaException cause) {
        int failuresInARow = failures + 1;
        failures = failuresInARow;
        long pauseNanos = cause instanceof AuthenticationException
                ? reconnectPolicy.longestPauseNanos()
                : reconnectPolicy.pauseNanos(failuresInARow);
        state = new BackingOff(loop.schedule(this::onBackoffEnded, pauseNanos), cause);
        failWaiting(cause);
        observer.onConnectionFailed(this, cause);
    }

    private void onBackoffEnded() {
        if (state instanceof BackingOff) {
            state = new Idle();
            if (!waiting.isEmpty() || !attentive.isEmpty()) {
                connect();
            }
        }
    }

    /** Fails those that wait now; what their handlers send in turn waits for the next connection. */
    private void failWaiting(KafkaException cause) {
        for (int remaining = waiting.size(); remaining > 0; remaining--) {
            Waiting next = waiting.removeFirst();
            next.limit().cancel();
            fail(next.handler(), cause);
        }
        tellAttentive(cause);
    }

    private void tellAttentive(@Nullable KafkaException failure) {
        for (int remaining = attentive.size(); remaining > 0; remaining--) {
            Consumer<@Nullable KafkaException> caller = attentive.removeFirst();
            loop.execute(() -> caller.accept(failure));
        }
    }

    /** The versions in common with the broker, or null while not connected. Loop only. */
    public @Nullable NegotiatedVersions versions() {
        return state instanceof Ready ready ? ready.connection().versions() : null;
    }

    /** Whether a request would go out at once; on another thread a hint. */
    public boolean isReady() {
        return state instanceof Ready;
    }

    /** Whether the connection failed and none has become ready since; on another thread a hint. */
    public boolean isFailing() {
        return failures > 0;
    }

    /** Whether the socket takes more bytes now; true while there is no connection, because requests then wait here. Loop only. */
    public boolean isWritable() {
        return !(state instanceof Ready ready) || ready.connection().isWritable();
    }

    /** Gives the connection up, if there is one or one is being made; the next request opens another. Any thread; returns at once. */
    void disconnect(KafkaException cause) {
        loop.execute(() -> {
            State last = state;
            if (last instanceof Ready ready) {
                state = new Idle();
                ready.connection().close(cause);
            } else if (last instanceof Connecting connecting) {
                state = new Idle();
                connecting.attempt().cancel();
                failWaiting(cause);
            }
        });
    }

    /** Closes the connection for good and fails what is in flight or waits. Any thread; returns at once. */
    public void close(KafkaException cause) {
        loop.execute(() -> onClose(cause));
    }

    private void onClose(KafkaException cause) {
        if (state instanceof Closed) {
            return;
        }
        State last = state;
        state = new Closed(cause);
        observer.onClosed(this);
        if (last instanceof Connecting connecting) {
            connecting.attempt().cancel();
        } else if (last instanceof Ready ready) {
            ready.connection().close(cause);
        } else if (last instanceof BackingOff backingOff) {
            backingOff.timer().cancel();
        }
        failWaiting(cause);
    }
}
