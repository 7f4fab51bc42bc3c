package dev.ottla.consumer.internal.group;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.consumer.internal.ScriptedCluster;
import dev.ottla.consumer.internal.offsets.GroupIdentity;
import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.protocol.message.ApiKey;
import dev.ottla.internal.protocol.message.MetadataRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Which topics a pattern stands for, and when its member hears of them. */
class PatternMemberTest {
    private static final Duration A_WHILE = Duration.ofSeconds(3);

    private final ScriptedCluster kafka = new ScriptedCluster();
    private final TopicSubscription subscription = TopicSubscription.to(Set.of());
    private final Wrapped wrapped = new Wrapped();
    private final Set<String> read = new HashSet<>();

    /** Notes what it is told. */
    private static final class Wrapped implements GroupMember {
        final List<String> told = new ArrayList<>();

        @Override
        public boolean waitsForPoll() {
            return false;
        }

        @Override
        public boolean isSessionOver() {
            return false;
        }

        @Override
        public void onPoll() {
            told.add("poll");
        }

        @Override
        public void onPollMissed() {
            told.add("missed");
        }

        @Override
        public void onMetadata() {}

        @Override
        public void onSubscription() {
            told.add("subscription");
        }

        @Override
        public boolean onCommitRefused(GroupIdentity as, ErrorCode error) {
            return false;
        }

        @Override
        public CompletableFuture<Void> close(Duration timeout) {
            told.add("close");
            return CompletableFuture.completedFuture(null);
        }
    }

    private PatternMember member(boolean excludeInternal) {
        PatternMember member = new PatternMember(
                kafka.cluster,
                new PatternMember.Matching(Pattern.compile("(__)?orders.*"), excludeInternal, read::contains),
                subscription,
                wrapped);
        kafka.cluster.addMetadataListener((previous, current) -> member.onMetadata());
        kafka.loop.run();
        return member;
    }

    private PatternMember joined() {
        kafka.partitions.put("orders-a", 1);
        kafka.partitions.put("orders-b", 1);
        PatternMember member = member(true);
        kafka.loop.run(member::onPoll);
        kafka.loop.advance(A_WHILE);
        assertThat(subscription.names()).containsExactlyInAnyOrder("orders-a", "orders-b");
        wrapped.told.clear();
        return member;
    }

    @Test
    void should_know_the_topics_before_the_member_joins() {
        // given
        kafka.partitions.put("orders-a", 1);
        kafka.partitions.put("my-orders", 1);
        kafka.partitions.put("__orders", 1);
        PatternMember member = member(true);

        // when
        assertThat(member.waitsForPoll()).isTrue();
        kafka.loop.run(member::onPoll);

        // then
        assertThat(subscription.names()).containsExactly("orders-a");
        assertThat(wrapped.told).containsExactly("subscription", "poll");
        assertThat(member.waitsForPoll()).isFalse();
        kafka.loop.advance(A_WHILE);
        assertThat(kafka.cluster.metadata().topic("orders-a")).isNotNull();
    }

    @Test
    void should_take_internal_topics_only_if_asked_to() {
        // given
        kafka.partitions.put("__orders", 1);
        PatternMember member = member(false);

        // when
        kafka.loop.run(member::onPoll);

        // then
        assertThat(subscription.names()).containsExactly("__orders");
    }

    @Test
    void should_join_without_topics_and_find_them_later() {
        // given
        PatternMember member = member(true);
        kafka.loop.run(member::onPoll);
        assertThat(wrapped.told).containsExactly("poll");
        kafka.loop.advance(A_WHILE);

        // when
        kafka.partitions.put("orders-a", 1);
        kafka.refreshMetadata();

        // then
        assertThat(subscription.names()).containsExactly("orders-a");
        assertThat(wrapped.told).containsExactly("poll", "subscription");
    }

    @Test
    void should_not_take_a_topic_for_gone_that_brokers_do_not_know_for_some_seconds() {
        // given
        joined();

        // when
        kafka.partitions.remove("orders-b");
        kafka.cluster.refreshMetadata("the test says so");
        kafka.loop.advance(Duration.ofSeconds(4));
        kafka.partitions.put("orders-b", 1);
        kafka.loop.advance(A_WHILE);

        // then
        assertThat(subscription.names()).containsExactlyInAnyOrder("orders-a", "orders-b");
        assertThat(wrapped.told).isEmpty();
    }

    @Test
    void should_look_for_a_missing_topic_at_one_pace_whatever_else_makes_it_look() {
        // given a look for the missing topic that is due every second, and metadata that is refreshed just then
        PatternMember member = joined();
        kafka.partitions.remove("orders-b");
        Duration pace = kafka.cluster.options().retryBackoffMax();
        kafka.loop.schedule(member::onMetadata, pace.toNanos());
        kafka.loop.run(member::onMetadata);
        kafka.loop.advance(pace);
        kafka.all.clear();

        // when
        kafka.loop.advance(pace.multipliedBy(2));

        // then
        assertThat(kafka.all)
                .filteredOn(request -> request.message instanceof MetadataRequest metadata && metadata.topics() == null)
                .hasSize(2);
    }

    @Test
    void should_let_go_of_a_deleted_topic_and_never_create_it_anew() {
        // given
        joined();
        kafka.all.clear();

        // when
        kafka.partitions.remove("orders-b");
        kafka.refreshMetadata();
        kafka.loop.advance(Duration.ofSeconds(10));

        // then
        assertThat(subscription.names()).containsExactly("orders-a");
        assertThat(wrapped.told).containsExactly("subscription");
        assertThat(kafka.all)
                .filteredOn(request -> request.message.apiKey() == ApiKey.METADATA)
                .isNotEmpty()
                .noneMatch(request -> ((MetadataRequest) request.message).allowAutoTopicCreation());
    }

    @Test
    void should_keep_the_metadata_of_a_topic_fresh_until_it_has_been_given_up() {
        // given
        joined();
        read.add("orders-b");

        // when
        kafka.partitions.remove("orders-b");
        kafka.refreshMetadata();
        kafka.loop.advance(Duration.ofSeconds(10));

        // then
        assertThat(subscription.names()).containsExactly("orders-a");
        assertThat(askedLast()).as("the application still reads it").containsExactly("orders-a", "orders-b");
        read.clear();
        kafka.refreshMetadata();
        kafka.refreshMetadata();
        assertThat(askedLast()).containsExactly("orders-a");
    }

    /** The topics that metadata was last asked for by name. */
    private List<String> askedLast() {
        return kafka.all.stream()
                .filter(request -> request.message.apiKey() == ApiKey.METADATA)
                .map(request -> ((MetadataRequest) request.message).topics())
                .filter(topics -> topics != null)
                .reduce(List.of(), (before, last) -> last)
                .stream()
                .map(MetadataRequest.MetadataRequestTopic::name)
                .toList();
    }

    @Test
    void should_not_join_for_an_application_that_has_stopped_polling() {
        // given
        kafka.partitions.put("orders-a", 1);
        PatternMember member = member(true);

        // when the interval ends before the topics are known
        kafka.loop.execute(member::onPoll);
        kafka.loop.execute(member::onPollMissed);
        kafka.loop.advance(A_WHILE);

        // then
        assertThat(subscription.names()).containsExactly("orders-a");
        assertThat(wrapped.told).containsExactly("missed", "subscription");
        kafka.loop.run(member::onPoll);
        assertThat(wrapped.told).endsWith("poll");
    }

    @Test
    void should_ask_for_nothing_any_more_once_closed() {
        // given
        PatternMember member = joined();
        kafka.loop.run(() -> member.close(A_WHILE));
        kafka.partitions.put("orders-c", 1);

        // when
        kafka.refreshMetadata();

        // then
        assertThat(wrapped.told).containsExactly("close");
        assertThat(kafka.cluster.metadata().topic("orders-a"))
                .as("no longer of interest")
                .isNull();
    }
}
