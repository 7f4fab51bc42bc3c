package dev.ottla.internal.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.common.TopicPartition;
import dev.ottla.config.ClientOptions;
import dev.ottla.errors.ConnectionException;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.KafkaException;
import dev.ottla.internal.concurrent.ClientRuntime;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.concurrent.WallClock;
import dev.ottla.internal.net.BrokerAddress;
import dev.ottla.internal.protocol.Ints;
import dev.ottla.internal.protocol.RequestBody;
import dev.ottla.internal.protocol.ResponseMessage;
import dev.ottla.internal.protocol.message.ApiKey;
import dev.ottla.internal.protocol.message.FindCoordinatorResponse;
import dev.ottla.internal.protocol.message.HeartbeatRequest;
import dev.ottla.internal.protocol.message.HeartbeatResponse;
import dev.ottla.internal.protocol.message.MetadataRequest;
import dev.ottla.internal.protocol.message.MetadataResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.BeforeEach;

/** What the cluster's tests share: all of this package in one thread on a virtual clock. */
abstract class ClusterScenario {
    static final BrokerAddress BOOTSTRAP_1 = new BrokerAddress("bootstrap-1", 9092);
    static final BrokerAddress BOOTSTRAP_2 = new BrokerAddress("bootstrap-2", 9092);
    static final BrokerAddress NODE_1 = new BrokerAddress("node-1", 9092);
    static final BrokerAddress NODE_2 = new BrokerAddress("node-2", 9092);
    static final UUID TOPIC_ID = new UUID(7, 7);
    static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    static final Duration TIMEOUT = Duration.ofSeconds(60);

    final ManualEventLoop loop = new ManualEventLoop();
    final ScriptedConnector network = new ScriptedConnector();
    final List<BrokerAddress> askedForMetadata = new ArrayList<>();
    final List<BrokerAddress> heartbeats = new ArrayList<>();
    final Cluster cluster = new Cluster(
            ClientOptions.builder()
                    .bootstrapServers("bootstrap-1:9092", "bootstrap-2:9092")
                    .build(),
            new VirtualRuntime(),
            network);

    int leaderId = 1;
    int leaderEpoch = 5;
    int coordinatorId = 1;
    ErrorCode topicError = ErrorCode.NONE;
    ErrorCode heartbeatError = ErrorCode.NONE;

    @BeforeEach
    void answer() {
        network.broker = (address, request) -> {
            if (request instanceof MetadataRequest metadata) {
                askedForMetadata.add(address);
                return metadataOf(metadata);
            } else if (request.apiKey() == ApiKey.FIND_COORDINATOR) {
                return coordinator();
            }
            heartbeats.add(address);
            ErrorCode error = heartbeatError;
            heartbeatError = ErrorCode.NONE;
            return new HeartbeatResponse(0, error.code());
        };
    }

    CompletableFuture<HeartbeatResponse> heartbeatAfterClose() {
        CompletableFuture<HeartbeatResponse> call = heartbeat(RetrySafety.ONCE);
        loop.run();
        return call;
    }

    java.util.function.BiFunction<BrokerAddress, RequestBody, ResponseMessage> silentTo(Class<?> request) {
        var answering = network.broker;
        return (address, body) -> request.isInstance(body) ? null : answering.apply(address, body);
    }

    void start() {
        cluster.start();
        loop.run();
        assertThat(cluster.metadata().nodes()).hasSize(2);
    }

    void knowOrders() {
        cluster.track("orders");
        loop.advance(SECOND);
        assertThat(leaderOfOrders()).isEqualTo(1);
    }

    int leaderOfOrders() {
        return cluster.metadata().partition(new TopicPartition("orders", 0)).leaderId();
    }

    void loseConnections() {
        List.copyOf(network.connections).forEach(connection -> connection.close(new ConnectionException("lost", null)));
    }

    CompletableFuture<HeartbeatResponse> heartbeat(RetrySafety safety) {
        return cluster.call(new Call<>(
                Route.groupCoordinator("group"),
                new HeartbeatRequest("group", 1, "member", null),
                safety,
                response -> ErrorCode.of(response.errorCode()),
                TIMEOUT));
    }

    static KafkaException failureOf(CompletableFuture<?> future) {
        assertThat(future).isCompletedExceptionally();
        return ClusterFailures.of(future.handle((value, failure) -> failure).getNow(null));
    }

    MetadataResponse metadataOf(MetadataRequest request) {
        List<MetadataResponse.MetadataResponseTopic> topics = request.topics().stream()
                .map(topic -> MetadataResponse.MetadataResponseTopic.builder()
                        .errorCode(topicError.code())
                        .name(topic.name())
                        .topicId(TOPIC_ID)
                        .partitions(List.of(MetadataResponse.MetadataResponsePartition.builder()
                                .leaderId(leaderId)
                                .leaderEpoch(leaderEpoch)
                                .replicaNodes(Ints.of(1, 2))
                                .isrNodes(Ints.of(1, 2))
                                .build()))
                        .build())
                .toList();
        return MetadataResponse.builder()
                .brokers(List.of(
                        new MetadataResponse.MetadataResponseBroker(1, NODE_1.host(), NODE_1.port(), null),
                        new MetadataResponse.MetadataResponseBroker(2, NODE_2.host(), NODE_2.port(), null)))
                .controllerId(1)
                .topics(topics)
                .build();
    }

    FindCoordinatorResponse coordinator() {
        BrokerAddress node = coordinatorId == 1 ? NODE_1 : NODE_2;
        return FindCoordinatorResponse.builder()
                .coordinators(List.of(FindCoordinatorResponse.Coordinator.builder()
                        .key("group")
                        .nodeId(coordinatorId)
                        .host(node.host())
                        .port(node.port())
                        .build()))
                .build();
    }

    private final class VirtualRuntime implements ClientRuntime {
        private final SplittableRandom random = new SplittableRandom(42);

        @Override
        public EventLoop homeLoop() {
            return loop;
        }

        @Override
        public EventLoop nextLoop() {
            return loop;
        }

        @Override
        public WallClock wallClock() {
            return () -> 0;
        }

        @Override
        public RandomGenerator newRandom() {
            return random.split();
        }
    }
}
