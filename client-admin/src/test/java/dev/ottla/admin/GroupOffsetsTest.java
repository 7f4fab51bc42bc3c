package dev.ottla.admin;

import static dev.ottla.admin.ConsumerGroups.T0;
import static dev.ottla.admin.ConsumerGroups.T1;
import static dev.ottla.admin.ConsumerGroups.T2;
import static dev.ottla.admin.ConsumerGroups.consumerGroup;
import static dev.ottla.admin.ConsumerGroups.consumerMember;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.admin.internal.ScriptedCalls;
import dev.ottla.common.OffsetAndMetadata;
import dev.ottla.common.TopicPartition;
import dev.ottla.config.IsolationLevel;
import dev.ottla.errors.ConnectionException;
import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.protocol.Wire;
import dev.ottla.internal.protocol.message.ConsumerGroupDescribeResponse;
import dev.ottla.internal.protocol.message.ListOffsetsRequest;
import dev.ottla.internal.protocol.message.ListOffsetsResponse;
import dev.ottla.internal.protocol.message.ListOffsetsResponse.ListOffsetsPartitionResponse;
import dev.ottla.internal.protocol.message.ListOffsetsResponse.ListOffsetsTopicResponse;
import dev.ottla.internal.protocol.message.MetadataResponse;
import dev.ottla.internal.protocol.message.MetadataResponse.MetadataResponsePartition;
import dev.ottla.internal.protocol.message.MetadataResponse.MetadataResponseTopic;
import dev.ottla.internal.protocol.message.OffsetFetchRequest;
import dev.ottla.internal.protocol.message.OffsetFetchResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GroupOffsetsTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final ScriptedCalls calls = new ScriptedCalls();
    private final GroupAdmin groups = new GroupAdmin(new Operations(calls, TIMEOUT));

    @BeforeEach
    void nameCoordinators() {
        calls.coordinator("g", 1);
        calls.coordinator("h", 2);
    }

    private void answerConsumerGroups(int index, ConsumerGroupDescribeResponse.DescribedGroup... described) {
        calls.sent(index).answer(new ConsumerGroupDescribeResponse(0, List.of(described)));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 7, 8, 9})
    void should_ask_for_all_offsets_as_the_version_has_it(int version) {
        groups.offsets("g");

        OffsetFetchRequest request = OnTheWire.read(calls.sent(0).call().request(), version, OffsetFetchRequest::read);

        assertThat(calls.sent(0).call().request().lowestVersion()).isEqualTo((short) 2);
        assertThat(calls.sent(0).call().request().highestVersion()).isEqualTo((short) 9);
        if (version < 8) {
            assertThat(request.groupId()).isEqualTo("g");
            assertThat(request.topics()).isNull();
        } else {
            assertThat(request.groups()).hasSize(1);
            assertThat(request.groups().get(0).groupId()).isEqualTo("g");
            assertThat(request.groups().get(0).topics()).isNull();
        }
    }

    @Test
    void should_read_offsets_from_both_shapes_of_the_answer() {
        CompletableFuture<Results<TopicPartition, OffsetAndMetadata>> older = groups.offsets("g");
        calls.sent(0)
                .answer(new OffsetFetchResponse(
                        0,
                        List.of(new OffsetFetchResponse.OffsetFetchResponseTopic(
                                "t",
                                List.of(
                                        olderOffset(0, 5, ErrorCode.NONE),
                                        olderOffset(1, -1, ErrorCode.NONE),
                                        olderOffset(2, -1, ErrorCode.TOPIC_AUTHORIZATION_FAILED)))),
                        (short) 0,
                        List.of()));
        CompletableFuture<Results<TopicPartition, OffsetAndMetadata>> newer = groups.offsets("g");
        answerOffsets(1, 5);

        assertThat(older.join().values()).isEqualTo(newer.join().values());
        assertThat(newer.join().values()).containsOnlyKeys(T0);
        assertThat(newer.join().get(T0)).isEqualTo(new OffsetAndMetadata(5, OptionalInt.of(3), "note"));
        assertThat(older.join().failures().get(T2).code()).isEqualTo(ErrorCode.TOPIC_AUTHORIZATION_FAILED);
    }

    private static OffsetFetchResponse.OffsetFetchResponsePartition olderOffset(
            int partition, long offset, ErrorCode error) {
        return OffsetFetchResponse.OffsetFetchResponsePartition.builder()
                .partitionIndex(partition)
                .committedOffset(offset)
                .committedLeaderEpoch(3)
                .metadata("note")
                .errorCode(error.code())
                .build();
    }

    private void answerOffsets(int index, long offsetOfT0) {
        calls.sent(index)
                .answer(new OffsetFetchResponse(
                        0,
                        List.of(),
                        (short) 0,
                        List.of(new OffsetFetchResponse.OffsetFetchResponseGroup(
                                "g",
                                List.of(new OffsetFetchResponse.OffsetFetchResponseTopics(
                                        "t",
                                        Wire.ZERO_UUID,
                                        List.of(OffsetFetchResponse.OffsetFetchResponsePartitions.builder()
                                                .committedOffset(offsetOfT0)
                                                .committedLeaderEpoch(3)
                                                .metadata("note")
                                                .build()))),
                                (short) 0))));
    }

    @Test
    void should_fail_offsets_with_the_groups_error() {
        CompletableFuture<Results<TopicPartition, OffsetAndMetadata>> future = groups.offsets("g");

        calls.sent(0)
                .answer(new OffsetFetchResponse(
                        0,
                        List.of(),
                        (short) 0,
                        List.of(new OffsetFetchResponse.OffsetFetchResponseGroup(
                                "g", List.of(), ErrorCode.GROUP_AUTHORIZATION_FAILED.code()))));

        assertThatThrownBy(future::join).hasMessageContaining("GROUP_AUTHORIZATION_FAILED");
    }

    private void answerLeaders(int index, int... leaderOfPartition) {
        List<MetadataResponsePartition> partitions = IntStream.range(0, leaderOfPartition.length)
                .mapToObj(i -> MetadataResponsePartition.builder()
                        .partitionIndex(i)
                        .leaderId(leaderOfPartition[i])
                        .build())
                .toList();
        calls.sent(index)
                .answer(MetadataResponse.builder()
                        .topics(List.of(MetadataResponseTopic.builder()
                                .name("t")
                                .topicId(Wire.ZERO_UUID)
                                .partitions(partitions)
                                .build()))
                        .build());
    }

    private static ListOffsetsResponse ends(ListOffsetsPartitionResponse... partitions) {
        return new ListOffsetsResponse(0, List.of(new ListOffsetsTopicResponse("t", List.of(partitions))));
    }

    private static ListOffsetsPartitionResponse end(int partition, long offset, ErrorCode error) {
        return ListOffsetsPartitionResponse.builder()
                .partitionIndex(partition)
                .offset(offset)
                .errorCode(error.code())
                .build();
    }

    @Test
    void should_put_offsets_members_and_ends_together() {
        CompletableFuture<Results<TopicPartition, PartitionLag>> future =
                groups.lag("g", IsolationLevel.READ_COMMITTED);
        answerConsumerGroups(0, consumerGroup("g", ErrorCode.NONE, consumerMember("m", T1)));
        answerOffsets(1, 5);
        answerLeaders(2, 1, 1);

        calls.sent(3).answer(ends(end(0, 12, ErrorCode.NONE), end(1, 4, ErrorCode.NONE)));

        ListOffsetsRequest request = calls.sent(3).request(ListOffsetsRequest.class);
        assertThat(request.isolationLevel()).isEqualTo((byte) 1);
        assertThat(request.topics().get(0).partitions())
                .allSatisfy(p -> assertThat(p.timestamp()).isEqualTo(-1));
        PartitionLag first = future.join().get(T0);
        assertThat(first.lag()).hasValue(7);
        assertThat(first.endOffset()).isEqualTo(12);
        assertThat(first.member()).isEmpty();
        PartitionLag second = future.join().get(T1);
        assertThat(second.committed()).isEmpty();
        assertThat(second.lag()).isEmpty();
        assertThat(second.member().orElseThrow().memberId()).isEqualTo("m");
    }

    @Test
    void should_follow_a_leader_that_moved_and_fail_only_the_partition_without_one() {
        CompletableFuture<Results<TopicPartition, PartitionLag>> future = groups.lag("g");
        answerConsumerGroups(0, consumerGroup("g", ErrorCode.NONE, consumerMember("m", T0, T1, T2)));
        calls.sent(1).answer(new OffsetFetchResponse(0, List.of(), (short) 0, List.of()));
        answerLeaders(2, 1, 2);

        calls.sent(3).answer(ends(end(0, 10, ErrorCode.NOT_LEADER_OR_FOLLOWER)));
        calls.sent(4).fail(new ConnectionException("refused", null));
        calls.loop.advance(ScriptedCalls.BACKOFF);
        answerLeaders(5, 3, -1);
        answerLeaders(6, 3, 3);
        calls.sent(7).answer(ends(end(0, 10, ErrorCode.NONE)));
        calls.sent(8).answer(ends(end(1, 20, ErrorCode.NONE)));

        assertThat(future.join().get(T0).endOffset()).isEqualTo(10);
        assertThat(future.join().get(T1).endOffset()).isEqualTo(20);
        assertThat(future.join().failures().get(T2).code()).isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
    }

    @Test
    void should_never_tell_a_negative_lag() {
        PartitionLag lag = new PartitionLag(Optional.of(new OffsetAndMetadata(9)), 4, Optional.empty());

        assertThat(lag.lag()).hasValue(0);
    }
}
