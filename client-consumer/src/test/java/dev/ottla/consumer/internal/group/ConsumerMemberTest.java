package dev.ottla.consumer.internal.group;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.config.ConsumerOptions;
import dev.ottla.config.GroupProtocol;
import dev.ottla.consumer.internal.ScriptedCluster;
import dev.ottla.consumer.internal.ScriptedCluster.Request;
import dev.ottla.consumer.internal.offsets.GroupIdentity;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.KafkaException;
import dev.ottla.internal.protocol.Ints;
import dev.ottla.internal.protocol.message.ApiKey;
import dev.ottla.internal.protocol.message.ConsumerGroupHeartbeatRequest;
import dev.ottla.internal.protocol.message.ConsumerGroupHeartbeatResponse;
import dev.ottla.internal.protocol.message.ConsumerGroupHeartbeatResponse.Assignment;
import dev.ottla.internal.protocol.message.ConsumerGroupHeartbeatResponse.TopicPartitions;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every event of a member whose coordinator divides the partitions. */
class ConsumerMemberTest {
    private static final String TOPIC = MemberFixture.TOPIC;
    private static final Duration INTERVAL = Duration.ofSeconds(5);
    private static final Duration BACKOFF = Duration.ofSeconds(2);

    private final ScriptedCluster kafka = new ScriptedCluster();
    private final MemberFixture.Notes notes = new MemberFixture.Notes();
    private final TopicSubscription subscription = TopicSubscription.to(Set.of(TOPIC));
    private final ConsumerMember member;
    private @Nullable KafkaException protocolRefused;

    ConsumerMemberTest() {
        kafka.partitions.put(TOPIC, 3);
        kafka.cluster.track(TOPIC);
        ConsumerOptions options = ConsumerOptions.builder()
                .groupId("g")
                .groupProtocol(GroupProtocol.CONSUMER)
                .build(kafka.cluster.options());
        member = new ConsumerMember(kafka.cluster, options, "g", subscription, notes, cause -> protocolRefused = cause);
        kafka.cluster.addMetadataListener((previous, current) -> member.onMetadata());
        kafka.loop.run();
    }

    private Request next() {
        return kafka.next(ApiKey.CONSUMER_GROUP_HEARTBEAT);
    }

    private static ConsumerGroupHeartbeatRequest sent(Request request) {
        return (ConsumerGroupHeartbeatRequest) request.message;
    }

    private static ConsumerGroupHeartbeatResponse answer(int epoch, int @Nullable ... partitions) {
        return answer(TOPIC, epoch, partitions);
    }

    private static ConsumerGroupHeartbeatResponse answer(String topic, int epoch, int @Nullable ... partitions) {
        return ConsumerGroupHeartbeatResponse.builder()
                .memberEpoch(epoch)
                .heartbeatIntervalMs((int) INTERVAL.toMillis())
                .assignment(
                        partitions == null
                                ? null
                                : new Assignment(List.of(
                                        new TopicPartitions(ScriptedCluster.topicId(topic), Ints.of(partitions)))))
                .build();
    }

    private static ConsumerGroupHeartbeatResponse unchanged(int epoch) {
        return answer(epoch, (int[]) null);
    }

    private static ConsumerGroupHeartbeatResponse error(ErrorCode error) {
        return ConsumerGroupHeartbeatResponse.builder().errorCode(error.code()).build();
    }

    private Request joining() {
        kafka.loop.run(member::onPoll);
        return next();
    }

    /** A member in epoch 3 with the partitions 0 and 1, which it has acknowledged. */
    private void reading() {
        joining().answer(answer(3, 0, 1));
        kafka.loop.advance(Duration.ofMillis(1));
        next().answer(unchanged(3));
        assertThat(notes.events).containsExactly("assigned 2 in 3");
        notes.events.clear();
    }

    private Request heartbeat() {
        kafka.loop.advance(INTERVAL);
        return next();
    }

    private static Set<Integer> owned(Request request) {
        List<ConsumerGroupHeartbeatRequest.TopicPartitions> topics =
                sent(request).topicPartitions();
        if (topics == null) {
            return Set.of(-1);
        }
        return topics.isEmpty()
                ? Set.of()
                : java.util.Arrays.stream(topics.get(0).partitions().toArray())
                        .boxed()
                        .collect(java.util.stream.Collectors.toSet());
    }

    @Test
    void should_tell_everything_when_it_joins() {
        // when
        ConsumerGroupHeartbeatRequest sent = sent(joining());

        // then
        assertThat(sent.memberEpoch()).isZero();
        assertThat(sent.memberId()).isNotEmpty();
        assertThat(sent.subscribedTopicNames()).containsExactly(TOPIC);
        assertThat(sent.rebalanceTimeoutMs()).isEqualTo(300_000);
        assertThat(sent.topicPartitions()).isEmpty();
    }

    @Test
    void should_acknowledge_at_once_what_it_was_assigned() {
        // given
        joining().answer(answer(3, 0, 1));

        // when
        kafka.loop.advance(Duration.ofMillis(1));
        Request acknowledged = next();

        // then
        assertThat(owned(acknowledged)).containsExactlyInAnyOrder(0, 1);
        assertThat(sent(acknowledged).memberEpoch()).isEqualTo(3);
    }

    @Test
    void should_tell_only_what_has_changed() {
        // given
        reading();

        // when
        ConsumerGroupHeartbeatRequest sent = sent(heartbeat());

        // then
        assertThat(sent.subscribedTopicNames()).isNull();
        assertThat(sent.topicPartitions()).isNull();
        assertThat(sent.rebalanceTimeoutMs()).isEqualTo(-1);
    }

    @Test
    void should_tell_everything_again_after_an_answer_was_lost() {
        // given
        reading();

        // when
        heartbeat().loseConnection();
        kafka.loop.advance(BACKOFF);

        // then
        assertThat(sent(next()).subscribedTopicNames()).containsExactly(TOPIC);
        assertThat(owned(next())).containsExactlyInAnyOrder(0, 1);
        assertThat(notes.events).isEmpty();
    }

    @Test
    void should_acknowledge_a_revocation_only_after_the_application_has_let_go() {
        // given
        reading();
        heartbeat().answer(answer(3, 0));
        assertThat(notes.events).containsExactly("revoking 1");
        assertThat(owned(heartbeat())).as("it still has both").containsExactlyInAnyOrder(0, 1);
        next().answer(unchanged(3));
        assertThat(owned(heartbeat())).containsExactly(-1);
        next().answer(unchanged(3));

        // when
        kafka.loop.run(Objects.requireNonNull(notes.revoked));
        kafka.loop.advance(Duration.ofMillis(1));

        // then
        assertThat(owned(next())).containsExactly(0);
    }

    /** As when its topic is another one by now, which it has heard of before the coordinator. */
    @Test
    void should_acknowledge_also_an_assignment_that_changes_nothing() {
        // given
        reading();

        // when
        heartbeat().answer(answer(3, 0, 1));

        // then
        assertThat(notes.events).isEmpty();
        assertThat(owned(heartbeat())).containsExactlyInAnyOrder(0, 1);
        next().answer(unchanged(4));
        assertThat(owned(heartbeat())).as("once").containsExactly(-1);
    }

    @Test
    void should_take_new_partitions_only_after_it_has_given_up_the_others() {
        // given
        reading();
        heartbeat().answer(answer(4, 1, 2));
        assertThat(notes.events).containsExactly("revoking 1");

        // when
        kafka.loop.run(Objects.requireNonNull(notes.revoked));
        kafka.loop.advance(Duration.ofMillis(1));

        // then
        assertThat(notes.events).containsExactly("revoking 1", "assigned 1 in 4");
        assertThat(owned(next())).containsExactlyInAnyOrder(1, 2);
    }

    @Test
    void should_commit_in_the_new_epoch() {
        // given
        reading();

        // when
        heartbeat().answer(unchanged(9));

        // then
        assertThat(Objects.requireNonNull(notes.identity).generationId()).isEqualTo(9);
        assertThat(sent(heartbeat()).memberEpoch()).isEqualTo(9);
    }

    @ParameterizedTest
    @EnumSource(
            value = ErrorCode.class,
            names = {"UNKNOWN_MEMBER_ID", "FENCED_MEMBER_EPOCH"})
    void should_lose_its_partitions_and_join_again_under_its_id(ErrorCode error) {
        // given
        String memberId = sent(joining()).memberId();
        next().answer(answer(3, 0, 1));
        kafka.loop.advance(Duration.ofMillis(1));
        notes.events.clear();

        // when
        next().answer(error(error));
        kafka.loop.advance(BACKOFF);

        // then
        assertThat(notes.events).containsExactly("lost 2");
        assertThat(notes.identity).isNull();
        assertThat(sent(next()).memberEpoch()).isZero();
        assertThat(sent(next()).memberId()).isEqualTo(memberId);
        assertThat(owned(next())).isEmpty();
    }

    @Test
    void should_fail_for_good_when_another_has_its_instance_id() {
        // given
        reading();

        // when
        heartbeat().answer(error(ErrorCode.FENCED_INSTANCE_ID));

        // then
        assertThat(notes.events).containsExactly("lost 2", "failed");
    }

    @Test
    void should_go_on_with_the_new_coordinator() {
        // given
        reading();
        kafka.coordinatorId = 2;

        // when
        heartbeat().answer(error(ErrorCode.NOT_COORDINATOR));
        kafka.loop.advance(BACKOFF);

        // then
        assertThat(next().nodeId).isEqualTo(2);
        assertThat(notes.events).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = ErrorCode.class,
            names = {"UNSUPPORTED_VERSION", "GROUP_ID_NOT_FOUND"})
    void should_say_so_when_the_group_can_not_be_joined_this_way(ErrorCode error) {
        // when
        joining().answer(error(error));

        // then
        assertThat(protocolRefused).isNotNull();
        assertThat(notes.events).isEmpty();
    }

    @Test
    void should_lose_its_partitions_when_no_heartbeat_is_answered_in_time() {
        // given
        reading();

        // when
        kafka.loop.advance(MemberFixture.SESSION_TIMEOUT.minusSeconds(1));
        assertThat(notes.events).isEmpty();
        kafka.loop.advance(Duration.ofSeconds(1));

        // then
        assertThat(notes.events).containsExactly("lost 2");
    }

    @Test
    void should_count_its_session_from_when_the_answered_heartbeat_was_sent() {
        // given
        reading();
        GroupIdentity identity = Objects.requireNonNull(notes.identity);
        Request underWay = heartbeat();

        // when
        kafka.loop.advance(Duration.ofSeconds(4));
        kafka.loop.run(() -> member.onCommitRefused(identity, ErrorCode.STALE_MEMBER_EPOCH));
        kafka.loop.advance(Duration.ofSeconds(1));
        underWay.answer(unchanged(3));
        kafka.loop.advance(MemberFixture.SESSION_TIMEOUT.minusSeconds(6));
        assertThat(notes.events).isEmpty();
        kafka.loop.advance(Duration.ofSeconds(1));

        // then
        assertThat(notes.events).containsExactly("lost 2");
    }

    @Test
    void should_go_on_when_the_coordinator_failed_unexpectedly() {
        // given
        joining().answer(error(ErrorCode.UNKNOWN_SERVER_ERROR));
        kafka.loop.advance(BACKOFF);
        next().answer(answer(3, 0, 1));
        kafka.loop.advance(Duration.ofMillis(1));

        // when
        next().answer(error(ErrorCode.UNKNOWN_SERVER_ERROR));
        kafka.loop.advance(BACKOFF);
        next().answer(unchanged(3));

        // then
        assertThat(notes.events).containsExactly("assigned 2 in 3");
    }

    @Test
    void should_ask_for_its_epoch_when_a_commit_was_stale() {
        // given
        reading();
        GroupIdentity identity = Objects.requireNonNull(notes.identity);
        boolean[] another = new boolean[1];

        // when
        kafka.loop.run(() -> another[0] = member.onCommitRefused(identity, ErrorCode.STALE_MEMBER_EPOCH));
        kafka.loop.advance(Duration.ofMillis(1));

        // then
        assertThat(another[0]).isTrue();
        assertThat(sent(next()).memberEpoch()).isEqualTo(3);
    }

    @Test
    void should_wait_for_the_name_of_a_topic_that_it_does_not_know() {
        // given
        reading();

        // when
        heartbeat().answer(answer("later", 4, 0));

        // then
        assertThat(notes.events)
                .as("partitions of the known topic are taken away")
                .containsExactly("revoking 2");
    }

    @Test
    void should_keep_its_partitions_when_an_answer_does_not_know_their_topic() {
        // given
        reading();

        // when
        kafka.partitions.remove(TOPIC);
        kafka.refreshMetadata();
        assertThat(kafka.cluster.metadata().topic(TOPIC)).isNull();
        heartbeat().loseConnection();
        kafka.loop.advance(BACKOFF);

        // then
        assertThat(notes.events).isEmpty();
        assertThat(owned(next())).as("told anew, as an answer was lost").containsExactlyInAnyOrder(0, 1);
        next().answer(answer(4, 0));
        assertThat(notes.events).as("the coordinator takes it").containsExactly("revoking 1");
    }

    @Test
    void should_count_the_session_from_the_heartbeat_that_was_answered() {
        // given
        reading();
        Request sent = heartbeat();
        GroupIdentity identity = Objects.requireNonNull(notes.identity);

        // when
        kafka.loop.advance(Duration.ofSeconds(20));
        kafka.loop.run(() -> member.onCommitRefused(identity, ErrorCode.STALE_MEMBER_EPOCH));
        kafka.loop.advance(Duration.ofMillis(1));
        sent.answer(unchanged(3));
        kafka.loop.advance(MemberFixture.SESSION_TIMEOUT.minusSeconds(20));

        // then
        assertThat(notes.events)
                .as("45 s after the one heartbeat that was sent and answered")
                .containsExactly("lost 2");
    }

    @Test
    void should_leave_when_not_polled_and_join_again_at_the_next_poll() {
        // given
        reading();

        // when
        kafka.loop.run(member::onPollMissed);

        // then
        assertThat(notes.events).containsExactly("lost 2");
        assertThat(sent(next()).memberEpoch()).isEqualTo(-1);
        next().answer(unchanged(-1));
        assertThat(sent(joining()).memberEpoch()).isZero();
    }

    @Test
    void should_leave_when_closed() {
        // given
        reading();
        CompletableFuture<Void> left = new CompletableFuture<>();

        // when
        kafka.loop.run(() -> member.close(Duration.ofSeconds(5)).thenRun(() -> left.complete(null)));

        // then
        assertThat(sent(next()).memberEpoch()).isEqualTo(-1);
        next().answer(unchanged(-1));
        assertThat(left).isDone();
    }

    @Test
    void should_ignore_the_end_of_a_revocation_that_came_too_late() {
        // given
        reading();
        heartbeat().answer(answer(3, 0));
        heartbeat().answer(error(ErrorCode.FENCED_MEMBER_EPOCH));
        assertThat(notes.events).containsExactly("revoking 1", "lost 2");

        // when
        kafka.loop.run(Objects.requireNonNull(notes.revoked));
        kafka.loop.advance(BACKOFF);

        // then
        assertThat(owned(next())).isEmpty();
        assertThat(notes.events).hasSize(2);
    }

    @Test
    void should_tell_the_coordinator_when_its_topics_change_and_only_then() {
        // given
        reading();
        assertThat(sent(heartbeat()).subscribedTopicNames()).isNull();
        next().answer(unchanged(3));

        // when
        subscription.change(Set.of(TOPIC, "more"));
        kafka.loop.run(member::onSubscription);
        kafka.loop.advance(Duration.ofMillis(1));

        // then
        assertThat(sent(next()).subscribedTopicNames()).containsExactly("more", TOPIC);
        next().answer(unchanged(3));
        assertThat(sent(heartbeat()).subscribedTopicNames()).isNull();
    }
}
