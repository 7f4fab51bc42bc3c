package dev.ottla.consumer.internal.group;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.config.ConsumerOptions;
import dev.ottla.config.GroupProtocol;
import dev.ottla.consumer.internal.ScriptedCluster;
import dev.ottla.internal.protocol.message.ApiKey;
import dev.ottla.internal.protocol.message.ConsumerGroupHeartbeatRequest;
import dev.ottla.internal.protocol.message.ConsumerGroupHeartbeatResponse;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A member whose coordinator divides the partitions, and whose topics change while it joins. */
class SubscribingMemberTest {
    private static final Duration INTERVAL = Duration.ofSeconds(5);

    private final ScriptedCluster kafka = new ScriptedCluster();
    private final TopicSubscription subscription = TopicSubscription.to(Set.of("orders"));
    private final ConsumerMember member;

    SubscribingMemberTest() {
        ConsumerOptions options = ConsumerOptions.builder()
                .groupId("g")
                .groupProtocol(GroupProtocol.CONSUMER)
                .build(kafka.cluster.options());
        MemberFixture.Notes notes = new MemberFixture.Notes();
        member = new ConsumerMember(kafka.cluster, options, "g", subscription, notes, notes::onFailed);
        kafka.loop.run();
    }

    private void subscribe(String topic) {
        subscription.change(Set.of(topic));
        member.onSubscription();
    }

    /** The topics that the request that waits tells of; null if they have not changed. */
    private @Nullable List<String> told() {
        return ((ConsumerGroupHeartbeatRequest) kafka.next(ApiKey.CONSUMER_GROUP_HEARTBEAT).message)
                .subscribedTopicNames();
    }

    private void accept() {
        kafka.next(ApiKey.CONSUMER_GROUP_HEARTBEAT)
                .answer(ConsumerGroupHeartbeatResponse.builder()
                        .memberEpoch(3)
                        .heartbeatIntervalMs((int) INTERVAL.toMillis())
                        .build());
    }

    @Test
    void should_tell_when_it_joins_what_it_takes_for_told() {
        // given
        kafka.loop.run(() -> {
            member.onPoll();
            subscribe("more");
        });

        // when
        assertThat(told()).containsExactly("orders");
        kafka.loop.run(() -> subscribe("orders"));
        accept();
        kafka.loop.advance(INTERVAL);

        // then
        assertThat(told()).isNull();
    }

    @Test
    void should_tell_as_soon_as_it_has_joined_what_has_changed_meanwhile() {
        // given
        kafka.loop.run(member::onPoll);

        // when
        kafka.loop.run(() -> subscribe("more"));
        accept();
        kafka.loop.advance(Duration.ofMillis(1));

        // then
        assertThat(told()).containsExactly("more");
        accept();
        kafka.loop.advance(INTERVAL);
        assertThat(told()).isNull();
    }
}
