package dev.ottla.consumer.internal.group;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.common.TopicPartition;
import dev.ottla.consumer.assignor.MemberSubscription;
import dev.ottla.consumer.assignor.PartitionAssignor;
import dev.ottla.consumer.internal.ScriptedCluster.Request;
import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.protocol.message.ApiKey;
import dev.ottla.internal.protocol.message.JoinGroupRequest;
import dev.ottla.internal.protocol.message.SyncGroupResponse;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is different for a member that keeps its partitions during a rebalance. */
class CooperativeMemberTest extends MemberFixture {
    private static final TopicPartition FIRST = new TopicPartition(TOPIC, 0);

    CooperativeMemberTest() {
        super(PartitionAssignor.cooperativeSticky());
    }

    private Request rejoining() {
        stable();
        heartbeat(ErrorCode.REBALANCE_IN_PROGRESS);
        assertThat(notes.events).as("nothing is given up yet").isEmpty();
        return kafka.next(ApiKey.JOIN_GROUP);
    }

    private Request resyncing() {
        rejoining().answer(joinAnswer(ErrorCode.NONE, 8, "me", "another"));
        return kafka.next(ApiKey.SYNC_GROUP);
    }

    private static SyncGroupResponse assigned(Set<TopicPartition> partitions) {
        return SyncGroupResponse.builder()
                .assignment(ConsumerProtocol.assignment(partitions))
                .build();
    }

    private static MemberSubscription told(Request join) {
        JoinGroupRequest request = (JoinGroupRequest) join.message;
        return ConsumerProtocol.readSubscription(
                "me", null, request.protocols().get(0).metadata());
    }

    @Test
    void should_tell_what_it_owns_and_since_when() {
        // when
        MemberSubscription told = told(rejoining());

        // then
        assertThat(told.ownedPartitions()).containsExactlyInAnyOrderElementsOf(BOTH);
        assertThat(told.generationId()).hasValue(7);
        assertThat(told.userData().getInt()).isEqualTo(7);
    }

    @Test
    void should_go_on_with_what_it_keeps() {
        // when
        resyncing().answer(assigned(BOTH));

        // then
        assertThat(notes.events).containsExactly("assigned 0 in 8");
        assertThat(notes.identity).isNotNull();
        heartbeat(ErrorCode.NONE);
        assertThat(kafka.sent(ApiKey.JOIN_GROUP)).isEqualTo(2);
    }

    @Test
    void should_give_up_only_what_moves_and_join_again() {
        // given
        resyncing().answer(assigned(Set.of(FIRST)));
        assertThat(notes.events).containsExactly("assigned 0 in 8", "revoking 1");
        assertThat(kafka.waiting(ApiKey.JOIN_GROUP)).isZero();

        // when
        kafka.loop.run(Objects.requireNonNull(notes.revoked));

        // then
        assertThat(told(kafka.next(ApiKey.JOIN_GROUP)).ownedPartitions()).containsExactly(FIRST);
        assertThat(notes.identity).as("it may still commit").isNotNull();
    }

    @Test
    void should_lose_everything_when_it_is_not_known_any_more() {
        // when
        rejoining().answer(joinAnswer(ErrorCode.UNKNOWN_MEMBER_ID, -1, "", ""));

        // then
        assertThat(notes.events).containsExactly("lost 2");
        assertThat(notes.identity).isNull();
        kafka.loop.advance(BACKOFF);
        assertThat(told(kafka.next(ApiKey.JOIN_GROUP)).ownedPartitions()).isEmpty();
    }

    @Test
    void should_lose_everything_when_the_coordinator_is_not_heard_for_a_session() {
        // given
        Request joining = rejoining();
        kafka.loop.advance(SESSION_TIMEOUT);
        assertThat(notes.events).as("it waits for others").isEmpty();

        // when
        joining.loseConnection();

        // then
        assertThat(notes.events).containsExactly("lost 2");
    }

    @Test
    void should_keep_everything_over_a_short_loss_of_connection() {
        // given
        Request joining = rejoining();

        // when
        joining.loseConnection();
        kafka.loop.advance(BACKOFF);

        // then
        assertThat(notes.events).isEmpty();
        assertThat(told(kafka.next(ApiKey.JOIN_GROUP)).ownedPartitions()).containsExactlyInAnyOrderElementsOf(BOTH);
    }

    @Test
    void should_have_commits_wait_for_the_next_generation() {
        // given
        rejoining();

        // when, then
        assertThat(refused(ErrorCode.REBALANCE_IN_PROGRESS)).isTrue();
        assertThat(refused(ErrorCode.ILLEGAL_GENERATION)).isTrue();
        assertThat(refused(ErrorCode.UNKNOWN_MEMBER_ID)).isFalse();
    }

    private boolean refused(ErrorCode error) {
        boolean[] another = new boolean[1];
        kafka.loop.run(() -> another[0] = member.onCommitRefused(identity(), error));
        return another[0];
    }
}
