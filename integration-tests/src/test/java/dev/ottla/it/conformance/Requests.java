package dev.ottla.it.conformance;

import dev.ottla.common.Headers;
import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.protocol.Wire;
import dev.ottla.internal.protocol.message.CreateTopicsRequest;
import dev.ottla.internal.protocol.message.CreateTopicsRequest.CreatableTopic;
import dev.ottla.internal.protocol.message.CreateTopicsRequest.CreatableTopicConfig;
import dev.ottla.internal.protocol.message.DescribeGroupsRequest;
import dev.ottla.internal.protocol.message.DescribeTransactionsRequest;
import dev.ottla.internal.protocol.message.FetchRequest;
import dev.ottla.internal.protocol.message.FetchRequest.FetchPartition;
import dev.ottla.internal.protocol.message.FetchRequest.FetchTopic;
import dev.ottla.internal.protocol.message.FindCoordinatorRequest;
import dev.ottla.internal.protocol.message.InitProducerIdRequest;
import dev.ottla.internal.protocol.message.ListOffsetsRequest;
import dev.ottla.internal.protocol.message.ListOffsetsRequest.ListOffsetsPartition;
import dev.ottla.internal.protocol.message.ListOffsetsRequest.ListOffsetsTopic;
import dev.ottla.internal.protocol.message.MetadataRequest;
import dev.ottla.internal.protocol.message.MetadataRequest.MetadataRequestTopic;
import dev.ottla.internal.protocol.message.ProduceRequest;
import dev.ottla.internal.protocol.message.ProduceRequest.PartitionProduceData;
import dev.ottla.internal.protocol.message.ProduceRequest.TopicProduceData;
import dev.ottla.internal.record.FreeListSegmentPool;
import dev.ottla.internal.record.ProducerStamp;
import dev.ottla.internal.record.RecordBatchBuilder;
import dev.ottla.internal.record.SealedBatch;
import dev.ottla.internal.record.compression.BatchCompressor;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The requests that most scripts need. */
final class Requests {
    private static final byte GROUP = 0;
    private static final byte TRANSACTION = 1;
    static final byte READ_UNCOMMITTED = 0;
    static final byte READ_COMMITTED = 1;

    private static final int TIMEOUT_MS = 10_000;
    private static final int SEGMENT_BYTES = 4096;

    private Requests() {}

    static CreateTopicsRequest createTopic(String name, int partitions, int replicas, CreatableTopicConfig... configs) {
        CreatableTopic topic = CreatableTopic.builder()
                .name(name)
                .numPartitions(partitions)
                .replicationFactor((short) replicas)
                .assignments(List.of())
                .configs(List.of(configs))
                .build();
        return new CreateTopicsRequest(List.of(topic), TIMEOUT_MS, false);
    }

    /** Creates a topic and waits until its leader serves it; returns its id. */
    static UUID topic(Scene scene, String name, int partitions, CreatableTopicConfig... configs) {
        scene.quietly(createTopic(name, partitions, 1, configs));
        ListOffsetsRequest end = new ListOffsetsRequest(
                -1,
                READ_UNCOMMITTED,
                List.of(new ListOffsetsTopic(
                        name,
                        IntStream.range(0, partitions)
                                .mapToObj(partition -> new ListOffsetsPartition(partition, -1, -1))
                                .toList())),
                TIMEOUT_MS);
        scene.until(
                end, answer -> answer.topics().get(0).partitions().stream().allMatch(each -> each.errorCode() == 0));
        return scene.quietly(metadata(name)).topics().get(0).topicId();
    }

    static MetadataRequest metadata(@Nullable String name) {
        return new MetadataRequest(List.of(new MetadataRequestTopic(Wire.ZERO_UUID, name)), false, false, false);
    }

    /** Waits until the broker coordinates the group. */
    static void groupCoordinator(Scene scene, String group) {
        scene.until(
                new FindCoordinatorRequest("", GROUP, List.of(group)),
                answer -> answer.coordinators().get(0).errorCode() == 0);
        scene.until(
                new DescribeGroupsRequest(List.of(group), false),
                answer -> isReady(answer.groups().get(0).errorCode()));
    }

    /** Waits until the broker coordinates the transactional id, and gives out producer ids. */
    static void transactionCoordinator(Scene scene, String transactionalId) {
        scene.until(
                new FindCoordinatorRequest("", TRANSACTION, List.of(transactionalId)),
                answer -> answer.coordinators().get(0).errorCode() == 0);
        scene.until(
                new DescribeTransactionsRequest(List.of(transactionalId)),
                answer -> isReady(answer.transactionStates().get(0).errorCode()));
        scene.until(
                InitProducerIdRequest.builder()
                        .transactionalId(null)
                        .transactionTimeoutMs(TIMEOUT_MS)
                        .producerId(-1)
                        .producerEpoch((short) -1)
                        .build(),
                answer -> answer.errorCode() == 0);
    }

    private static boolean isReady(short errorCode) {
        ErrorCode error = ErrorCode.of(errorCode);
        return error != ErrorCode.NOT_COORDINATOR
                && error != ErrorCode.COORDINATOR_LOAD_IN_PROGRESS
                && error != ErrorCode.COORDINATOR_NOT_AVAILABLE;
    }

    static ByteBuf batch(ProducerStamp stamp, long timestamp, @Nullable String key, String... values) {
        RecordBatchBuilder builder = new RecordBatchBuilder(
                Objects.requireNonNull(new FreeListSegmentPool(SEGMENT_BYTES, SEGMENT_BYTES).tryTake(SEGMENT_BYTES)));
        for (String value : values) {
            boolean fits = builder.tryAppend(
                    timestamp,
                    key == null ? null : key.getBytes(StandardCharsets.UTF_8),
                    value.getBytes(StandardCharsets.UTF_8),
                    Headers.empty());
            if (!fits) {
                throw new IllegalArgumentException("too much for a test");
            }
        }
        SealedBatch sealed = builder.seal(stamp, BatchCompressor.none());
        ByteBuf buffer = sealed.retainedBuffer();
        try {
            return Unpooled.wrappedBuffer(ByteBufUtil.getBytes(buffer));
        } finally {
            buffer.release();
            sealed.release();
        }
    }

    static ProduceRequest produce(UUID topicId, int acks, @Nullable ByteBuf records) {
        return produce(null, topicId, acks, records);
    }

    static ProduceRequest produce(@Nullable String transactionalId, UUID topicId, int acks, @Nullable ByteBuf records) {
        return new ProduceRequest(
                transactionalId,
                (short) acks,
                TIMEOUT_MS,
                List.of(new TopicProduceData("", topicId, List.of(new PartitionProduceData(0, records)))));
    }

    /** The same for versions that name topics. */
    static ProduceRequest produceByName(@Nullable String transactionalId, String topic, @Nullable ByteBuf records) {
        return new ProduceRequest(
                transactionalId,
                (short) -1,
                TIMEOUT_MS,
                List.of(new TopicProduceData(topic, Wire.ZERO_UUID, List.of(new PartitionProduceData(0, records)))));
    }

    static FetchRequest.Builder fetch(int sessionId, int sessionEpoch, byte isolationLevel, FetchTopic... topics) {
        return FetchRequest.builder()
                .maxWaitMs(100)
                .minBytes(1)
                .maxBytes(1 << 20)
                .isolationLevel(isolationLevel)
                .sessionId(sessionId)
                .sessionEpoch(sessionEpoch)
                .topics(List.of(topics))
                .forgottenTopicsData(List.of())
                .rackId("");
    }

    static FetchTopic wish(UUID topicId, int partition, long offset, int leaderEpoch, int maxBytes) {
        return new FetchTopic(
                "",
                topicId,
                List.of(FetchPartition.builder()
                        .partition(partition)
                        .currentLeaderEpoch(leaderEpoch)
                        .fetchOffset(offset)
                        .partitionMaxBytes(maxBytes)
                        .build()));
    }
}
