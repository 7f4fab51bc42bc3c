package dev.ottla.consumer.internal.group;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.consumer.internal.ScriptedCluster.Request;
import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.protocol.message.ApiKey;
import dev.ottla.internal.protocol.message.JoinGroupRequest;
import dev.ottla.internal.protocol.message.LeaveGroupRequest;
import dev.ottla.internal.protocol.message.SyncGroupRequest;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every event in the states up to the assignment. */
class MemberJoiningTest extends ClassicMemberScenario {

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
}
