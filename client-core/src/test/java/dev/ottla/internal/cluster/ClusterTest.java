package dev.ottla.internal.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.common.TopicPartition;
import dev.ottla.config.ClientOptions;
import dev.ottla.errors.ClosedException;
import dev.ottla.errors.ConnectionException;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.KafkaException;
import dev.ottla.errors.Outcome;
import dev.ottla.errors.RequestTimeoutException;
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
import org.junit.jupiter.api.Test;

/** The whole of this package in one thread on a virtual clock. */
class ClusterTest {
    private static final BrokerAddress BOOTSTRAP_1 = new BrokerAddress("bootstrap-1", 9092);
    private static final BrokerAddress BOOTSTRAP_2 = new BrokerAddress("bootstrap-2", 9092);
    private static final BrokerAddress NODE_1 = new BrokerAddress("node-1", 9092);
    private static final BrokerAddress NODE_2 = new BrokerAddress("node-2", 9092);
    private static final UUID TOPIC_ID = new UUID(7, 7);
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final ManualEventLoop loop = new ManualEventLoop();
    private final ScriptedConnector network = new ScriptedConnector();
    private final List<BrokerAddress> askedForMetadata = new ArrayList<>();
    private final List<BrokerAddress> heartbeats = new ArrayList<>();
    private final Cluster cluster = new Cluster(
            ClientOptions.builder()
                    .bootstrapServers("bootstrap-1:9092", "bootstrap-2:9092")
                    .build(),
            new VirtualRuntime(),
            network);

    private int leaderId = 1;
    private int leaderEpoch = 5;
    private int coordinatorId = 1;
    private ErrorCode topicError = ErrorCode.NONE;
    private ErrorCode heartbeatError = ErrorCode.NONE;

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

    @Test
    void should_learn_of_a_topic_that_somebody_waits_for() {
        start();

        cluster.track("orders");
        CompletableFuture<TopicMetadata> topic = cluster.topic("orders", SECOND);
        loop.run();

        assertThat(topic).isCompletedWithValueMatching(known -> known.topicId().equals(TOPIC_ID));
        assertThat(cluster.metadata().partition(new TopicPartition("orders", 0)))
                .extracting(PartitionMetadata::leaderId)
                .isEqualTo(1);
    }

    @Test
    void should_ask_the_next_bootstrap_server_when_one_refuses() {
        network.unreachable.add(BOOTSTRAP_1);
        network.unreachable.add(BOOTSTRAP_2);
        cluster.start();
        loop.advance(2 * SECOND);
        assertThat(cluster.metadata().nodes()).isEmpty();

        network.unreachable.remove(BOOTSTRAP_2);
        loop.advance(2 * SECOND);

        assertThat(cluster.metadata().nodes()).hasSize(2);
    }

    @Test
    void should_ask_another_broker_as_well_when_one_is_silent() {
        // given
        start();
        BrokerAddress frozen = NODE_1;
        var answering = network.broker;
        network.broker = (address, request) -> address.equals(frozen) ? null : answering.apply(address, request);
        leaderEpoch = 6;
        leaderId = 2;

        // when
        cluster.track("orders");
        CompletableFuture<TopicMetadata> topic = cluster.topic("orders", 30 * SECOND);
        loop.advance(2 * SECOND);

        // then, long before the request to the silent one times out
        assertThat(topic).isCompleted();
    }

    @Test
    void should_not_go_back_to_an_earlier_leader_epoch() {
        start();
        knowOrders();

        leaderEpoch = 4;
        leaderId = 2;
        cluster.refreshMetadata("test");
        loop.advance(SECOND);

        assertThat(leaderOfOrders()).isEqualTo(1);
    }

    @Test
    void should_take_a_leader_hint_only_if_it_is_newer() {
        start();
        knowOrders();

        cluster.onLeaderHint(TOPIC_ID, 0, 2, 5, null);
        loop.run();
        assertThat(leaderOfOrders()).isEqualTo(1);

        cluster.onLeaderHint(TOPIC_ID, 0, 2, 6, null);
        loop.run();
        assertThat(leaderOfOrders()).isEqualTo(2);
    }

    @Test
    void should_fail_a_wait_at_once_when_the_topic_can_not_be_had() {
        start();
        topicError = ErrorCode.TOPIC_AUTHORIZATION_FAILED;

        cluster.track("orders");
        CompletableFuture<TopicMetadata> topic = cluster.topic("orders", 30 * SECOND);
        loop.run();

        assertThat(failureOf(topic).code()).isEqualTo(ErrorCode.TOPIC_AUTHORIZATION_FAILED);
    }

    @Test
    void should_keep_asking_for_a_topic_that_may_yet_come_until_the_deadline() {
        start();
        topicError = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
        cluster.track("orders");
        CompletableFuture<TopicMetadata> tooShort = cluster.topic("orders", SECOND);
        CompletableFuture<TopicMetadata> longEnough = cluster.topic("orders", 30 * SECOND);
        loop.advance(2 * SECOND);

        topicError = ErrorCode.NONE;
        loop.advance(3 * SECOND);

        assertThat(failureOf(tooShort).code()).isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(longEnough).isCompleted();
    }

    @Test
    void should_refresh_ever_more_slowly_while_a_topic_is_missing() {
        start();
        topicError = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
        cluster.track("orders");
        cluster.topic("orders", 600 * SECOND);
        askedForMetadata.clear();

        loop.advance(60 * SECOND);

        assertThat(askedForMetadata).hasSizeBetween(40, 80);
    }

    @Test
    void should_refresh_by_age_and_not_more_often() {
        start();
        askedForMetadata.clear();

        loop.advance(TimeUnit.MINUTES.toNanos(16));

        assertThat(askedForMetadata).hasSize(3);
    }

    @Test
    void should_go_back_to_the_bootstrap_servers_when_all_known_brokers_are_gone() {
        start();
        knowOrders();
        network.unreachable.add(NODE_1);
        network.unreachable.add(NODE_2);
        loseConnections();
        network.connectAttempts.clear();

        loop.advance(10 * SECOND);

        assertThat(network.connectAttempts).containsAnyOf(BOOTSTRAP_1, BOOTSTRAP_2);
    }

    @Test
    void should_find_the_coordinator_once_and_again_when_it_has_moved() {
        // given
        start();
        CompletableFuture<HeartbeatResponse> first = heartbeat(RetrySafety.REPEATABLE);
        loop.run();

        // when
        coordinatorId = 2;
        heartbeatError = ErrorCode.NOT_COORDINATOR;
        CompletableFuture<HeartbeatResponse> second = heartbeat(RetrySafety.REPEATABLE);
        loop.advance(SECOND);

        // then
        assertThat(first).isCompleted();
        assertThat(second).isCompleted();
        assertThat(heartbeats).containsExactly(NODE_1, NODE_1, NODE_2);
    }

    @Test
    void should_repeat_a_repeatable_call_after_its_answer_was_lost() {
        start();
        var answering = network.broker;
        network.broker =
                (address, request) -> request instanceof HeartbeatRequest ? null : answering.apply(address, request);
        CompletableFuture<HeartbeatResponse> call = heartbeat(RetrySafety.REPEATABLE);
        loop.run();

        network.broker = answering;
        loseConnections();
        loop.advance(SECOND);

        assertThat(call).isCompleted();
    }

    @Test
    void should_say_that_the_outcome_is_unknown_when_the_answer_to_a_call_was_lost_that_must_not_be_repeated() {
        start();
        network.broker = silentTo(HeartbeatRequest.class);
        CompletableFuture<HeartbeatResponse> call = heartbeat(RetrySafety.ONCE);
        loop.run();

        loseConnections();
        loop.run();

        assertThat(failureOf(call).outcome()).isEqualTo(Outcome.UNKNOWN);
    }

    @Test
    void should_end_a_call_at_its_deadline_and_say_what_failed_last() {
        start();
        network.broker = silentTo(HeartbeatRequest.class);

        CompletableFuture<HeartbeatResponse> call = heartbeat(RetrySafety.REPEATABLE);
        loop.advance(TIMEOUT.toNanos());

        assertThat(failureOf(call))
                .isInstanceOf(RequestTimeoutException.class)
                .hasMessageContaining("HEARTBEAT")
                .extracting(KafkaException::outcome)
                .isEqualTo(Outcome.UNKNOWN);
    }

    @Test
    void should_reject_a_call_that_was_never_sent() {
        network.unreachable.addAll(List.of(BOOTSTRAP_1, BOOTSTRAP_2));
        cluster.start();

        CompletableFuture<HeartbeatResponse> call = heartbeat(RetrySafety.ONCE);
        loop.advance(TIMEOUT.toNanos());

        assertThat(failureOf(call).outcome()).isEqualTo(Outcome.REJECTED);
        assertThat(failureOf(call)).hasMessageContaining("bootstrap-1:9092 refused");
    }

    @Test
    void should_fail_everything_when_closed() {
        start();
        network.broker = silentTo(HeartbeatRequest.class);
        CompletableFuture<HeartbeatResponse> call = heartbeat(RetrySafety.REPEATABLE);
        cluster.track("orders");
        loop.run();

        cluster.close(new ConnectionException("closing", null));
        loop.run();

        assertThat(failureOf(call)).hasMessageContaining("closing");
        assertThat(network.connections).allMatch(connection -> connection.closed);
    }

    @Test
    void should_ask_the_next_broker_when_an_answer_names_nobody_who_can_be_reached() {
        // given a first server whose brokers have no host and no port
        var answering = network.broker;
        network.broker = (address, request) -> address.equals(BOOTSTRAP_1)
                ? MetadataResponse.builder()
                        .brokers(List.of(
                                new MetadataResponse.MetadataResponseBroker(1, " ", 9092, null),
                                new MetadataResponse.MetadataResponseBroker(2, "host", -1, null),
                                new MetadataResponse.MetadataResponseBroker(-7, "host", 1, null)))
                        .build()
                : answering.apply(address, request);

        start();

        assertThat(askedForMetadata).containsExactly(BOOTSTRAP_2);
    }

    @Test
    void should_fail_a_call_whose_coordinator_can_not_be() {
        start();
        var answering = network.broker;
        network.broker = (address, request) -> request.apiKey() == ApiKey.FIND_COORDINATOR
                ? FindCoordinatorResponse.builder()
                        .coordinators(List.of(FindCoordinatorResponse.Coordinator.builder()
                                .key("group")
                                .nodeId(1)
                                .host("")
                                .port(-1)
                                .build()))
                        .build()
                : answering.apply(address, request);

        CompletableFuture<HeartbeatResponse> call = heartbeat(RetrySafety.ONCE);
        loop.advance(TIMEOUT.toNanos());

        assertThat(failureOf(call)).hasMessageContaining("can't be: id 1, port -1");
    }

    @Test
    void should_tell_all_listeners_when_one_throws() {
        List<Metadata> news = new ArrayList<>();
        cluster.addMetadataListener((previous, current) -> {
            throw new IllegalStateException("a listener's own trouble");
        });
        cluster.addMetadataListener((previous, current) -> news.add(current));

        start();

        assertThat(news).isNotEmpty();
    }

    @Test
    void should_end_a_call_whose_answer_makes_no_sense_to_its_caller() {
        start();

        CompletableFuture<HeartbeatResponse> call = cluster.call(new Call<>(
                Route.ANY,
                new HeartbeatRequest("group", 1, "member", null),
                RetrySafety.REPEATABLE,
                response -> {
                    throw new IndexOutOfBoundsException("no groups in the answer");
                },
                TIMEOUT));
        loop.run();

        assertThat(failureOf(call)).hasMessageContaining("no groups in the answer");
    }

    @Test
    void should_not_send_what_has_waited_too_long_for_a_connection() {
        // given a broker that takes its time to accept
        start();
        network.stalled.add(NODE_2);
        CompletableFuture<HeartbeatResponse> request =
                cluster.broker(2).send(new HeartbeatRequest("group", 1, "member", null), SECOND);

        // when
        loop.advance(2 * SECOND);

        // then
        assertThat(failureOf(request)).isInstanceOf(RequestTimeoutException.class);
        assertThat(failureOf(request).outcome()).isEqualTo(Outcome.REJECTED);
    }

    @Test
    void should_say_that_the_outcome_is_unknown_when_closed_while_a_call_is_under_way() {
        start();
        network.broker = silentTo(HeartbeatRequest.class);
        CompletableFuture<HeartbeatResponse> call = heartbeat(RetrySafety.ONCE);
        loop.run();

        cluster.close(new ClosedException("closed", null));
        loop.run();

        assertThat(failureOf(call)).isInstanceOf(ClosedException.class);
        assertThat(failureOf(call).outcome()).isEqualTo(Outcome.UNKNOWN);
    }

    @Test
    void should_close_at_once_what_is_asked_for_after_close() {
        start();
        cluster.close(new ClosedException("closed", null));
        loop.run();

        CompletableFuture<HeartbeatResponse> request =
                cluster.dedicatedBroker(1).send(new HeartbeatRequest("group", 1, "member", null), SECOND);
        loop.run();

        assertThat(failureOf(request)).isInstanceOf(ClosedException.class);
        assertThat(failureOf(heartbeatAfterClose())).isInstanceOf(ClosedException.class);
    }

    private CompletableFuture<HeartbeatResponse> heartbeatAfterClose() {
        CompletableFuture<HeartbeatResponse> call = heartbeat(RetrySafety.ONCE);
        loop.run();
        return call;
    }

    private java.util.function.BiFunction<BrokerAddress, RequestBody, ResponseMessage> silentTo(Class<?> request) {
        var answering = network.broker;
        return (address, body) -> request.isInstance(body) ? null : answering.apply(address, body);
    }

    private void start() {
        cluster.start();
        loop.run();
        assertThat(cluster.metadata().nodes()).hasSize(2);
    }

    private void knowOrders() {
        cluster.track("orders");
        loop.advance(SECOND);
        assertThat(leaderOfOrders()).isEqualTo(1);
    }

    private int leaderOfOrders() {
        return cluster.metadata().partition(new TopicPartition("orders", 0)).leaderId();
    }

    private void loseConnections() {
        List.copyOf(network.connections).forEach(connection -> connection.close(new ConnectionException("lost", null)));
    }

    private CompletableFuture<HeartbeatResponse> heartbeat(RetrySafety safety) {
        return cluster.call(new Call<>(
                Route.groupCoordinator("group"),
                new HeartbeatRequest("group", 1, "member", null),
                safety,
                response -> ErrorCode.of(response.errorCode()),
                TIMEOUT));
    }

    private static KafkaException failureOf(CompletableFuture<?> future) {
        assertThat(future).isCompletedExceptionally();
        return ClusterFailures.of(future.handle((value, failure) -> failure).getNow(null));
    }

    private MetadataResponse metadataOf(MetadataRequest request) {
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

    private FindCoordinatorResponse coordinator() {
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
