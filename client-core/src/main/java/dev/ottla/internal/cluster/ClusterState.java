package dev.ottla.internal.cluster;

import dev.ottla.common.Node;
import dev.ottla.config.ClientOptions;
import dev.ottla.config.MetadataRecoveryStrategy;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.KafkaException;
import dev.ottla.internal.concurrent.ClientRuntime;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.ResponseMessage;
import dev.ottla.internal.protocol.message.ApiKey;
import dev.ottla.internal.protocol.message.MetadataRequest;
import dev.ottla.internal.protocol.message.MetadataResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the home loop keeps for {@link Cluster}: it owns the metadata's making, the topics of interest, the coordinators and
 * the calls under way, and joins them together.
 */
@EventLoopConfined
final class ClusterState implements MetadataUpdater.Subject, RoutedCall.Routing {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterState.class);

    private final ClientOptions options;
    private final EventLoop loop;
    private final Brokers brokers;
    private final RandomGenerator random;
    private final MetadataUpdater updater;
    private final TopicInterests interests;
    private final Coordinators coordinators;
    private final List<MetadataListener> listeners = new CopyOnWriteArrayList<>();
    private final Set<RoutedCall<?>> calls = new LinkedHashSet<>();
    private final Reachability reachability;

    private List<KafkaException> lastFailures = List.of();
    private @Nullable KafkaException closeCause;

    /** When a broker last answered, or the client began. */
    private long lastAnswerNanos;

    /** Whether the last request for metadata was one that creates topics, beside others that do not. */
    private boolean lastRequestCreated;

    /** A broker has said that this client knows too little of the cluster to go on (KIP-1102). */
    private boolean isRebootstrapRequired;

    ClusterState(ClientOptions options, ClientRuntime runtime, Brokers brokers) {
        this.options = options;
        this.loop = runtime.homeLoop();
        this.brokers = brokers;
        this.random = runtime.newRandom();
        this.updater = new MetadataUpdater(loop, options, newBackoff(), this);
        this.reachability = new Reachability(loop, this::notFound, this::probe);
        this.lastAnswerNanos = loop.nanoTime();
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

    void trackExisting(String topic) {
        if (interests.trackExisting(topic)) {
            updater.requestRefreshNow("topic " + topic + " is of interest");
        }
    }

    void untrackExisting(String topic) {
        interests.untrackExisting(topic);
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
        if (error != null) {
            return ClusterFailures.topicUnavailable(topic, error);
        }
        boolean isClusterKnown =
                lastFailures.isEmpty() && !brokers.metadata().nodes().isEmpty();
        return isClusterKnown ? ClusterFailures.topicNotDescribed(topic) : notFound();
    }

    private KafkaException notFound() {
        return ClusterFailures.noMetadata(options.bootstrapServers(), lastFailures);
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
        boolean isNews = known != null && leaderEpoch > known.leaderEpoch() && leaderId >= 0;
        boolean isAddressKnown = leader == null ? last.node(leaderId) != null : leader.id() == leaderId;
        if (closeCause != null || topic == null || known == null || !isNews || !isAddressKnown) {
            return;
        }
        List<PartitionMetadata> partitions = new ArrayList<>(topic.partitions());
        partitions.set(partition, known.withLeader(leaderId, leaderEpoch));
        Map<Integer, Node> nodes = leader == null ? Map.of() : Map.of(leaderId, leader);
        publish(last.withTopic(
                new TopicMetadata(topic.name(), topicId, topic.internal(), List.copyOf(partitions)), nodes));
    }

    void awaitReachable(CompletableFuture<Void> reachable, long timeoutNanos) {
        if (closeCause != null) {
            reachable.completeExceptionally(closeCause);
        } else {
            reachability.await(reachable, timeoutNanos);
        }
    }

    /** That a bootstrap server answers says nothing about the listeners that it advertises. */
    private void probe(CompletableFuture<Void> reachable, long timeoutNanos) {
        call(new Call<>(
                        Route.ANY,
                        new MetadataRequest(List.of(), false, false, false),
                        RetrySafety.REPEATABLE,
                        response -> ErrorCode.NONE,
                        Duration.ofNanos(timeoutNanos)))
                .whenComplete((response, failure) -> {
                    if (failure == null) {
                        reachable.complete(null);
                    } else if (closeCause != null) {
                        reachable.completeExceptionally(closeCause);
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
            return coordinators.find(coordinator.key()).thenApply(this::coordinator);
        }
        List<Broker> known = knownBrokers();
        return known.isEmpty()
                ? CompletableFuture.failedFuture(ClusterFailures.noMetadata(options.bootstrapServers(), lastFailures))
                : CompletableFuture.completedFuture(known.get(0));
    }

    /** A coordinator may have joined the cluster after the last look at it. */
    private Broker coordinator(Node node) {
        Metadata last = brokers.metadata();
        if (last.node(node.id()) == null) {
            brokers.setMetadata(last.withNode(node));
        }
        return brokers.shared(node.id());
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
        if (candidates.isEmpty()) {
            return brokers.bootstrap();
        }
        if (options.metadataRecoveryStrategy() == MetadataRecoveryStrategy.REBOOTSTRAP) {
            long silentNanos = loop.nanoTime() - lastAnswerNanos;
            // An answer is awaited for the longest when the last one has just grown old.
            long triggerNanos =
                    TimeUnit.NANOSECONDS.convert(options.metadataMaxAge().plus(options.rebootstrapTrigger()));
            if (isRebootstrapRequired || silentNanos >= triggerNanos) {
                candidates.addAll(0, brokers.bootstrap());
            } else if (candidates.stream().allMatch(Broker::isFailing)) {
                candidates.addAll(brokers.bootstrap());
            }
        }
        return candidates;
    }

    /** A request creates all of its topics or none; if some may be created and others not, the two kinds take turns. */
    @Override
    public MetadataRequest request() {
        if (!interests.mustNotCreateAll()) {
            return request(interests.topics(), true);
        }
        Set<String> toCreate = interests.toCreate(brokers.metadata());
        lastRequestCreated = !toCreate.isEmpty() && !lastRequestCreated;
        return lastRequestCreated ? request(toCreate, true) : request(interests.topics(), false);
    }

    private static MetadataRequest request(Set<String> names, boolean mayCreate) {
        List<MetadataRequest.MetadataRequestTopic> topics = names.stream()
                .sorted()
                .map(name -> new MetadataRequest.MetadataRequestTopic(TopicMetadata.NO_ID, name))
                .toList();
        return new MetadataRequest(topics, mayCreate, false, false);
    }

    @Override
    public @Nullable KafkaException refusal(MetadataResponse response, Broker from) {
        ErrorCode error = ErrorCode.of(response.errorCode());
        if (error == ErrorCode.REBOOTSTRAP_REQUIRED) {
            isRebootstrapRequired = true;
        }
        if (error != ErrorCode.NONE) {
            return ClusterFailures.answered(ApiKey.METADATA, from.nodeId(), 1, error);
        }
        return MetadataMerger.nodes(response).isEmpty() ? ClusterFailures.metadataWithoutBrokers(from.nodeId()) : null;
    }

    @Override
    public void onAnswer(MetadataResponse response, Broker from) {
        lastFailures = List.of();
        lastAnswerNanos = loop.nanoTime();
        isRebootstrapRequired = false;
        publish(MetadataMerger.merge(lastOfSameCluster(response), response, interests.topics()));
        reachability.onFound();
        brokers.bootstrap().forEach(broker -> broker.disconnect(ClusterFailures.bootstrapDone()));
    }

    /** What is known of one cluster says nothing about another one that is found at the same addresses. */
    private Metadata lastOfSameCluster(MetadataResponse response) {
        Metadata last = brokers.metadata();
        String known = last.clusterId();
        String answered = response.clusterId();
        if (known == null || answered == null || known.equals(answered)) {
            return last;
        }
        LOG.warn("[{}] The cluster was {} and is now {}", options.clientId(), known, answered);
        return Metadata.EMPTY;
    }

    private void publish(Metadata current) {
        Metadata previous = brokers.metadata();
        brokers.setMetadata(current);
        boolean stillWaiting = interests.onMetadata(current);
        boolean leaderless = current.topics().values().stream()
                .flatMap(topic -> topic.partitions().stream())
                .anyMatch(partition -> !partition.hasLeader());
        // A broker that has just started may not know its topics yet.
        boolean unknown = current.topicErrors().values().stream().anyMatch(ErrorCode::isRetriable);
        tellListeners(listener -> listener.onMetadata(previous, current));
        if (stillWaiting || leaderless || unknown) {
            updater.requestRefresh("topics or leaders are missing");
        }
    }

    @Override
    public void onNoAnswer(List<KafkaException> failures) {
        lastFailures = List.copyOf(failures);
        if (ClusterFailures.areRefusals(failures)) {
            KafkaException refused = notFound();
            reachability.fail(refused);
            interests.fail(refused);
        }
    }

    /** What one listener throws concerns none of the others. */
    private void tellListeners(Consumer<MetadataListener> news) {
        for (MetadataListener listener : listeners) {
            try {
                news.accept(listener);
            } catch (RuntimeException e) {
                LOG.error("[{}] A metadata listener failed", options.clientId(), e);
            }
        }
    }

    void close(KafkaException cause) {
        if (closeCause != null) {
            return;
        }
        closeCause = cause;
        updater.close();
        tellListeners(listener -> listener.onClosed(cause));
        listeners.clear();
        interests.fail(cause);
        reachability.fail(cause);
        List.copyOf(calls).forEach(call -> call.close(cause));
    }
}
