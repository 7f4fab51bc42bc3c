package dev.ottla.internal.cluster;

import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.KafkaException;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.concurrent.EventLoopConfined;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Which topics somebody wants to know about, and who waits for one that is not known yet. Owned by the home loop; called by
 * {@link Cluster}.
 */
@EventLoopConfined
final class TopicInterests {

    private record Waiter(String topic, CompletableFuture<TopicMetadata> future, EventLoop.Timer deadline) {}

    private final EventLoop loop;
    private final Function<String, KafkaException> whyUnknown;
    private final Map<String, Integer> tracked = new HashMap<>();

    /** Of those the ones that a broker may create. */
    private final Map<String, Integer> creatable = new HashMap<>();

    private final List<Waiter> waiters = new ArrayList<>();

    /** {@code whyUnknown} says, at a deadline, why the topic is not known. */
    TopicInterests(EventLoop loop, Function<String, KafkaException> whyUnknown) {
        this.loop = loop;
        this.whyUnknown = whyUnknown;
    }

    Set<String> topics() {
        return tracked.keySet();
    }

    /** Counts one more user of the topic, which a broker may create for it; returns whether it is the first. */
    boolean track(String topic) {
        boolean isNew = creatable.merge(topic, 1, Integer::sum) == 1;
        return trackExisting(topic) || isNew;
    }

    /** Counts one more user of the topic, for which it must not be created; returns whether it is the first. */
    boolean trackExisting(String topic) {
        return tracked.merge(topic, 1, Integer::sum) == 1;
    }

    void untrack(String topic) {
        leave(creatable, topic);
        untrackExisting(topic);
    }

    void untrackExisting(String topic) {
        leave(tracked, topic);
    }

    private static void leave(Map<String, Integer> counts, String topic) {
        counts.computeIfPresent(topic, (name, users) -> users > 1 ? users - 1 : null);
    }

    /** Whether there are topics that must not be asked for in a way that creates them. */
    boolean mustNotCreateAll() {
        return creatable.size() < tracked.size();
    }

    /** The topics that a broker may create, and that are not known. */
    Set<String> toCreate(Metadata current) {
        return creatable.keySet().stream()
                .filter(topic -> current.topic(topic) == null)
                .collect(Collectors.toSet());
    }

    /**
     * Completes the future when the topic is known, or fails it after the timeout or when an answer says that it can't become
     * known. What an earlier answer said is no reason to fail: it may have changed since.
     */
    void await(String topic, CompletableFuture<TopicMetadata> future, long timeoutNanos, Metadata current) {
        TopicMetadata known = current.topic(topic);
        if (known == null) {
            waiters.add(new Waiter(topic, future, loop.schedule(() -> onDeadline(topic, future), timeoutNanos)));
        } else {
            future.complete(known);
        }
    }

    /** A new view of the cluster may end waits; returns whether somebody still waits. */
    boolean onMetadata(Metadata current) {
        waiters.removeIf(waiter -> isEnded(waiter, current));
        return !waiters.isEmpty();
    }

    private static boolean isEnded(Waiter waiter, Metadata current) {
        TopicMetadata topic = current.topic(waiter.topic());
        ErrorCode error = current.topicErrors().getOrDefault(waiter.topic(), ErrorCode.NONE);
        if (topic != null) {
            waiter.future().complete(topic);
        } else if (error != ErrorCode.NONE && !error.isRetriable()) {
            waiter.future().completeExceptionally(ClusterFailures.topicUnavailable(waiter.topic(), error));
        } else if (!waiter.future().isDone()) {
            return false;
        }
        waiter.deadline().cancel();
        return true;
    }

    private void onDeadline(String topic, CompletableFuture<TopicMetadata> future) {
        waiters.removeIf(waiter -> waiter.future() == future);
        future.completeExceptionally(whyUnknown.apply(topic));
    }

    /** Nobody need wait any longer: no topic can become known. */
    void fail(KafkaException cause) {
        List<Waiter> ended = List.copyOf(waiters);
        waiters.clear();
        for (Waiter waiter : ended) {
            waiter.deadline().cancel();
            waiter.future().completeExceptionally(cause);
        }
    }
}
