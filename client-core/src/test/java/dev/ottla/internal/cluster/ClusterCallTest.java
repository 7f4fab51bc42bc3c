package dev.ottla.internal.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.errors.ClosedException;
import dev.ottla.errors.ConnectionException;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.KafkaException;
import dev.ottla.errors.Outcome;
import dev.ottla.errors.RequestTimeoutException;
import dev.ottla.internal.protocol.message.ApiKey;
import dev.ottla.internal.protocol.message.FindCoordinatorResponse;
import dev.ottla.internal.protocol.message.HeartbeatRequest;
import dev.ottla.internal.protocol.message.HeartbeatResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How a call finds its broker, and its end. */
class ClusterCallTest extends ClusterScenario {
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

        assertThat(failureOf(call)).hasMessageContaining("closed before HEARTBEAT was answered");
        assertThat(failureOf(call)).hasRootCauseMessage("closing");
        assertThat(network.connections).allMatch(connection -> connection.closed);
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

    @ParameterizedTest
    @EnumSource
    void should_say_that_the_outcome_is_unknown_when_closed_while_a_call_is_under_way(RetrySafety retrySafety) {
        start();
        network.broker = silentTo(HeartbeatRequest.class);
        CompletableFuture<HeartbeatResponse> call = heartbeat(retrySafety);
        loop.run();

        cluster.close(new ClosedException("closed", null));
        loop.run();

        assertThat(failureOf(call)).isInstanceOf(ClosedException.class);
        assertThat(failureOf(call).outcome()).isEqualTo(Outcome.UNKNOWN);
    }
}
