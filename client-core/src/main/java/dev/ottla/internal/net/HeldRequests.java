package dev.ottla.internal.net;

import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.RequestBody;
import java.time.Duration;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Requests that one connection holds back: while the broker throttles it (KIP-219), and while an answer is looked at, which
 * may say that it does. Owned by the connection's loop. A request is held no longer than its own timeout and then fails, never
 * sent; the timeout begins anew when it is written.
 */
@EventLoopConfined
final class HeldRequests {
    /** More than any user sends before it hears of an answer. */
    static final int HELD_MAX = 4096;

    /** Longer than brokers throttle; a number beyond it is a mistake, and would silence the connection for weeks. */
    static final long THROTTLE_NANOS_MAX = Duration.ofHours(1).toNanos();

    private static final long NANOS_PER_MILLI = 1_000_000;

    private record Held(
            RequestBody request,
            short version,
            long timeoutNanos,
            long sinceNanos,
            ResponseHandler handler,
            EventLoop.Timer deadline) {}

    private final EventLoop loop;
    private final BrokerAddress address;
    private final NettyConnection connection;
    private final ArrayDeque<Held> requests = new ArrayDeque<>();

    private boolean isAnswerBeingRead;
    private EventLoop.@Nullable Timer throttleTimer;
    private long throttledUntilNanos;

    HeldRequests(EventLoop loop, BrokerAddress address, NettyConnection connection) {
        this.loop = loop;
        this.address = address;
        this.connection = connection;
    }

    boolean isHolding() {
        return isAnswerBeingRead || throttleTimer != null;
    }

    int size() {
        return requests.size();
    }

    void add(RequestBody request, short version, long timeoutNanos, ResponseHandler handler) {
        if (requests.size() >= HELD_MAX) {
            connection.fail(handler, NetFailures.tooManyHeld(address, HELD_MAX));
            return;
        }
        // Read before the timer is set, so that the request has waited long enough when it fires.
        long sinceNanos = loop.nanoTime();
        // What is only held until the answer is read needs no deadline of its own, unless that answer throttles.
        EventLoop.Timer deadline = throttleTimer == null ? () -> {} : loop.schedule(this::onDeadline, timeoutNanos);
        requests.addLast(new Held(request, version, timeoutNanos, sinceNanos, handler, deadline));
    }

    /** An answer is about to be read. */
    void hold() {
        isAnswerBeingRead = true;
    }

    /** The answer was read: what was held back for it goes out now, unless it throttles. */
    void release() {
        isAnswerBeingRead = false;
        if (throttleTimer == null) {
            writeAll();
        }
    }

    /** The broker wants to hear nothing for this long; an answer that says less than the last takes nothing back. */
    void throttle(int throttleTimeMs) {
        long throttleNanos = Math.min(throttleTimeMs * NANOS_PER_MILLI, THROTTLE_NANOS_MAX);
        long untilNanos = loop.nanoTime() + throttleNanos;
        if (throttleNanos <= 0 || (throttleTimer != null && throttledUntilNanos - untilNanos >= 0)) {
            return;
        }
        if (throttleTimer != null) {
            throttleTimer.cancel();
        }
        throttledUntilNanos = untilNanos;
        throttleTimer = loop.schedule(this::onThrottleEnded, throttleNanos);
        for (int remaining = requests.size(); remaining > 0; remaining--) {
            Held held = requests.removeFirst();
            held.deadline().cancel();
            add(held.request(), held.version(), held.timeoutNanos(), held.handler());
        }
    }

    private void onThrottleEnded() {
        throttleTimer = null;
        if (!isAnswerBeingRead) {
            writeAll();
        }
    }

    private void writeAll() {
        for (Held held = requests.pollFirst(); held != null; held = requests.pollFirst()) {
            held.deadline().cancel();
            connection.write(held.request(), held.version(), held.timeoutNanos(), held.handler());
        }
    }

    private void onDeadline() {
        long now = loop.nanoTime();
        requests.removeIf(held -> {
            long waitedNanos = now - held.sinceNanos();
            boolean isExpired = waitedNanos - held.timeoutNanos() >= 0;
            if (isExpired) {
                connection.fail(
                        held.handler(),
                        NetFailures.throttledTooLong(address, held.request().apiKey(), Duration.ofNanos(waitedNanos)));
            }
            return isExpired;
        });
    }

    /** The connection is closed: whatever is held fails when it is written. */
    void close() {
        if (throttleTimer != null) {
            throttleTimer.cancel();
            throttleTimer = null;
        }
        writeAll();
    }
}
