package dev.ottla.admin.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.common.TopicPartition;
import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.cluster.Route;
import dev.ottla.internal.protocol.Ints;
import dev.ottla.internal.protocol.Wire;
import dev.ottla.internal.protocol.message.MetadataRequest;
import dev.ottla.internal.protocol.message.MetadataResponse;
import dev.ottla.internal.protocol.message.MetadataResponse.MetadataResponsePartition;
import dev.ottla.internal.protocol.message.MetadataResponse.MetadataResponseTopic;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class LeaderLocatorTest {
    private static final TopicPartition A0 = new TopicPartition("a", 0);
    private static final TopicPartition A1 = new TopicPartition("a", 1);
    private static final TopicPartition A2 = new TopicPartition("a", 2);
    private static final TopicPartition B0 = new TopicPartition("b", 0);
    private static final TopicPartition C0 = new TopicPartition("c", 0);

    private final ScriptedCalls calls = new ScriptedCalls();

    private static MetadataResponsePartition partition(int index, int leaderId) {
        return MetadataResponsePartition.builder()
                .partitionIndex(index)
                .leaderId(leaderId)
                .replicaNodes(Ints.EMPTY)
                .isrNodes(Ints.EMPTY)
                .offlineReplicas(Ints.EMPTY)
                .build();
    }

    private static MetadataResponseTopic topic(String name, ErrorCode error, MetadataResponsePartition... partitions) {
        return MetadataResponseTopic.builder()
                .name(name)
                .topicId(Wire.ZERO_UUID)
                .errorCode(error.code())
                .partitions(List.of(partitions))
                .build();
    }

    private static MetadataResponse response(MetadataResponseTopic... topics) {
        return MetadataResponse.builder().topics(List.of(topics)).build();
    }

    @Test
    void should_group_partitions_by_their_leader() {
        Locations<TopicPartition> locations = LeaderLocator.locations(
                List.of(A0, A1, B0),
                response(
                        topic("a", ErrorCode.NONE, partition(1, 7), partition(0, 5)),
                        topic("b", ErrorCode.NONE, partition(0, 5))));

        assertThat(locations.byRoute())
                .containsEntry(Route.node(5), List.of(A0, B0))
                .containsEntry(Route.node(7), List.of(A1))
                .hasSize(2);
    }

    @Test
    void should_tell_why_a_partition_has_no_leader() {
        Locations<TopicPartition> locations = LeaderLocator.locations(
                List.of(A0, A2, B0, C0),
                response(
                        topic("a", ErrorCode.NONE, partition(0, -1)),
                        topic("b", ErrorCode.TOPIC_AUTHORIZATION_FAILED)));

        assertThat(locations.byRoute()).isEmpty();
        assertThat(locations.failures().get(A0).code()).isEqualTo(ErrorCode.LEADER_NOT_AVAILABLE);
        assertThat(locations.failures().get(A2).code()).isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(locations.failures().get(B0).code()).isEqualTo(ErrorCode.TOPIC_AUTHORIZATION_FAILED);
        assertThat(locations.failures().get(C0).code()).isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(locations.failures().get(C0).topicPartition()).contains(C0);
    }

    @Test
    void should_ask_about_each_topic_once_and_create_none() {
        CompletableFuture<Locations<TopicPartition>> located = new LeaderLocator(calls)
                .locate(List.of(A0, A1, B0), Deadline.after(Duration.ofSeconds(1), calls.loop()));

        MetadataRequest request = calls.sent(0).request(MetadataRequest.class);
        assertThat(request.allowAutoTopicCreation()).isFalse();
        assertThat(request.topics())
                .extracting(MetadataRequest.MetadataRequestTopic::name)
                .containsExactly("a", "b");
        assertThat(located).isNotDone();
    }
}
