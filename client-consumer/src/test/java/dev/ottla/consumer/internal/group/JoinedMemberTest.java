package dev.ottla.consumer.internal.group;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.consumer.internal.offsets.GroupIdentity;
import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.protocol.message.ApiKey;
import dev.ottla.internal.protocol.message.JoinGroupRequest;
import dev.ottla.internal.protocol.message.LeaveGroupResponse;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every event while a member has partitions, and after its end. */
class JoinedMemberTest extends MemberFixture {
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

    @Test
    void should_rebalance_when_its_topics_change() {
        // given
        stable();

        // when
        subscription.change(Set.of(TOPIC, "more"));
        kafka.loop.run(member::onSubscription);

        // then
        assertThat(notes.events).containsExactly("revoking 2");
        kafka.loop.run(Objects.requireNonNull(notes.revoked));
        JoinGroupRequest again = (JoinGroupRequest) kafka.next(ApiKey.JOIN_GROUP).message;
        assertThat(ConsumerProtocol.readSubscription(
                                "me", null, again.protocols().get(0).metadata())
                        .topics())
                .containsExactlyInAnyOrder(TOPIC, "more");
    }

    @Test
    void should_rebalance_only_when_a_topic_has_been_missing_for_a_while() {
        // given
        stable();

        // when
        kafka.partitions.remove(TOPIC);
        kafka.refreshMetadata();

        // then
        assertThat(kafka.cluster.metadata().topic(TOPIC)).isNull();
        assertThat(notes.events).as("a broker may have just started").isEmpty();
        kafka.loop.advance(Duration.ofSeconds(8));
        assertThat(notes.events).containsExactly("revoking 2");
    }
}
