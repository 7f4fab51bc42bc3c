package dev.ottla.testkit.internal.api;

import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.message.ProduceResponse;
import dev.ottla.internal.protocol.message.ProduceResponse.BatchIndexAndErrorMessage;
import dev.ottla.internal.protocol.message.ProduceResponse.LeaderIdAndEpoch;
import dev.ottla.internal.protocol.message.ProduceResponse.NodeEndpoint;
import dev.ottla.internal.protocol.message.ProduceResponse.PartitionProduceResponse;
import dev.ottla.internal.protocol.message.ProduceResponse.TopicProduceResponse;
import dev.ottla.testkit.internal.log.Append;
import dev.ottla.testkit.internal.topic.Brokers.Broker;
import dev.ottla.testkit.internal.topic.Partition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a produce request is told about one partition: known at once, or when the batch is replicated. */
@EventLoopConfined
final class ProduceAnswer {
    /** KIP-951: from here on the new leader comes with the refusal. */
    private static final short FIRST_VERSION_WITH_LEADER = 10;

    private static final long NONE = -1;

    private final String topic;
    private final UUID topicId;
    private final PartitionProduceResponse.Builder response;
    private ErrorCode error = ErrorCode.NONE;

    /** Where the batch was appended; null if it was not. */
    private @Nullable Partition appendedTo;

    /** The partition whose leader the client should know; null for none. */
    private @Nullable Partition led;

    private long nextOffset;

    ProduceAnswer(String topic, UUID topicId, int partition) {
        this.topic = topic;
        this.topicId = topicId;
        this.response = PartitionProduceResponse.builder()
                .index(partition)
                .baseOffset(NONE)
                .logStartOffset(NONE);
    }

    ProduceAnswer refuse(ErrorCode code) {
        error = code;
        appendedTo = null;
        response.errorCode(code.code()).baseOffset(NONE).logAppendTimeMs(NONE).logStartOffset(NONE);
        return this;
    }

    ProduceAnswer refuse(ErrorCode code, Partition partition) {
        if (code == ErrorCode.NOT_LEADER_OR_FOLLOWER) {
            led = partition;
        }
        if (code == ErrorCode.INVALID_TXN_STATE) {
            response.errorMessage("Partition was not added to the transaction");
        }
        return refuse(code);
    }

    void onAppend(Append result, Partition partition) {
        if (result instanceof Append.Appended appended) {
            accept(partition, appended.baseOffset(), appended.nextOffset(), appended.logAppendTime());
        } else if (result instanceof Append.Duplicate duplicate) {
            accept(partition, duplicate.baseOffset(), duplicate.nextOffset(), duplicate.logAppendTime());
        } else if (result instanceof Append.Refused refused) {
            onRefused(refused, partition);
        }
    }

    /** Words come only with errors of single records. */
    private void onRefused(Append.Refused refused, Partition partition) {
        refuse(refused.error());
        if (refused.reachedLog()) {
            response.logStartOffset(partition.log().logStartOffset());
        }
        if (!refused.recordErrors().isEmpty()) {
            response.errorMessage(refused.message())
                    .recordErrors(refused.recordErrors().stream()
                            .map(each -> new BatchIndexAndErrorMessage(each.batchIndex(), each.message()))
                            .toList());
        }
    }

    private void accept(Partition partition, long baseOffset, long next, long logAppendTime) {
        appendedTo = partition;
        nextOffset = next;
        response.baseOffset(baseOffset)
                .logAppendTimeMs(logAppendTime)
                .logStartOffset(partition.log().logStartOffset());
    }

    boolean isRefused() {
        return error != ErrorCode.NONE;
    }

    /** Where the batch was appended; null if it was not, so that there is nothing to wait for. */
    @Nullable
    Partition appendedTo() {
        return appendedTo;
    }

    /** The high watermark at which all in-sync replicas have the batch. */
    long nextOffset() {
        return nextOffset;
    }

    /** The answer to the request. */
    static ProduceResponse response(ClusterModel model, Call<ProduceResponse> call, List<ProduceAnswer> answers) {
        boolean tellsLeader = call.version() >= FIRST_VERSION_WITH_LEADER;
        Map<TopicKey, List<PartitionProduceResponse>> byTopic = new LinkedHashMap<>();
        Map<Integer, NodeEndpoint> leaders = new LinkedHashMap<>();
        for (ProduceAnswer each : answers) {
            Partition led = each.led;
            if (tellsLeader && led != null) {
                each.response.currentLeader(new LeaderIdAndEpoch(led.leader(), led.leaderEpoch()));
                Broker leader = model.brokers().find(led.leader());
                if (leader != null) {
                    leaders.put(leader.id(), new NodeEndpoint(leader.id(), leader.host(), leader.port(), null));
                }
            }
            byTopic.computeIfAbsent(new TopicKey(each.topic, each.topicId), key -> new ArrayList<>())
                    .add(each.response.build());
        }
        List<TopicProduceResponse> topics = new ArrayList<>();
        byTopic.forEach((key, partitions) -> topics.add(new TopicProduceResponse(key.name, key.id, partitions)));
        return new ProduceResponse(topics, 0, List.copyOf(leaders.values()));
    }

    private record TopicKey(String name, UUID id) {}
}
