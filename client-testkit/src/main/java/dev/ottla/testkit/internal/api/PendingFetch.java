package dev.ottla.testkit.internal.api;

import dev.ottla.internal.concurrent.EventLoop.Timer;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.message.FetchRequest;
import dev.ottla.internal.protocol.message.FetchResponse;
import dev.ottla.internal.protocol.message.FetchResponse.FetchableTopicResponse;
import dev.ottla.internal.protocol.message.FetchResponse.NodeEndpoint;
import dev.ottla.internal.protocol.message.FetchResponse.PartitionData;
import dev.ottla.testkit.internal.api.FetchSessions.Scope;
import dev.ottla.testkit.internal.topic.Brokers.Broker;
import dev.ottla.testkit.internal.topic.Partition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A fetch request from its first look at the logs to its answer: Kafka's DelayedFetch. It looks again whenever something
 * happens to one of its partitions, and answers once there are {@code minBytes}, an error, or {@code maxWaitMs} have passed.
 */
@EventLoopConfined
final class PendingFetch {
    private static final short FIRST_VERSION_WITH_ENDPOINTS = 16;

    private final ClusterModel model;
    private final Call<FetchResponse> call;
    private final FetchRequest request;
    private final Scope scope;
    private final List<FetchWish> wishes;
    private final Runnable watcher = this::look;
    private final Set<Partition> watched = new LinkedHashSet<>();
    private @Nullable Timer timer;

    PendingFetch(ClusterModel model, Call<FetchResponse> call, FetchRequest request, Scope scope) {
        this.model = model;
        this.call = call;
        this.request = request;
        this.scope = scope;
        this.wishes = wishes(scope);
    }

    private static List<FetchWish> wishes(Scope scope) {
        if (scope instanceof Scope.Full full) {
            return full.wishes();
        }
        return scope instanceof Scope.Incremental incremental
                ? incremental.session().wishes()
                : List.of();
    }

    void start() {
        FetchRead read = new FetchRead(model, call, request).read(wishes);
        if (wishes.isEmpty() || request.maxWaitMs() <= 0 || isEnough(read)) {
            call.reply(response(read));
            return;
        }
        timer = model.loop().schedule(this::onTimeout, TimeUnit.MILLISECONDS.toNanos(request.maxWaitMs()));
        watched.addAll(read.partitions());
        watched.forEach(partition -> partition.watchers().add(watcher));
    }

    private boolean isEnough(FetchRead read) {
        return read.mustAnswer() || read.bytes() >= Math.min(request.minBytes(), FetchRead.maxBytes(request));
    }

    private void look() {
        FetchRead read = new FetchRead(model, call, request).read(wishes);
        if (isEnough(read)) {
            end(read);
        }
    }

    private void onTimeout() {
        end(new FetchRead(model, call, request).read(wishes));
    }

    private void end(FetchRead read) {
        watched.forEach(partition -> partition.watchers().remove(watcher));
        if (timer != null) {
            timer.cancel();
        }
        call.reply(response(read));
    }

    private FetchResponse response(FetchRead read) {
        Map<TopicKey, List<PartitionData>> byTopic = new LinkedHashMap<>();
        Map<Integer, NodeEndpoint> leaders = new LinkedHashMap<>();
        read.results().forEach((key, told) -> {
            if (isToBeTold(key, told)) {
                byTopic.computeIfAbsent(new TopicKey(key.topic(), key.topicId()), topic -> new ArrayList<>())
                        .add(told);
                addLeader(told, leaders);
            }
        });
        List<FetchableTopicResponse> topics = new ArrayList<>();
        byTopic.forEach((key, partitions) -> topics.add(new FetchableTopicResponse(key.name, key.id, partitions)));
        return FetchResponse.builder()
                .sessionId(sessionId())
                .responses(topics)
                .nodeEndpoints(List.copyOf(leaders.values()))
                .build();
    }

    private boolean isToBeTold(FetchWish.Key key, PartitionData told) {
        if (scope instanceof Scope.Incremental incremental) {
            return incremental.session().isNews(key, told);
        }
        FetchSession begun = scope instanceof Scope.Full full ? full.session() : null;
        if (begun != null) {
            // The session remembers what its first answer has told.
            boolean unused = begun.isNews(key, told);
        }
        return true;
    }

    private int sessionId() {
        if (scope instanceof Scope.Incremental incremental) {
            return incremental.session().id();
        }
        FetchSession begun = scope instanceof Scope.Full full ? full.session() : null;
        return begun == null ? 0 : begun.id();
    }

    /** KIP-951: where the leader listens that the refusal names. */
    private void addLeader(PartitionData told, Map<Integer, NodeEndpoint> leaders) {
        Broker leader = model.brokers().find(told.currentLeader().leaderId());
        if (leader != null && call.version() >= FIRST_VERSION_WITH_ENDPOINTS) {
            leaders.put(leader.id(), new NodeEndpoint(leader.id(), leader.host(), leader.port(), null));
        }
    }

    private record TopicKey(String name, UUID id) {}
}
