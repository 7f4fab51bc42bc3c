package dev.ottla.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.admin.internal.ScriptedCalls;
import dev.ottla.common.Uuid;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.Outcome;
import dev.ottla.internal.cluster.RetrySafety;
import dev.ottla.internal.cluster.Route;
import dev.ottla.internal.protocol.Ints;
import dev.ottla.internal.protocol.RequestMessage;
import dev.ottla.internal.protocol.Wire;
import dev.ottla.internal.protocol.message.CreateTopicsRequest;
import dev.ottla.internal.protocol.message.CreateTopicsRequest.CreatableReplicaAssignment;
import dev.ottla.internal.protocol.message.CreateTopicsRequest.CreatableTopic;
import dev.ottla.internal.protocol.message.CreateTopicsRequest.CreatableTopicConfig;
import dev.ottla.internal.protocol.message.CreateTopicsResponse;
import dev.ottla.internal.protocol.message.CreateTopicsResponse.CreatableTopicResult;
import dev.ottla.internal.protocol.message.DeleteTopicsRequest;
import dev.ottla.internal.protocol.message.DeleteTopicsResponse;
import dev.ottla.internal.protocol.message.DeleteTopicsResponse.DeletableTopicResult;
import dev.ottla.internal.protocol.message.MetadataRequest;
import dev.ottla.internal.protocol.message.MetadataResponse;
import dev.ottla.internal.protocol.message.MetadataResponse.MetadataResponsePartition;
import dev.ottla.internal.protocol.message.MetadataResponse.MetadataResponseTopic;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopicAdminTest {
    private static final UUID TOPIC_ID = new UUID(1, 2);

    private final ScriptedCalls calls = new ScriptedCalls();
    private final TopicAdmin topics = new TopicAdmin(new Operations(calls, Duration.ofSeconds(60)));

    private static CreatableTopicResult created(String name, ErrorCode error) {
        return CreatableTopicResult.builder()
                .name(name)
                .topicId(TOPIC_ID)
                .errorCode(error.code())
                .numPartitions(12)
                .replicationFactor((short) 3)
                .build();
    }

    private static CreateTopicsResponse response(CreatableTopicResult... results) {
        return new CreateTopicsResponse(0, List.of(results));
    }

    @Test
    void should_ask_the_controller_to_create_topics_with_all_that_was_set() {
        topics.create(
                NewTopic.of("sized").partitions(12).replicationFactor(3).config("retention.ms", "604800000"),
                NewTopic.of("assigned").assignments(Map.of(1, List.of(2, 3), 0, List.of(1, 2))));

        assertThat(calls.sent(0).call().route()).isEqualTo(Route.CONTROLLER);
        CreateTopicsRequest request = OnTheWire.read(calls.sent(0).call().request(), 2, CreateTopicsRequest::read);
        assertThat(request.validateOnly()).isFalse();
        assertThat(request.timeoutMs()).isBetween(20_000, 30_000);
        CreatableTopic sized = request.topics().get(0);
        assertThat(sized.name()).isEqualTo("sized");
        assertThat(sized.numPartitions()).isEqualTo(12);
        assertThat(sized.replicationFactor()).isEqualTo((short) 3);
        assertThat(sized.configs()).containsExactly(new CreatableTopicConfig("retention.ms", "604800000"));
        CreatableTopic assigned = request.topics().get(1);
        assertThat(assigned.numPartitions()).isEqualTo(-1);
        assertThat(assigned.replicationFactor()).isEqualTo((short) -1);
        assertThat(assigned.assignments())
                .containsExactly(
                        new CreatableReplicaAssignment(0, Ints.of(1, 2)),
                        new CreatableReplicaAssignment(1, Ints.of(2, 3)));
    }

    @Test
    void should_need_a_broker_that_has_defaults_when_defaults_are_asked_for() {
        topics.create(NewTopic.of("a").partitions(1));
        topics.create(NewTopic.of("b").partitions(1).replicationFactor(1));
        topics.create(NewTopic.of("c").assignments(Map.of(0, List.of(1))));

        assertThat(calls.sent(0).call().request().lowestVersion()).isEqualTo((short) 4);
        assertThat(calls.sent(1).call().request().lowestVersion()).isEqualTo((short) 2);
        assertThat(calls.sent(2).call().request().lowestVersion()).isEqualTo((short) 2);
    }

    @Test
    void should_tell_how_each_topic_ended() {
        CompletableFuture<Results<String, CreatedTopic>> future = topics.create(NewTopic.of("new"), NewTopic.of("old"));

        calls.sent(0).answer(response(created("old", ErrorCode.TOPIC_ALREADY_EXISTS), created("new", ErrorCode.NONE)));

        Results<String, CreatedTopic> results = future.join();
        assertThat(results.get("new").topicId()).contains(Uuid.of(TOPIC_ID));
        assertThat(results.get("new").numPartitions()).hasValue(12);
        assertThat(results.get("new").replicationFactor()).hasValue(3);
        assertThat(results.failures()).containsOnlyKeys("old");
        assertThatThrownBy(() -> results.get("old")).hasMessageContaining("TOPIC_ALREADY_EXISTS");
        assertThatThrownBy(results::all).hasMessageContaining("TOPIC_ALREADY_EXISTS");
        assertThatThrownBy(() -> results.get("other")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void should_create_once_and_validate_as_often_as_needed() {
        topics.create(NewTopic.of("a"));
        topics.validate(NewTopic.of("a"));

        assertThat(calls.sent(0).call().retrySafety()).isEqualTo(RetrySafety.ONCE);
        assertThat(calls.sent(1).call().retrySafety()).isEqualTo(RetrySafety.REPEATABLE);
        assertThat(OnTheWire.read(calls.sent(1).call().request(), 7, CreateTopicsRequest::read)
                        .validateOnly())
                .isTrue();
    }

    @Test
    void should_look_for_the_controller_and_try_again_when_it_has_moved() {
        CompletableFuture<Results<String, CreatedTopic>> future = topics.create(NewTopic.of("a"));

        calls.sent(0).answer(response(created("a", ErrorCode.NOT_CONTROLLER)));
        calls.loop.advance(ScriptedCalls.BACKOFF);
        calls.sent(1).answer(response(created("a", ErrorCode.NONE)));

        assertThat(calls.refreshes).hasSize(1);
        assertThat(future.join().values()).containsOnlyKeys("a");
    }

    @Test
    void should_say_that_the_outcome_is_unknown_when_the_controller_did_not_finish_in_time() {
        CompletableFuture<Results<String, CreatedTopic>> future = topics.create(NewTopic.of("a"));

        calls.sent(0).answer(response(created("a", ErrorCode.REQUEST_TIMED_OUT)));

        assertThat(future.join().failures().get("a").outcome()).isEqualTo(Outcome.UNKNOWN);
    }

    @Test
    void should_name_all_that_is_wrong_with_new_topics_before_anything_is_sent() {
        NewTopic contradictory =
                NewTopic.of("c").partitions(0).replicationFactor(40_000).assignments(Map.of(1, List.of(1, 1)));

        assertThatThrownBy(() -> topics.create(
                        NewTopic.of("no spaces"), NewTopic.of("twice"), NewTopic.of("twice"), contradictory))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"no spaces\" is not legal")
                .hasMessageContaining("\"twice\" is named twice")
                .hasMessageContaining("partitions must be at least 1, was 0")
                .hasMessageContaining("replicationFactor must be 1 to 32767, was 40000")
                .hasMessageContaining("neither may be set beside them")
                .hasMessageContaining("without gaps, named [1]")
                .hasMessageContaining("partition 1 needs different brokers");
        calls.loop.runTasks();
        assertThat(calls.sent).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 6})
    void should_name_topics_to_delete_as_the_version_has_it(int version) {
        topics.delete("a", "b");

        RequestMessage<?> message = calls.sent(0).call().request();
        DeleteTopicsRequest request = OnTheWire.read(message, version, DeleteTopicsRequest::read);
        assertThat(calls.sent(0).call().route()).isEqualTo(Route.CONTROLLER);
        assertThat(calls.sent(0).call().retrySafety()).isEqualTo(RetrySafety.ONCE);
        if (version < 6) {
            assertThat(request.topicNames()).containsExactly("a", "b");
        } else {
            assertThat(request.topics())
                    .extracting(DeleteTopicsRequest.DeleteTopicState::name)
                    .containsExactly("a", "b");
        }
    }

    @Test
    void should_fail_at_once_for_a_topic_that_is_not_there_to_be_deleted() {
        CompletableFuture<Results<String, DeletedTopic>> future = topics.delete("a", "b");

        calls.sent(0)
                .answer(new DeleteTopicsResponse(
                        0,
                        List.of(
                                new DeletableTopicResult("a", TOPIC_ID, ErrorCode.NONE.code(), null),
                                new DeletableTopicResult(
                                        "b", Wire.ZERO_UUID, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.code(), "none"))));

        assertThat(future.join().get("a").topicId()).contains(Uuid.of(TOPIC_ID));
        assertThat(future.join().failures().get("b").code()).isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(calls.sent).hasSize(1);
    }

    private static MetadataResponseTopic topic(String name, ErrorCode error, MetadataResponsePartition... partitions) {
        return MetadataResponseTopic.builder()
                .name(name)
                .topicId(TOPIC_ID)
                .isInternal(name.startsWith("__"))
                .errorCode(error.code())
                .partitions(List.of(partitions))
                .build();
    }

    @Test
    void should_describe_topics_without_creating_them() {
        CompletableFuture<Results<String, TopicDescription>> future = topics.describe("a", "b");
        MetadataRequest request = calls.sent(0).request(MetadataRequest.class);

        calls.sent(0)
                .answer(MetadataResponse.builder()
                        .topics(List.of(
                                topic("b", ErrorCode.UNKNOWN_TOPIC_OR_PARTITION),
                                topic(
                                        "a",
                                        ErrorCode.NONE,
                                        MetadataResponsePartition.builder()
                                                .partitionIndex(1)
                                                .leaderId(4)
                                                .leaderEpoch(9)
                                                .replicaNodes(Ints.of(4, 5))
                                                .isrNodes(Ints.of(4))
                                                .offlineReplicas(Ints.of(5))
                                                .build(),
                                        MetadataResponsePartition.builder()
                                                .errorCode(ErrorCode.LEADER_NOT_AVAILABLE.code())
                                                .leaderId(-1)
                                                .replicaNodes(Ints.of(5))
                                                .offlineReplicas(Ints.of(5))
                                                .build())))
                        .build());

        assertThat(request.allowAutoTopicCreation()).isFalse();
        TopicDescription description = future.join().get("a");
        assertThat(description.partitions())
                .extracting(PartitionDescription::partition)
                .containsExactly(0, 1);
        assertThat(description.partitions().get(0).leaderId()).isEmpty();
        PartitionDescription second = description.partitions().get(1);
        assertThat(second.leaderId()).hasValue(4);
        assertThat(second.leaderEpoch()).hasValue(9);
        assertThat(second.replicaNodes()).containsExactly(4, 5);
        assertThat(second.isrNodes()).containsExactly(4);
        assertThat(second.offlineReplicas()).containsExactly(5);
        assertThat(future.join().failures().get("b").code()).isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(calls.sent).hasSize(1);
    }

    @Test
    void should_list_all_topics_in_order() {
        CompletableFuture<List<TopicListing>> future = topics.list();

        assertThat(calls.sent(0).request(MetadataRequest.class).topics()).isNull();
        calls.sent(0)
                .answer(MetadataResponse.builder()
                        .topics(List.of(topic("b", ErrorCode.NONE), topic("__a", ErrorCode.NONE)))
                        .build());

        assertThat(future.join()).extracting(TopicListing::name).containsExactly("__a", "b");
        assertThat(future.join()).extracting(TopicListing::internal).containsExactly(true, false);
    }

    @Test
    void should_fail_the_list_when_the_whole_answer_is_an_error() {
        CompletableFuture<List<TopicListing>> future = topics.list();

        calls.sent(0)
                .answer(MetadataResponse.builder()
                        .errorCode(ErrorCode.CLUSTER_AUTHORIZATION_FAILED.code())
                        .build());

        assertThatThrownBy(future::join).hasMessageContaining("CLUSTER_AUTHORIZATION_FAILED");
    }
}
