package dev.ottla.admin;

import dev.ottla.KafkaClient;
import dev.ottla.admin.internal.ClusterCalls;
import dev.ottla.config.AdminOptions;
import dev.ottla.errors.ClosedException;
import dev.ottla.internal.cluster.ClusterSource;
import java.time.Duration;

/**
 * Looks at a cluster and changes it: topics, groups, the cluster itself.
 *
 * <pre>{@code
 * try (Admin admin = Admin.create(kafka)) {
 *     Results<String, CreatedTopic> created = admin.topics()
 *             .create(NewTopic.of("orders").partitions(12), NewTopic.of("audit"))
 *             .join();
 *     created.failures().forEach((topic, failure) -> System.err.println(topic + ": " + failure.getMessage()));
 * }
 * }</pre>
 *
 * <p><b>Threads.</b> Thread-safe; no method blocks, all work is done on the client's event loops. Futures complete on the
 * client's home loop, and what is chained to them with {@code thenApply} and its kind runs there: it must be short and must
 * never wait. {@code join()} and {@code get()} are for other threads; called on the loop, they wait for an answer that only
 * the loop could receive, and stop the whole client. Use {@code thenApplyAsync} with an executor for anything longer.
 *
 * <p><b>Time.</b> Every operation ends before its timeout: by default {@code default.api.timeout.ms} of the client (60
 * seconds), another with {@link #withTimeout}. Within it, what can safely be tried again is tried again, with the backoff of
 * {@code retry.backoff.ms}.
 *
 * <p><b>Errors.</b> Arguments are checked before anything is sent, and all that is wrong is named in one
 * {@link IllegalArgumentException}, which the call throws. Everything later is a {@link dev.ottla.errors.KafkaException}: of
 * one item, in its {@link Results}, or of the whole call, in its future. A change whose answer was lost is not repeated; its
 * failure has the outcome {@link dev.ottla.errors.Outcome#UNKNOWN}: it may have been made, so look before you repeat it.
 * Brokers from 2.1 on are supported; what a broker is too old for fails with an
 * {@link dev.ottla.errors.UnsupportedVersionException}.
 */
public final class Admin implements AutoCloseable {
    private static final Duration TIMEOUT_MAX = Duration.ofMillis(Integer.MAX_VALUE);

    private final ClusterCalls calls;
    private final Duration timeout;

    private Admin(ClusterCalls calls, Duration timeout) {
        this.calls = calls;
        this.timeout = timeout;
    }

    /**
     * An admin on the client's connections. Sends nothing. Any number of admins, producers and consumers may share a client;
     * closing the admin leaves the client open.
     *
     * @param kafkaClient the client; close it after the admin
     */
    public static Admin create(KafkaClient kafkaClient) {
        return create(kafkaClient, AdminOptions.builder().build());
    }

    /**
     * The same with options of its own.
     *
     * @param kafkaClient the client; close it after the admin
     * @param options what differs from the defaults
     */
    public static Admin create(KafkaClient kafkaClient, AdminOptions options) {
        return new Admin(
                new ClusterCalls(ClusterSource.of(kafkaClient), options),
                kafkaClient.options().defaultApiTimeout());
    }

    /**
     * The same admin with another timeout for the operations called through the returned object; this one keeps its own.
     * Closing either closes both.
     *
     * @param newTimeout more than zero, and at most {@link Integer#MAX_VALUE} milliseconds, as {@code default.api.timeout.ms}
     * @throws IllegalArgumentException if it is outside of this range
     */
    public Admin withTimeout(Duration newTimeout) {
        new ArgumentChecks()
                .require(
                        !newTimeout.isZero() && !newTimeout.isNegative() && newTimeout.compareTo(TIMEOUT_MAX) <= 0,
                        "timeout must be more than zero and at most " + TIMEOUT_MAX + ", was " + newTimeout)
                .done();
        return new Admin(calls, newTimeout);
    }

    /** Operations on topics. */
    public TopicAdmin topics() {
        return new TopicAdmin(operations());
    }

    /** Operations on groups. */
    public GroupAdmin groups() {
        return new GroupAdmin(operations());
    }

    /** Operations on the cluster and its brokers. */
    public ClusterAdmin cluster() {
        return new ClusterAdmin(operations());
    }

    private Operations operations() {
        return new Operations(calls, timeout);
    }

    /**
     * Ends the admin: operations under way fail with a {@link ClosedException}, and so does each that is called later. What
     * was sent may still be done by the brokers; the error of a change then has the outcome
     * {@link dev.ottla.errors.Outcome#UNKNOWN}. Returns at once; the client stays open. Closing twice does nothing.
     */
    @Override
    public void close() {
        calls.close(new ClosedException("The Admin was closed.", null));
    }
}
