package dev.ottla.admin.internal;

import dev.ottla.common.Node;
import dev.ottla.errors.KafkaException;
import dev.ottla.internal.cluster.Call;
import dev.ottla.internal.cluster.CoordinatorKey;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.protocol.RequestMessage;
import dev.ottla.internal.protocol.ResponseMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** A cluster in a test: shows the calls that were made, and answers each with what the test gives it. */
public final class ScriptedCalls implements Calls {
    /** The wait between two attempts. */
    public static final Duration BACKOFF = Duration.ofMillis(100);

    public final ManualEventLoop loop = new ManualEventLoop();
    public final List<Sent> sent = new ArrayList<>();
    public final List<String> refreshes = new ArrayList<>();
    public final List<CoordinatorKey> invalidated = new ArrayList<>();
    public int retriesMax = Integer.MAX_VALUE;

    private final Map<String, Integer> coordinators = new HashMap<>();
    private final List<Consumer<KafkaException>> open = new ArrayList<>();

    /** A call that waits for the test's answer. */
    public final class Sent {
        private final Call<?> call;
        private final CompletableFuture<ResponseMessage> future = new CompletableFuture<>();

        private Sent(Call<?> call) {
            this.call = call;
        }

        public Call<?> call() {
            return call;
        }

        public <T extends RequestMessage<?>> T request(Class<T> type) {
            return type.cast(call.request());
        }

        public void answer(ResponseMessage response) {
            loop.execute(() -> future.complete(response));
            loop.runTasks();
        }

        public void fail(KafkaException failure) {
            loop.execute(() -> future.completeExceptionally(failure));
            loop.runTasks();
        }
    }

    /** Names the group's coordinator, or changes it; the look-up of one that has no name never ends. */
    public void coordinator(String groupId, int nodeId) {
        coordinators.put(groupId, nodeId);
    }

    /** The call that was made as the n-th, from 0. */
    public Sent sent(int index) {
        loop.runTasks();
        return sent.get(index);
    }

    @Override
    public EventLoop loop() {
        return loop;
    }

    @Override
    public Duration requestTimeout() {
        return Duration.ofSeconds(30);
    }

    @Override
    public int retriesMax() {
        return retriesMax;
    }

    @Override
    public long backoffNanos(int failures) {
        return BACKOFF.toNanos();
    }

    @Override
    @SuppressWarnings("unchecked") // the test answers with the response of the request that it was shown
    public <R extends ResponseMessage> CompletableFuture<R> call(Call<R> call) {
        Sent shown = new Sent(call);
        sent.add(shown);
        return (CompletableFuture<R>) shown.future;
    }

    @Override
    public CompletableFuture<Node> coordinator(CoordinatorKey key) {
        Integer nodeId = coordinators.get(key.key());
        return nodeId == null
                ? new CompletableFuture<>()
                : CompletableFuture.completedFuture(new Node(nodeId, "broker" + nodeId, 9092));
    }

    @Override
    public void invalidateCoordinator(CoordinatorKey key, int nodeId) {
        invalidated.add(key);
    }

    @Override
    public void refreshMetadata(String reason) {
        refreshes.add(reason);
    }

    @Override
    public void onClose(CompletableFuture<?> future, Consumer<KafkaException> end) {
        open.add(end);
    }

    /** Closes the admin. */
    public void close(KafkaException cause) {
        open.forEach(end -> end.accept(cause));
    }
}
