package dev.ottla.consumer.internal.group;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.config.ConsumerOptions;
import dev.ottla.config.GroupProtocol;
import dev.ottla.consumer.internal.ScriptedCluster;
import dev.ottla.consumer.internal.ScriptedCluster.Request;
import dev.ottla.errors.BrokerException;
import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.protocol.Ints;
import dev.ottla.internal.protocol.message.ApiKey;
import dev.ottla.internal.protocol.message.ConsumerGroupHeartbeatRequest;
import dev.ottla.internal.protocol.message.ConsumerGroupHeartbeatResponse;
import dev.ottla.internal.protocol.message.ConsumerGroupHeartbeatResponse.Assignment;
import dev.ottla.internal.protocol.message.ConsumerGroupHeartbeatResponse.TopicPartitions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A member whose topics the brokers match: it learns what it reads by ids alone. */
class BrokerPatternTest {
    private static final Duration A_WHILE = Duration.ofSeconds(3);

    private final ScriptedCluster kafka = new ScriptedCluster();
    private final MemberFixture.Notes notes = new MemberFixture.Notes();
    private final ConsumerMember member;

    BrokerPatternTest() {
        ConsumerOptions options = ConsumerOptions.builder()
                .groupId("g")
                .groupProtocol(GroupProtocol.CONSUMER)
                .build(kafka.cluster.options());
        member = new ConsumerMember(
                kafka.cluster, options, "g", TopicSubscription.matchingAtBroker("orders.*"), notes, notes::onFailed);
        kafka.cluster.addMetadataListener((previous, current) -> member.onMetadata());
        kafka.loop.run();
    }

    private Request joining() {
        kafka.loop.run(member::onPoll);
        return kafka.next(ApiKey.CONSUMER_GROUP_HEARTBEAT);
    }

    private static ConsumerGroupHeartbeatResponse assigned(int epoch, String topic) {
        return ConsumerGroupHeartbeatResponse.builder()
                .memberEpoch(epoch)
                .heartbeatIntervalMs(5000)
                .assignment(new Assignment(List.of(new TopicPartitions(ScriptedCluster.topicId(topic), Ints.of(0)))))
                .build();
    }

    @Test
    void should_join_with_the_pattern() {
        // when
        ConsumerGroupHeartbeatRequest sent = (ConsumerGroupHeartbeatRequest) joining().message;

        // then
        assertThat(sent.subscribedTopicRegex()).isEqualTo("orders.*");
        assertThat(sent.subscribedTopicNames()).isEmpty();
    }

    @Test
    void should_find_out_the_name_of_what_it_was_assigned() {
        // given
        kafka.partitions.put("orders-a", 1);

        // when
        joining().answer(assigned(1, "orders-a"));
        kafka.loop.advance(A_WHILE);

        // then
        assertThat(notes.events).containsExactly("assigned 1 in 1");
        assertThat(kafka.cluster.metadata().topic("orders-a")).isNotNull();
    }

    @Test
    void should_wait_for_a_topic_that_brokers_do_not_know_yet() {
        // given
        joining().answer(assigned(1, "orders-a"));
        kafka.loop.advance(A_WHILE);
        assertThat(notes.events).isEmpty();

        // when
        kafka.partitions.put("orders-a", 1);
        kafka.loop.advance(A_WHILE);

        // then
        assertThat(notes.events).containsExactly("assigned 1 in 1");
    }

    @Test
    void should_keep_the_metadata_of_a_topic_until_it_has_been_given_up() {
        // given
        kafka.partitions.put("orders-a", 1);
        kafka.partitions.put("orders-b", 1);
        joining().answer(assigned(1, "orders-a"));
        kafka.loop.advance(A_WHILE);

        // when
        kafka.next(ApiKey.CONSUMER_GROUP_HEARTBEAT).answer(assigned(2, "orders-b"));
        kafka.refreshMetadata();

        // then
        assertThat(notes.events).containsExactly("assigned 1 in 1", "revoking 1");
        assertThat(kafka.cluster.metadata().topic("orders-a"))
                .as("its offsets may still be committed")
                .isNotNull();
        Runnable revoked = notes.revoked;
        assertThat(revoked).isNotNull();
        kafka.loop.run(revoked);
        kafka.loop.advance(A_WHILE);
        kafka.refreshMetadata();
        assertThat(kafka.cluster.metadata().topic("orders-a")).isNull();
        assertThat(notes.events).endsWith("assigned 1 in 2");
    }

    @Test
    void should_keep_the_metadata_of_a_topic_fresh_that_somebody_else_followed_first() {
        // given
        kafka.partitions.put("orders-a", 1);
        kafka.cluster.track("orders-a");
        kafka.loop.advance(A_WHILE);
        joining().answer(assigned(1, "orders-a"));
        kafka.loop.advance(A_WHILE);
        assertThat(notes.events).containsExactly("assigned 1 in 1");

        // when
        kafka.cluster.untrack("orders-a");
        kafka.refreshMetadata();

        // then
        assertThat(kafka.cluster.metadata().topic("orders-a")).isNotNull();
    }

    @Test
    void should_fail_with_what_the_broker_says_of_a_pattern_that_it_can_not_read() {
        // when
        joining()
                .answer(ConsumerGroupHeartbeatResponse.builder()
                        .errorCode(ErrorCode.INVALID_REGULAR_EXPRESSION.code())
                        .errorMessage("missing closing )")
                        .build());

        // then
        assertThat(notes.events).containsExactly("failed");
        assertThat(notes.failure)
                .isInstanceOf(BrokerException.class)
                .hasMessageContaining("missing closing )")
                .hasMessageContaining("RE2");
        assertThat(notes.failure.code()).isEqualTo(ErrorCode.INVALID_REGULAR_EXPRESSION);
    }
}
