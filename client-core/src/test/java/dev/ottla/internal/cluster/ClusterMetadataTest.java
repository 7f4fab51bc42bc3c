package dev.ottla.internal.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.common.TopicPartition;
import dev.ottla.errors.ClosedException;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.Outcome;
import dev.ottla.errors.RequestTimeoutException;
import dev.ottla.internal.net.BrokerAddress;
import dev.ottla.internal.protocol.message.HeartbeatRequest;
import dev.ottla.internal.protocol.message.HeartbeatResponse;
import dev.ottla.internal.protocol.message.MetadataRequest;
import dev.ottla.internal.protocol.message.MetadataResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How the cluster becomes known, and stays so. */
class ClusterMetadataTest extends ClusterScenario {
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
    void should_keep_asking_for_a_topic_of_interest_when_nobody_waits_for_it() {
        start();
        topicError = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
        cluster.track("orders");
        loop.advance(2 * SECOND);
        assertThat(cluster.metadata().topic("orders")).isNull();

        topicError = ErrorCode.NONE;
        loop.advance(3 * SECOND);

        assertThat(cluster.metadata().topic("orders")).isNotNull();
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

    @Test
    void should_create_no_topic_that_is_to_be_followed_only_while_it_exists() {
        // given
        start();
        List<MetadataRequest> requests = new ArrayList<>();
        var answering = network.broker;
        network.broker = (address, request) -> {
            if (request instanceof MetadataRequest metadata) {
                requests.add(metadata);
            }
            return answering.apply(address, request);
        };
        topicError = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;

        // when
        cluster.trackExisting("found");
        cluster.track("orders");
        loop.advance(5 * SECOND);

        // then
        assertThat(requests)
                .filteredOn(MetadataRequest::allowAutoTopicCreation)
                .isNotEmpty()
                .allSatisfy(request -> assertThat(names(request)).containsExactly("orders"));
        assertThat(requests)
                .filteredOn(request -> !request.allowAutoTopicCreation())
                .anySatisfy(request -> assertThat(names(request)).containsExactly("found", "orders"));

        // when
        topicError = ErrorCode.NONE;
        loop.advance(5 * SECOND);
        requests.clear();
        cluster.untrackExisting("found");
        cluster.refreshMetadata("test");
        loop.advance(SECOND);

        // then
        assertThat(requests).singleElement().satisfies(request -> {
            assertThat(request.allowAutoTopicCreation()).isTrue();
            assertThat(names(request)).containsExactly("orders");
        });
    }

    private static List<String> names(MetadataRequest request) {
        return Objects.requireNonNull(request.topics()).stream()
                .map(MetadataRequest.MetadataRequestTopic::name)
                .toList();
    }
}
