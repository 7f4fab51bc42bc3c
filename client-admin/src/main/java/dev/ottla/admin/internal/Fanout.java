package dev.ottla.admin.internal;

import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.KafkaException;
import dev.ottla.internal.cluster.Call;
import dev.ottla.internal.cluster.ClusterFailures;
import dev.ottla.internal.cluster.RetrySafety;
import dev.ottla.internal.cluster.Route;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.RequestMessage;
import dev.ottla.internal.protocol.ResponseMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One operation on several items: finds the broker of each, sends one request to each broker, puts the answers together, and
 * tries again with those items, and only those, that another attempt can help. Every item ends once: with a value, with a
 * failure of its own, or at the deadline. Started by any thread, owned by the home loop.
 *
 * <pre>
 * locate ──► ask each broker ──► settled
 *   ▲              │ retriable
 *   └── back off ◄─┘
 * </pre>
 *
 * <p>Groups of items go round this circle independently of each other, so a slow broker delays no one else's retries.
 */
@EventLoopConfined
public final class Fanout<K, V, R extends ResponseMessage> {
    private final Calls calls;
    private final EventLoop loop;
    private final KeyedRequest<K, V, R> request;
    private final Locator<K> locator;
    private final Deadline deadline;
    private final List<K> keys;
    private final CompletableFuture<Answers<K, V>> future = new CompletableFuture<>();

    private final Map<K, V> values = new HashMap<>();
    private final Map<K, KafkaException> failures = new HashMap<>();

    /** Items in a request now; the call that carries them ends by the same deadline and knows best what became of them. */
    private final Set<K> asking = new HashSet<>();

    private final Map<K, KafkaException> lastFailures = new HashMap<>();
    private EventLoop.@Nullable Timer deadlineTimer;

    private Fanout(Calls calls, KeyedRequest<K, V, R> request, Locator<K> locator, Deadline deadline, List<K> keys) {
        this.calls = calls;
        this.loop = calls.loop();
        this.request = request;
        this.locator = locator;
        this.deadline = deadline;
        this.keys = keys;
    }

    /**
     * Begins the operation and returns at once. The future completes on the loop, with every item in it, or at once if there
     * are no items; it fails only when the admin is closed.
     */
    public static <K, V, R extends ResponseMessage> CompletableFuture<Answers<K, V>> start(
            Calls calls, KeyedRequest<K, V, R> request, Locator<K> locator, Deadline deadline, List<K> keys) {
        if (keys.isEmpty()) {
            return CompletableFuture.completedFuture(new Answers<>(Map.of(), Map.of()));
        }
        Fanout<K, V, R> fanout = new Fanout<>(
                calls, request, locator, deadline, keys.stream().distinct().toList());
        calls.onClose(fanout.future, fanout::onClosed);
        if (!fanout.future.isDone()) {
            calls.loop().execute(fanout::begin);
        }
        return fanout.future;
    }

    private void begin() {
        assert loop.inEventLoop();
        deadlineTimer = loop.schedule(this::onDeadline, deadline.remaining().toNanos());
        attempt(keys, 1);
    }

    private void attempt(List<K> tried, int attempt) {
        List<K> items = unsettled(tried);
        if (future.isDone() || items.isEmpty()) {
            return;
        }
        locator.locate(items, deadline).whenComplete((locations, failure) -> {
            if (failure == null) {
                onLocated(locations, attempt);
            } else {
                onFailures(sameFor(items, ClusterFailures.of(failure)), null, attempt);
            }
        });
    }

    private void onLocated(Locations<K> locations, int attempt) {
        if (future.isDone()) {
            return;
        }
        onFailures(locations.failures(), null, attempt);
        locations.byRoute().forEach((route, items) -> ask(route, unsettled(items), attempt));
    }

    private List<K> unsettled(List<K> items) {
        return items.stream().filter(key -> !failures.containsKey(key)).toList();
    }

    private void ask(Route route, List<K> items, int attempt) {
        if (items.isEmpty()) {
            return;
        }
        RequestMessage<R> message = request.request(items, deadline.brokerTimeoutMs(calls.requestTimeout()));
        asking.addAll(items);
        calls.call(new Call<>(
                        route, message, request.retrySafety(), response -> ErrorCode.NONE, deadline.remaining(), 1))
                .whenComplete((response, failure) -> {
                    items.forEach(asking::remove);
                    if (future.isDone()) {
                        return;
                    }
                    if (failure == null) {
                        onResponse(new Reply<>(message.apiKey(), items, attempt, route), response);
                    } else {
                        onFailures(sameFor(items, ClusterFailures.of(failure)), route, attempt);
                    }
                });
    }

    private void onResponse(Reply<K> reply, R response) {
        short errorCode = request.errorCode(response);
        if (errorCode != ErrorCode.NONE.code()) {
            Answer<V> refused = new Answer.Refused<>(errorCode, null);
            onAnswers(reply, sameFor(reply.keys(), refused));
            return;
        }
        Map<K, Answer<V>> answers;
        try {
            answers = request.answers(reply.keys(), response);
        } catch (RuntimeException e) {
            answers = sameFor(reply.keys(), new Answer.Unreadable<>(reply.unreadable(e, request.retrySafety())));
        }
        onAnswers(reply, answers);
    }

    private void onAnswers(Reply<K> reply, Map<K, Answer<V>> answers) {
        Map<K, KafkaException> failed = new LinkedHashMap<>();
        for (K key : reply.keys()) {
            Answer<V> answer = answers.get(key);
            if (answer instanceof Answer.Value<V> success) {
                values.put(key, success.value());
            } else {
                failed.put(key, reply.failure(key, answer, request.retrySafety()));
            }
        }
        onFailures(failed, reply.route(), reply.attempt());
    }

    private void onFailures(Map<K, KafkaException> failed, @Nullable Route route, int attempt) {
        List<K> again = new ArrayList<>();
        failed.forEach((key, failure) -> {
            boolean retriable =
                    route == null ? Retries.mayHelp(failure, request.retrySafety()) : request.mayRetry(failure);
            if (!retriable || attempt > calls.retriesMax() || deadline.hasPassed()) {
                failures.putIfAbsent(key, failure);
                return;
            }
            again.add(key);
            lastFailures.put(key, failure);
            if (route != null) {
                locator.onMisrouted(key, route, failure);
            }
        });
        if (!again.isEmpty()) {
            loop.schedule(() -> attempt(again, attempt + 1), calls.backoffNanos(attempt));
        }
        finishIfSettled();
    }

    private void onDeadline() {
        for (K key : keys) {
            if (!values.containsKey(key) && !asking.contains(key)) {
                failures.putIfAbsent(key, Reply.timedOut(key, deadline.timeout(), lastFailures.get(key)));
            }
        }
        finishIfSettled();
    }

    private void onClosed(KafkaException cause) {
        boolean mayBeDone = request.retrySafety() == RetrySafety.ONCE && !asking.isEmpty();
        future.completeExceptionally(mayBeDone ? Reply.closedInDoubt(cause) : cause);
    }

    private void finishIfSettled() {
        if (values.size() + failures.size() < keys.size() || future.isDone()) {
            return;
        }
        if (deadlineTimer != null) {
            deadlineTimer.cancel();
        }
        future.complete(new Answers<>(inOrderAsked(values), inOrderAsked(failures)));
    }

    private <T> Map<K, T> inOrderAsked(Map<K, T> results) {
        Map<K, T> ordered = new LinkedHashMap<>();
        for (K key : keys) {
            T result = results.get(key);
            if (result != null) {
                ordered.put(key, result);
            }
        }
        return ordered;
    }

    private static <K, T> Map<K, T> sameFor(List<K> keys, T result) {
        Map<K, T> results = new LinkedHashMap<>();
        keys.forEach(key -> results.put(key, result));
        return results;
    }
}
