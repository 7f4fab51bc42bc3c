package dev.ottla.internal.cluster;

import dev.ottla.common.Node;
import dev.ottla.config.ClientOptions;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.KafkaException;
import dev.ottla.internal.concurrent.ClientRuntime;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.ResponseMessage;
import dev.ottla.internal.protocol.message.MetadataRequest;
import dev.ottla.internal.protocol.message.MetadataResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What the home loop keeps for {@link Cluster}: it owns the metadata's making, the topics of interest, the coordinators and
 * the calls under way, and joins them together.
 */
@EventLoopConfined
final class ClusterState implements MetadataUpdater.Subject, RoutedCall.Routing {
    private final ClientOptions options;
    private final EventLoop loop;
    private final Brokers brokers;
    private final RandomGenerator random;
    private final MetadataUpdater updater;
    private final TopicInterests interests;
    private final Coordinators coordinators;
    private final List<MetadataListener> listeners = new CopyOnWriteArrayList<>();
    private final Set<RoutedCall<?>> calls = new HashSet<>();
    private final CompletableFuture<Void> firstAnswer = new CompletableFuture<>();

    private List<KafkaException> lastFailures = List.of();
    private @Nullable KafkaException closeCause;

    ClusterState(ClientOptions options, ClientRuntime runtime, Brokers brokers) {
        this.options = options;
        this.loop = runtime.homeLoop();
        this.brokers = brokers;
        this.random = runtime.newRandom();
        this.updater = new MetadataUpdater(loop, options, newBackoff(), this);
        this.interests = new TopicInterests(loop, this::whyUnknown);
        this.coordinators = new Coordinators(
                loop,
                request -> call(new Call<>(
                        Route.ANY,
                        request,
                        RetrySafety.REPEATABLE,
                        response -> ErrorCode.NONE,
                        options.requestTimeout())));
    }

    private ExponentialBackoff newBackoff() {
        return new ExponentialBackoff(options.retryBackoff(), options.retryBackoffMax(), random);
    }

    void start() {
        updater.requestRefreshNow("the client starts");
    }

    Coordinators coordinators() {
        return coordinators;
    }

    void addListener(MetadataListener listener) {
        if (closeCause != null) {
            listener.onClosed(closeCause);
            return;
        }
        listeners.add(listener);
    }

    void removeListener(MetadataListener listener) {
        listeners.remove(listener);
    }

    void track(String topic) {
        if (interests.track(topic)) {
            updater.requestRefreshNow("topic " + topic + " is of interest");
        }
    }

    void untrack(String topic) {
        interests.untrack(topic);
    }

    void awaitTopic(String topic, CompletableFuture<TopicMetadata> future, long timeoutNanos) {
        if (closeCause != null) {
            future.completeExceptionally(closeCause);
            return;
        }
        interests.await(topic, future, timeoutNanos, brokers.metadata());
        if (!future.isDone()) {
            updater.requestRefresh("somebody waits for topic " + topic);
        }
    }

    private KafkaException whyUnknown(String topic) {
        ErrorCode error = brokers.metadata().topicErrors().get(topic);
        return error == null
                ? ClusterFailures.noMetadata(options.bootstrapServers(), lastFailures)
                : ClusterFailures.topicUnavailable(topic, error);
    }

    void refresh(String reason) {
        updater.requestRefresh(reason);
    }

    void onConnectionFailed(Broker broker, KafkaException cause) {
        if (broker.nodeId() >= 0) {
            updater.requestRefresh("the connection to broker " + broker.nodeId() + " failed");
        }
    }

    void onLeaderHint(UUID topicId, int partition, int leaderId, int leaderEpoch, @Nullable Node leader) {
        Metadata last = brokers.metadata();
        String name = last.topicName(topicId);
        TopicMetadata topic = name == null ? null : last.topic(name);
        PartitionMetadata known = topic == null ? null : topic.partition(partition);
        if (topic == null || known == null || leaderEpoch <= known.leaderEpoch()) {
            return;
        }
        List<PartitionMetadata> partitions = new ArrayList<>(topic.partitions());
        partitions.set(partition, known.withLeader(leaderId, leaderEpoch));
        Map<Integer, Node> nodes = leader == null ? Map.of() : Map.of(leaderId, leader);
        publish(last.withTopic(
                new TopicMetadata(topic.name(), topicId, topic.internal(), List.copyOf(partitions)), nodes));
    }

    void awaitReachable(CompletableFuture<Void> reachable, long timeoutNanos) {
        long deadlineNanos = loop.nanoTime() + timeoutNanos;
        EventLoop.Timer timer = loop.schedule(
                () -> reachable.completeExceptionally(
                        ClusterFailures.noMetadata(options.bootstrapServers(), lastFailures)),
                timeoutNanos);
        firstAnswer.whenComplete((nothing, failure) -> {
            timer.cancel();
            if (failure != null) {
                reachable.completeExceptionally(ClusterFailures.of(failure));
            } else {
                probe(reachable, Duration.ofNanos(Math.max(1, deadlineNanos - loop.nanoTime())));
            }
        });
    }

    /** That a bootstrap server answers says nothing about the listeners that it advertises. */
    private void probe(CompletableFuture<Void> reachable, Duration timeout) {
        call(new Call<>(
                        Route.ANY,
                        new MetadataRequest(List.of(), false, false, false),
                        RetrySafety.REPEATABLE,
                        response -> ErrorCode.NONE,
                        timeout))
                .whenComplete((response, failure) -> {
                    if (failure == null) {
                        reachable.complete(null);
                    } else {
                        reachable.completeExceptionally(ClusterFailures.advertisedListenersUnreachable(
                                options.bootstrapServers(), brokers.metadata().nodes(), ClusterFailures.of(failure)));
                    }
                });
    }

    <R extends ResponseMessage> CompletableFuture<R> call(Call<R> call) {
        if (closeCause != null) {
            return CompletableFuture.failedFuture(closeCause);
        }
        RoutedCall<R> routed = new RoutedCall<>(call, loop, options, newBackoff(), this);
        calls.add(routed);
        CompletableFuture<R> future = routed.start();
        future.whenComplete((response, failure) -> calls.remove(routed));
        return future;
    }

    @Override
    public CompletableFuture<Broker> resolve(Route route) {
        Metadata metadata = brokers.metadata();
        if (route instanceof Route.ToNode node) {
            return known(metadata, node.nodeId());
        } else if (route instanceof Route.Controller) {
            return known(metadata, metadata.controllerId());
        } else if (route instanceof Route.Leader leader) {
            PartitionMetadata partition = metadata.partition(leader.partition());
            return known(metadata, partition == null ? PartitionMetadata.NO_LEADER : partition.leaderId());
        } else if (route instanceof Route.ToCoordinator coordinator) {
            return coordinators.find(coordinator.key()).thenApply(node -> brokers.shared(node.id()));
        }
        List<Broker> known = knownBrokers();
        return known.isEmpty()
                ? CompletableFuture.failedFuture(ClusterFailures.noMetadata(options.bootstrapServers(), lastFailures))
                : CompletableFuture.completedFuture(known.get(0));
    }

    private CompletableFuture<Broker> known(Metadata metadata, int nodeId) {
        return metadata.node(nodeId) == null
                ? CompletableFuture.failedFuture(
                        metadata.nodes().isEmpty()
                                ? ClusterFailures.noMetadata(options.bootstrapServers(), lastFailures)
                                : ClusterFailures.unknownNode(nodeId))
                : CompletableFuture.completedFuture(brokers.shared(nodeId));
    }

    @Override
    public void onMisrouted(Route route, @Nullable Broker broker, ErrorCode error) {
        if (route instanceof Route.ToCoordinator coordinator) {
            boolean stillThere =
                    error == ErrorCode.COORDINATOR_LOAD_IN_PROGRESS || error == ErrorCode.CONCURRENT_TRANSACTIONS;
            if (broker != null && !stillThere) {
                coordinators.invalidate(coordinator.key(), broker.nodeId());
            }
        } else {
            updater.requestRefresh("a request could not be answered where it was sent");
        }
    }

    /** Ready ones first, those that failed last at the end, otherwise beginning anywhere, so that no broker is everybody's first. */
    private List<Broker> knownBrokers() {
        List<Broker> known = new ArrayList<>();
        for (int nodeId : brokers.metadata().nodes().keySet()) {
            known.add(brokers.shared(nodeId));
        }
        known.sort(Comparator.comparingInt(Broker::nodeId));
        if (!known.isEmpty()) {
            Collections.rotate(known, random.nextInt(known.size()));
        }
        known.sort(Comparator.comparingInt(ClusterState::rank));
        return known;
    }

    private static int rank(Broker broker) {
        return broker.isReady() ? 0 : broker.isFailing() ? 2 : 1;
    }

    @Override
    public List<Broker> candidates() {
        List<Broker> candidates = knownBrokers();
        if (candidates.stream().allMatch(Broker::isFailing)) {
            candidates.addAll(brokers.bootstrap());
        }
        return candidates;
    }

    @Override
    public MetadataRequest request() {
        List<MetadataRequest.MetadataRequestTopic> topics = interests.topics().stream()
                .sorted()
                .map(name -> new MetadataRequest.MetadataRequestTopic(TopicMetadata.NO_ID, name))
                .toList();
        return new MetadataRequest(topics, true, false, false);
    }

    @Override
    public void onAnswer(MetadataResponse response, Broker from) {
        lastFailures = List.of();
        if (response.brokers().isEmpty()) {
            updater.requestRefresh("the answer names no brokers");
            return;
        }
        publish(MetadataMerger.merge(brokers.metadata(), response, interests.topics()));
        firstAnswer.complete(null);
        brokers.bootstrap().forEach(broker -> broker.disconnect(ClusterFailures.bootstrapDone()));
    }

    private void publish(Metadata current) {
        Metadata previous = brokers.metadata();
        brokers.setMetadata(current);
        boolean stillWaiting = interests.onMetadata(current);
        boolean leaderless = current.topics().values().stream()
                .flatMap(topic -> topic.partitions().stream())
                .anyMatch(partition -> !partition.hasLeader());
        for (MetadataListener listener : listeners) {
            listener.onMetadata(previous, current);
        }
        if (stillWaiting || leaderless) {
            updater.requestRefresh("topics or leaders are missing");
        }
    }

    @Override
    public void onNoAnswer(List<KafkaException> failures) {
        lastFailures = List.copyOf(failures);
    }

    void close(KafkaException cause) {
        closeCause = cause;
        updater.close();
        listeners.forEach(listener -> listener.onClosed(cause));
        interests.close(cause);
        firstAnswer.completeExceptionally(cause);
        List.copyOf(calls).forEach(call -> call.close(cause));
    }
}
