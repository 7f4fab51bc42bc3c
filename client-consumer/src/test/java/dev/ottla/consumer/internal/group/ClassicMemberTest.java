package dev.ottla.consumer.internal.group;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.common.TopicPartition;
import dev.ottla.config.ConsumerOptions;
import dev.ottla.consumer.assignor.PartitionAssignor;
import dev.ottla.consumer.internal.ScriptedCluster;
import dev.ottla.consumer.internal.ScriptedCluster.Request;
import dev.ottla.consumer.internal.offsets.GroupIdentity;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.KafkaException;
import dev.ottla.internal.protocol.message.ApiKey;
import dev.ottla.internal.protocol.message.HeartbeatResponse;
import dev.ottla.internal.protocol.message.JoinGroupRequest;
import dev.ottla.internal.protocol.message.JoinGroupResponse;
import dev.ottla.internal.protocol.message.LeaveGroupRequest;
import dev.ottla.internal.protocol.message.LeaveGroupResponse;
import dev.ottla.internal.protocol.message.SyncGroupRequest;
import dev.ottla.internal.protocol.message.SyncGroupResponse;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every state of the membership with every event, in one thread on a virtual clock. */
class ClassicMemberTest {
    private static final String TOPIC = "orders";
    private static final Set<TopicPartition> BOTH = Set.of(new TopicPartition(TOPIC, 0), new TopicPartition(TOPIC, 1));
    private static final Duration BACKOFF = Duration.ofSeconds(2);
    private static final Duration HEARTBEAT_INTERVAL = Duration.ofSeconds(3);
    private static final Duration SESSION_TIMEOUT = Duration.ofSeconds(45);

    /** Notes what the member tells, and lets the test finish a revocation. */
    private static final class Notes implements ClassicMember.Listener {
        private final List<String> events = new ArrayList<>();
        private @Nullable Runnable revoked;
        private @Nullable KafkaException failure;

        @Override
        public void onAssigned(Set<TopicPartition> partitions, GroupIdentity identity) {
            events.add("assigned " + partitions.size() + " in " + identity.generationId());
        }

        @Override
        public void onRevoking(Set<TopicPartition> partitions, Runnable done) {
            events.add("revoking " + partitions.size());
            revoked = done;
        }

        @Override
        public void onLost(Set<TopicPartition> partitions) {
            events.add("lost " + partitions.size());
        }

        @Override
        public void onFailed(KafkaException cause) {
            events.add("failed");
            failure = cause;
        }
    }

    private final ScriptedCluster kafka = new ScriptedCluster();
    private final Notes notes = new Notes();
    private final ClassicMember member;

    ClassicMemberTest() {
        kafka.partitions.put(TOPIC, 2);
        kafka.cluster.track(TOPIC);
        ConsumerOptions options = ConsumerOptions.builder().groupId("g").build(kafka.cluster.options());
        member = new ClassicMember(
                kafka.cluster, options, "g", Set.of(TOPIC), List.of(PartitionAssignor.range()), notes);
        kafka.cluster.addMetadataListener((previous, current) -> member.onMetadata());
        kafka.loop.run();
    }

    // ---- how to get into each state

    private void poll() {
        kafka.loop.run(member::onPoll);
    }

    private Request joining() {
        poll();
        return kafka.next(ApiKey.JOIN_GROUP);
    }

    private static JoinGroupResponse joinAnswer(ErrorCode error, int generation, String memberId, String leader) {
        return JoinGroupResponse.builder()
                .errorCode(error.code())
                .generationId(generation)
                .protocolType("consumer")
                .protocolName("range")
                .leader(leader)
                .memberId(memberId)
                .build();
    }

    private Request syncing(String leader) {
        JoinGroupResponse answer = joinAnswer(ErrorCode.NONE, 7, "me", leader);
        List<JoinGroupResponse.JoinGroupResponseMember> members = leader.equals("me")
                ? List.of(new JoinGroupResponse.JoinGroupResponseMember(
                        "me", null, ConsumerProtocol.subscription(Set.of(TOPIC))))
                : List.of();
        joining()
                .answer(JoinGroupResponse.builder()
                        .generationId(answer.generationId())
                        .protocolType("consumer")
                        .protocolName("range")
                        .leader(leader)
                        .memberId("me")
                        .members(members)
                        .build());
        return kafka.next(ApiKey.SYNC_GROUP);
    }

    private static SyncGroupResponse syncAnswer(ErrorCode error) {
        return SyncGroupResponse.builder()
                .errorCode(error.code())
                .assignment(error == ErrorCode.NONE ? ConsumerProtocol.assignment(BOTH) : Unpooled.EMPTY_BUFFER)
                .build();
    }

    private void stable() {
        syncing("me").answer(syncAnswer(ErrorCode.NONE));
        assertThat(notes.events).containsExactly("assigned 2 in 7");
        notes.events.clear();
    }

    private void heartbeat(ErrorCode error) {
        kafka.loop.advance(HEARTBEAT_INTERVAL);
        kafka.next(ApiKey.HEARTBEAT).answer(new HeartbeatResponse(0, error.code()));
    }

    private void revoking() {
        stable();
        heartbeat(ErrorCode.REBALANCE_IN_PROGRESS);
        assertThat(notes.events).containsExactly("revoking 2");
        notes.events.clear();
    }

    private String memberIdOfNextJoin() {
        kafka.loop.advance(BACKOFF);
        return ((JoinGroupRequest) kafka.next(ApiKey.JOIN_GROUP).message).memberId();
    }

    // ---- Unjoined

    @Test
    void should_do_nothing_before_the_first_poll() {
        // when
        kafka.partitions.put(TOPIC, 3);
        kafka.refreshMetadata();
        kafka.loop.run(member::onPollMissed);
        kafka.loop.run(() -> member.onCommitRefused(identity(), ErrorCode.UNKNOWN_MEMBER_ID));

        // then
        assertThat(member.waitsForPoll()).isTrue();
        assertThat(kafka.sent(ApiKey.JOIN_GROUP)).isZero();
        assertThat(kafka.sent(ApiKey.FIND_COORDINATOR)).isZero();
        assertThat(notes.events).isEmpty();
    }

    private static GroupIdentity identity() {
        return new GroupIdentity("g", "me", 7, null);
    }

    @Test
    void should_leave_nothing_when_closed_before_the_first_poll() {
        // when
        CompletableFuture<Void> left = new CompletableFuture<>();
        kafka.loop.run(() -> member.close(BACKOFF).thenRun(() -> left.complete(null)));
        poll();

        // then
        assertThat(left).isDone();
        assertThat(kafka.all.stream().map(request -> request.message.apiKey()))
                .doesNotContain(ApiKey.LEAVE_GROUP, ApiKey.JOIN_GROUP);
    }

    // ---- Joining

    @Test
    void should_join_again_at_once_under_the_id_that_the_coordinator_gives() {
        // when
        joining().answer(joinAnswer(ErrorCode.MEMBER_ID_REQUIRED, -1, "given", ""));

        // then
        JoinGroupRequest again = (JoinGroupRequest) kafka.next(ApiKey.JOIN_GROUP).message;
        assertThat(again.memberId()).isEqualTo("given");
        assertThat(again.rebalanceTimeoutMs()).isEqualTo(300_000);
        assertThat(again.protocols())
                .singleElement()
                .satisfies(protocol -> assertThat(protocol.name()).isEqualTo("range"));
    }

    @ParameterizedTest
    @EnumSource(
            value = ErrorCode.class,
            names = {
                "COORDINATOR_LOAD_IN_PROGRESS",
                "REBALANCE_IN_PROGRESS",
                "NOT_COORDINATOR",
                "COORDINATOR_NOT_AVAILABLE",
                "REQUEST_TIMED_OUT"
            })
    void should_join_later_under_its_id_when_told_so(ErrorCode error) {
        // given
        joining().answer(joinAnswer(ErrorCode.MEMBER_ID_REQUIRED, -1, "given", ""));
        long lookUps = kafka.sent(ApiKey.FIND_COORDINATOR);

        // when
        kafka.next(ApiKey.JOIN_GROUP).answer(joinAnswer(error, -1, "given", ""));

        // then
        assertThat(kafka.waiting(ApiKey.JOIN_GROUP)).as("not before a backoff").isZero();
        assertThat(memberIdOfNextJoin()).isEqualTo("given");
        boolean moved = error == ErrorCode.NOT_COORDINATOR || error == ErrorCode.COORDINATOR_NOT_AVAILABLE;
        assertThat(kafka.sent(ApiKey.FIND_COORDINATOR)).isEqualTo(moved ? lookUps + 1 : lookUps);
    }

    @Test
    void should_forget_an_id_that_the_coordinator_does_not_know() {
        // given
        joining().answer(joinAnswer(ErrorCode.MEMBER_ID_REQUIRED, -1, "given", ""));

        // when
        kafka.next(ApiKey.JOIN_GROUP).answer(joinAnswer(ErrorCode.UNKNOWN_MEMBER_ID, -1, "", ""));

        // then
        assertThat(memberIdOfNextJoin()).isEmpty();
    }

    @Test
    void should_join_at_the_new_coordinator_when_the_connection_is_lost() {
        // given
        Request request = joining();
        kafka.coordinatorId = 2;

        // when
        request.loseConnection();
        kafka.loop.advance(BACKOFF);

        // then
        assertThat(kafka.next(ApiKey.JOIN_GROUP).nodeId).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(
            value = ErrorCode.class,
            names = {
                "GROUP_AUTHORIZATION_FAILED",
                "INCONSISTENT_GROUP_PROTOCOL",
                "INVALID_SESSION_TIMEOUT",
                "INVALID_GROUP_ID",
                "GROUP_MAX_SIZE_REACHED",
                "FENCED_INSTANCE_ID"
            })
    void should_fail_for_good_when_the_group_will_not_have_it(ErrorCode error) {
        // when
        joining().answer(joinAnswer(error, -1, "", ""));
        kafka.loop.advance(BACKOFF);
        poll();

        // then
        assertThat(notes.events).containsExactly("failed");
        assertThat(notes.failure)
                .isNotNull()
                .satisfies(cause -> assertThat(cause.code()).isEqualTo(error));
        assertThat(kafka.sent(ApiKey.JOIN_GROUP)).isEqualTo(1);
    }

    @Test
    void should_ignore_the_answer_to_a_join_that_it_has_given_up() {
        // given
        joining().answer(joinAnswer(ErrorCode.MEMBER_ID_REQUIRED, -1, "given", ""));

        // when
        kafka.loop.run(member::onPollMissed);

        // then
        assertThat(member.waitsForPoll()).isTrue();
        LeaveGroupRequest leave = (LeaveGroupRequest) kafka.next(ApiKey.LEAVE_GROUP).message;
        assertThat(leave.members())
                .singleElement()
                .satisfies(left -> assertThat(left.memberId()).isEqualTo("given"));
        assertThat(kafka.waiting(ApiKey.JOIN_GROUP))
                .as("its connection is closed")
                .isZero();
    }

    // ---- Syncing

    @Test
    void should_divide_the_partitions_as_the_leader() {
        // when
        SyncGroupRequest sync = (SyncGroupRequest) syncing("me").message;

        // then
        assertThat(sync.generationId()).isEqualTo(7);
        assertThat(sync.assignments()).singleElement().satisfies(assignment -> {
            assertThat(assignment.memberId()).isEqualTo("me");
            assertThat(ConsumerProtocol.readAssignment(assignment.assignment())).isEqualTo(BOTH);
        });
    }

    @Test
    void should_leave_the_division_to_the_leader() {
        // when
        SyncGroupRequest sync = (SyncGroupRequest) syncing("another").message;

        // then
        assertThat(sync.assignments()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = ErrorCode.class,
            names = {"REBALANCE_IN_PROGRESS", "ILLEGAL_GENERATION", "NOT_COORDINATOR", "UNKNOWN_MEMBER_ID"})
    void should_join_again_when_the_generation_did_not_come_about(ErrorCode error) {
        // when
        syncing("me").answer(syncAnswer(error));

        // then
        assertThat(memberIdOfNextJoin()).isEqualTo(error == ErrorCode.UNKNOWN_MEMBER_ID ? "" : "me");
        assertThat(notes.events).isEmpty();
    }

    @Test
    void should_join_again_when_the_connection_is_lost_while_syncing() {
        // when
        syncing("me").loseConnection();

        // then
        assertThat(memberIdOfNextJoin()).isEqualTo("me");
    }

    @Test
    void should_fail_for_good_when_fenced_while_syncing() {
        // when
        syncing("me").answer(syncAnswer(ErrorCode.FENCED_INSTANCE_ID));

        // then
        assertThat(notes.events).containsExactly("failed");
    }

    @Test
    void should_leave_when_not_polled_while_syncing() {
        // given
        syncing("me");

        // when
        kafka.loop.run(member::onPollMissed);

        // then
        assertThat(notes.events).containsExactly("lost 0");
        assertThat(kafka.waiting(ApiKey.LEAVE_GROUP)).isEqualTo(1);
        assertThat(kafka.waiting(ApiKey.SYNC_GROUP)).isZero();
    }

    // ---- Stable

    @Test
    void should_send_heartbeats_without_being_polled() {
        // given
        stable();

        // when
        for (int i = 0; i < 20; i++) {
            heartbeat(ErrorCode.NONE);
        }

        // then
        assertThat(kafka.sent(ApiKey.HEARTBEAT)).isEqualTo(20);
        assertThat(notes.events).isEmpty();
    }

    @Test
    void should_join_only_after_the_application_has_let_go() {
        // given
        revoking();
        assertThat(kafka.waiting(ApiKey.JOIN_GROUP)).isZero();

        // when
        kafka.loop.run(java.util.Objects.requireNonNull(notes.revoked));

        // then
        assertThat(memberIdOfNextJoin()).isEqualTo("me");
    }

    @Test
    void should_lose_its_partitions_when_no_heartbeat_is_answered_in_time() {
        // given
        stable();

        // when
        kafka.loop.advance(SESSION_TIMEOUT.minusSeconds(1));
        assertThat(notes.events).isEmpty();
        assertThat(member.isSessionOver()).isFalse();
        kafka.loop.advance(Duration.ofSeconds(1));

        // then
        assertThat(notes.events).containsExactly("lost 2");
        assertThat(memberIdOfNextJoin()).isEqualTo("me");
    }

    @Test
    void should_count_the_session_from_the_last_heartbeat_that_was_answered() {
        // given
        stable();
        heartbeat(ErrorCode.NONE);

        // when
        kafka.loop.advance(SESSION_TIMEOUT.minusSeconds(1));

        // then
        assertThat(notes.events).isEmpty();
        kafka.loop.advance(Duration.ofSeconds(1));
        assertThat(notes.events).containsExactly("lost 2");
    }

    @ParameterizedTest
    @EnumSource(
            value = ErrorCode.class,
            names = {"UNKNOWN_MEMBER_ID", "ILLEGAL_GENERATION"})
    void should_lose_its_partitions_when_a_heartbeat_says_so(ErrorCode error) {
        // given
        stable();

        // when
        heartbeat(error);

        // then
        assertThat(notes.events).containsExactly("lost 2");
        assertThat(memberIdOfNextJoin()).isEqualTo(error == ErrorCode.UNKNOWN_MEMBER_ID ? "" : "me");
    }

    @Test
    void should_lose_its_partitions_when_a_commit_is_refused() {
        // given
        stable();

        // when
        kafka.loop.run(() -> member.onCommitRefused(identity(), ErrorCode.ILLEGAL_GENERATION));

        // then
        assertThat(notes.events).containsExactly("lost 2");
    }

    @Test
    void should_not_care_about_the_refused_commit_of_an_earlier_generation() {
        // given
        stable();

        // when
        kafka.loop.run(
                () -> member.onCommitRefused(new GroupIdentity("g", "me", 6, null), ErrorCode.ILLEGAL_GENERATION));

        // then
        assertThat(notes.events).isEmpty();
    }

    @Test
    void should_go_on_with_the_new_coordinator() {
        // given
        stable();
        kafka.coordinatorId = 2;

        // when
        heartbeat(ErrorCode.NOT_COORDINATOR);
        kafka.loop.advance(BACKOFF);

        // then
        assertThat(kafka.next(ApiKey.HEARTBEAT).nodeId).isEqualTo(2);
        assertThat(notes.events).isEmpty();
    }

    @Test
    void should_fail_for_good_when_another_has_its_instance_id() {
        // given
        stable();

        // when
        heartbeat(ErrorCode.FENCED_INSTANCE_ID);

        // then
        assertThat(notes.events).containsExactly("lost 2", "failed");
    }

    @Test
    void should_have_the_group_rebalance_when_its_topics_grow_and_it_leads() {
        // given
        stable();

        // when
        kafka.partitions.put(TOPIC, 3);
        kafka.refreshMetadata();

        // then
        assertThat(notes.events).containsExactly("revoking 2");
    }

    @Test
    void should_leave_growing_topics_to_the_leader() {
        // given
        syncing("another").answer(syncAnswer(ErrorCode.NONE));
        notes.events.clear();

        // when
        kafka.partitions.put(TOPIC, 3);
        kafka.refreshMetadata();

        // then
        assertThat(notes.events).isEmpty();
    }

    @Test
    void should_leave_when_not_polled_and_join_again_at_the_next_poll() {
        // given
        stable();

        // when
        kafka.loop.run(member::onPollMissed);
        kafka.loop.advance(SESSION_TIMEOUT);

        // then
        assertThat(notes.events).containsExactly("lost 2");
        assertThat(kafka.waiting(ApiKey.LEAVE_GROUP)).isEqualTo(1);
        assertThat(kafka.sent(ApiKey.HEARTBEAT)).isZero();
        poll();
        assertThat(memberIdOfNextJoin()).isEmpty();
    }

    @Test
    void should_leave_when_closed_and_tell_when_the_group_knows() {
        // given
        stable();
        CompletableFuture<Void> left = new CompletableFuture<>();

        // when
        kafka.loop.run(() -> member.close(Duration.ofSeconds(5)).thenRun(() -> left.complete(null)));

        // then
        assertThat(left).isNotDone();
        kafka.next(ApiKey.LEAVE_GROUP).answer(new LeaveGroupResponse(0, ErrorCode.NONE.code(), List.of()));
        assertThat(left).isDone();
    }

    @Test
    void should_try_again_to_leave_until_the_time_is_up() {
        // given
        stable();
        CompletableFuture<Void> left = new CompletableFuture<>();
        kafka.loop.run(() -> member.close(Duration.ofSeconds(5)).thenRun(() -> left.complete(null)));

        // when
        kafka.coordinatorId = 2;
        kafka.next(ApiKey.LEAVE_GROUP).answer(new LeaveGroupResponse(0, ErrorCode.NOT_COORDINATOR.code(), List.of()));
        kafka.loop.advance(BACKOFF);

        // then
        assertThat(kafka.next(ApiKey.LEAVE_GROUP).nodeId).isEqualTo(2);
        kafka.loop.advance(Duration.ofSeconds(5));
        assertThat(left).isDone();
    }

    // ---- Revoking

    @Test
    void should_go_on_with_heartbeats_while_the_application_takes_its_time() {
        // given
        revoking();

        // when
        heartbeat(ErrorCode.REBALANCE_IN_PROGRESS);
        heartbeat(ErrorCode.REBALANCE_IN_PROGRESS);
        kafka.loop.run(() -> member.onCommitRefused(identity(), ErrorCode.REBALANCE_IN_PROGRESS));

        // then
        assertThat(notes.events).as("told once").isEmpty();
    }

    @Test
    void should_ignore_the_end_of_a_revocation_that_came_too_late() {
        // given
        revoking();
        heartbeat(ErrorCode.UNKNOWN_MEMBER_ID);
        assertThat(notes.events).containsExactly("lost 2");
        kafka.loop.advance(BACKOFF);

        // when
        kafka.loop.run(java.util.Objects.requireNonNull(notes.revoked));

        // then
        assertThat(kafka.waiting(ApiKey.JOIN_GROUP)).isEqualTo(1);
        assertThat(kafka.sent(ApiKey.JOIN_GROUP)).isEqualTo(2);
    }

    @Test
    void should_leave_when_the_application_does_not_poll_to_let_go() {
        // given
        revoking();

        // when
        kafka.loop.run(member::onPollMissed);

        // then
        assertThat(notes.events).containsExactly("lost 2");
        assertThat(kafka.waiting(ApiKey.LEAVE_GROUP)).isEqualTo(1);
    }

    @Test
    void should_lose_its_partitions_when_the_session_ends_while_revoking() {
        // given
        revoking();

        // when
        kafka.loop.advance(SESSION_TIMEOUT);

        // then
        assertThat(notes.events).containsExactly("lost 2");
    }

    // ---- Left

    @Test
    void should_do_nothing_any_more_once_closed() {
        // given
        stable();
        kafka.loop.run(() -> member.close(Duration.ofSeconds(1)));
        kafka.loop.advance(SESSION_TIMEOUT);
        long requests = kafka.all.size();

        // when
        poll();
        kafka.loop.run(member::onPollMissed);
        kafka.loop.run(() -> member.onCommitRefused(identity(), ErrorCode.UNKNOWN_MEMBER_ID));
        kafka.loop.run(member::onSessionExpired);
        kafka.loop.run(member::sendHeartbeat);

        // then
        assertThat(kafka.all).hasSize((int) requests);
        assertThat(notes.events).isEmpty();
    }
}
