package dev.ottla.internal.cluster;

import dev.ottla.config.ClientOptions;
import dev.ottla.internal.concurrent.Confined;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How patient one {@link Broker} is: the pause before it connects again, and the time that it gives a connection to become
 * ready, both growing with the failures in a row (KIP-144, KIP-601).
 */
@Confined
final class ReconnectPolicy {
    /** A bootstrap address that hangs should be named while somebody still waits for the first connection. */
    private static final Duration BOOTSTRAP_SETUP_TIMEOUT_MAX = Duration.ofSeconds(5);

    /** So many that the pause does not grow any more. */
    private static final int FAILURES_MANY = 1_000;

    private final ExponentialBackoff pause;
    private final ExponentialBackoff setupTimeout;

    private ReconnectPolicy(ExponentialBackoff pause, ExponentialBackoff setupTimeout) {
        this.pause = pause;
        this.setupTimeout = setupTimeout;
    }

    static ReconnectPolicy forNode(ClientOptions options, RandomGenerator random) {
        return of(options, options.connectionSetupTimeout(), options.connectionSetupTimeoutMax(), random);
    }

    static ReconnectPolicy forBootstrap(ClientOptions options, RandomGenerator random) {
        Duration timeout = options.connectionSetupTimeout().compareTo(BOOTSTRAP_SETUP_TIMEOUT_MAX) < 0
                ? options.connectionSetupTimeout()
                : BOOTSTRAP_SETUP_TIMEOUT_MAX;
        return of(options, timeout, timeout, random);
    }

    private static ReconnectPolicy of(
            ClientOptions options, Duration setupTimeout, Duration setupTimeoutMax, RandomGenerator random) {
        return new ReconnectPolicy(
                new ExponentialBackoff(options.reconnectBackoff(), options.reconnectBackoffMax(), random),
                new ExponentialBackoff(setupTimeout, setupTimeoutMax, random));
    }

    long pauseNanos(int failures) {
        return pause.delayNanos(failures);
    }

    /** After a refusal: nothing is won by trying again soon, and some brokers lock out who tries too often. */
    long longestPauseNanos() {
        return pause.delayNanos(FAILURES_MANY);
    }

    long setupTimeoutNanos(int failures) {
        return setupTimeout.delayNanos(failures + 1);
    }
}
