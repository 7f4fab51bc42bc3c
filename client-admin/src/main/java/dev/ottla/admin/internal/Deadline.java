package dev.ottla.admin.internal;

import dev.ottla.internal.concurrent.Immutable;
import dev.ottla.internal.concurrent.NanoClock;
import java.time.Duration;
import java.util.Collections;
import java.util.List;

/**
 * When an operation ends, whatever happens. Made once when the user calls, handed down to everything that the operation does,
 * so that its parts share the time.
 */
@Immutable
public record Deadline(NanoClock clock, Duration timeout, long deadlineNanos) {

    /** The broker gives up earlier than we do, so that it is the broker that says what became of the request. */
    private static final double BROKER_SHARE = 0.75;

    /** This long from now. */
    public static Deadline after(Duration timeout, NanoClock clock) {
        return new Deadline(clock, timeout, clock.nanoTime() + timeout.toNanos());
    }

    /** What is left; never zero or less, so that it can be waited for. */
    public Duration remaining() {
        return Duration.ofNanos(Math.max(1, deadlineNanos - clock.nanoTime()));
    }

    /** Whether nothing is left. */
    public boolean hasPassed() {
        return clock.nanoTime() - deadlineNanos >= 0;
    }

    /** For a request's {@code timeoutMs} field: how long the broker may work on it. */
    public int brokerTimeoutMs(Duration requestTimeout) {
        Duration remaining = remaining();
        Duration shorter = Collections.min(List.of(remaining, requestTimeout));
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, shorter.toMillis() * BROKER_SHARE));
    }
}
