package dev.ottla.internal.cluster;

import dev.ottla.config.ClientOptions;
import dev.ottla.errors.KafkaException;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.message.MetadataRequest;
import dev.ottla.internal.protocol.message.MetadataResponse;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides when and whom to ask for metadata; owned by the home loop. One refresh at a time asks brokers in turn: the next
 * one at once when one fails, and after a second when one is silent, so that a frozen broker does not delay the news that it
 * lost its partitions. The first answer wins.
 *
 * <pre>
 * Idle(age timer) ──request──► Refreshing ──answer──► Idle
 *                                  │ all failed
 *                                  ▼
 *                              BackingOff ──timer──► Refreshing
 * </pre>
 */
@EventLoopConfined
final class MetadataUpdater {
    private static final Logger LOG = LoggerFactory.getLogger(MetadataUpdater.class);

    /** How long one broker may be silent before another one is asked as well. */
    private static final long STAGGER_NANOS = 1_000_000_000L;

    private sealed interface State {}

    private record Idle(EventLoop.Timer ageTimer) implements State {}

    /** Asking. What was requested while asking may not be in the answer, so it is asked again. */
    private static final class Refreshing implements State {
        final Deque<Broker> untried;
        final List<Broker> asked = new ArrayList<>();
        final List<KafkaException> failures = new ArrayList<>();
        EventLoop.@Nullable Timer staggerTimer;
        boolean againAfterwards;
        boolean nowAfterwards;

        Refreshing(List<Broker> candidates) {
            this.untried = new ArrayDeque<>(candidates);
        }
    }

    private record BackingOff(EventLoop.Timer timer) implements State {}

    private record Closed() implements State {}

    /** What the updater needs of the cluster, on the home loop. */
    interface Subject {
        /** Those who may be asked, best first; bootstrap addresses when no known broker can be reached. */
        List<Broker> candidates();

        MetadataRequest request();

        /** Why the answer can't be used, so that the next broker is asked; null if it can. */
        @Nullable
        KafkaException refusal(MetadataResponse response, Broker from);

        void onAnswer(MetadataResponse response, Broker from);

        /** Nobody answered. */
        void onNoAnswer(List<KafkaException> failures);
    }

    private final EventLoop loop;
    private final ClientOptions options;
    private final ExponentialBackoff backoff;
    private final Subject subject;
    private State state = new Idle(() -> {});
    private int failedRefreshes;

    /** How many answers came shortly after one another: what is asked for again and again is asked for ever more slowly. */
    private int answersInARow;

    private long lastAnswerNanos;

    MetadataUpdater(EventLoop loop, ClientOptions options, ExponentialBackoff backoff, Subject subject) {
        this.loop = loop;
        this.options = options;
        this.backoff = backoff;
        this.subject = subject;
        // As if an answer had come long ago: the first request need not wait.
        this.lastAnswerNanos = loop.nanoTime() - 2 * options.retryBackoffMax().toNanos();
    }

    /**
     * Asks for metadata soon: now, or when the retry backoff since the last answer has passed, so that a run of errors does
     * not turn into a run of requests; the backoff grows as the run goes on.
     */
    void requestRefresh(String reason) {
        assert loop.inEventLoop();
        if (state instanceof Refreshing refreshing) {
            refreshing.againAfterwards = true;
        } else if (state instanceof Idle idle) {
            LOG.debug("[{}] Metadata refresh requested: {}", options.clientId(), reason);
            idle.ageTimer().cancel();
            long waitNanos = lastAnswerNanos + backoff.delayNanos(answersInARow) - loop.nanoTime();
            if (waitNanos <= 0) {
                refresh();
            } else {
                state = new BackingOff(loop.schedule(this::refresh, waitNanos));
            }
        }
    }

    /** As {@link #requestRefresh}, but does not wait for a backoff: somebody waits for something never asked before. */
    void requestRefreshNow(String reason) {
        if (state instanceof BackingOff backingOff && failedRefreshes == 0) {
            backingOff.timer().cancel();
            refresh();
        } else if (state instanceof Idle idle) {
            idle.ageTimer().cancel();
            refresh();
        } else {
            if (state instanceof Refreshing refreshing) {
                refreshing.nowAfterwards = true;
            }
            requestRefresh(reason);
        }
    }

    private void refresh() {
        if (state instanceof Closed) {
            return;
        }
        Refreshing refreshing = new Refreshing(subject.candidates());
        state = refreshing;
        askNext(refreshing);
    }

    private void askNext(Refreshing refreshing) {
        if (state != refreshing) {
            return;
        }
        cancelStagger(refreshing);
        Broker broker = refreshing.untried.pollFirst();
        if (broker == null) {
            if (refreshing.asked.isEmpty()) {
                onAllFailed(refreshing);
            }
            return;
        }
        refreshing.asked.add(broker);
        if (!refreshing.untried.isEmpty()) {
            refreshing.staggerTimer = loop.schedule(() -> askNext(refreshing), STAGGER_NANOS);
        }
        broker.send(subject.request(), options.requestTimeout().toNanos())
                .whenComplete((response, failure) -> loop.execute(() -> {
                    KafkaException cause =
                            failure == null ? subject.refusal(response, broker) : ClusterFailures.of(failure);
                    if (cause == null) {
                        onAnswer(refreshing, broker, response);
                    } else {
                        onFailure(refreshing, broker, cause);
                    }
                }));
    }

    private void onAnswer(Refreshing refreshing, Broker broker, MetadataResponse response) {
        if (state != refreshing) {
            return;
        }
        cancelStagger(refreshing);
        failedRefreshes = 0;
        long now = loop.nanoTime();
        boolean soonAfterTheLast =
                now - lastAnswerNanos < 2 * options.retryBackoffMax().toNanos();
        answersInARow = soonAfterTheLast ? answersInARow + 1 : 1;
        lastAnswerNanos = now;
        state = new Idle(loop.schedule(
                () -> requestRefresh("it is old"), options.metadataMaxAge().toNanos()));
        subject.onAnswer(response, broker);
        if (refreshing.nowAfterwards) {
            requestRefreshNow("asked for again meanwhile");
        } else if (refreshing.againAfterwards) {
            requestRefresh("asked for again meanwhile");
        }
    }

    private void onFailure(Refreshing refreshing, Broker broker, KafkaException failure) {
        LOG.debug("[{}] Metadata refresh: no answer from broker {}", options.clientId(), broker.nodeId(), failure);
        refreshing.asked.remove(broker);
        refreshing.failures.add(failure);
        askNext(refreshing);
    }

    private void onAllFailed(Refreshing refreshing) {
        failedRefreshes++;
        state = new BackingOff(loop.schedule(this::refresh, backoff.delayNanos(failedRefreshes)));
        subject.onNoAnswer(refreshing.failures);
    }

    private static void cancelStagger(Refreshing refreshing) {
        if (refreshing.staggerTimer != null) {
            refreshing.staggerTimer.cancel();
            refreshing.staggerTimer = null;
        }
    }

    void close() {
        State last = state;
        state = new Closed();
        if (last instanceof Idle idle) {
            idle.ageTimer().cancel();
        } else if (last instanceof Refreshing refreshing) {
            cancelStagger(refreshing);
        } else if (last instanceof BackingOff backingOff) {
            backingOff.timer().cancel();
        }
    }
}
