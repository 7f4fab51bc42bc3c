package dev.ottla.testkit.internal.api;

import dev.ottla.common.TopicPartition;
import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.Wire;
import dev.ottla.internal.protocol.message.ProduceRequest;
import dev.ottla.internal.protocol.message.ProduceRequest.PartitionProduceData;
import dev.ottla.internal.protocol.message.ProduceRequest.TopicProduceData;
import dev.ottla.internal.protocol.message.ProduceResponse;
import dev.ottla.internal.record.RecordBatchHeader;
import dev.ottla.testkit.internal.api.TransactionCheck.Verification;
import dev.ottla.testkit.internal.log.Append;
import dev.ottla.testkit.internal.topic.Partition;
import dev.ottla.testkit.internal.topic.Topic;
import dev.ottla.testkit.internal.txn.ProducerIdentity;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/** Produce: appends a batch to each partition, and answers once it is where acks wants it. */
@EventLoopConfined
final class ProduceHandler implements ApiHandler<ProduceRequest, ProduceResponse> {
    private static final short ACKS_ALL = -1;
    private static final short ACKS_NONE = 0;
    private static final short ACKS_LEADER = 1;
    private static final short FIRST_VERSION_WITH_ABORTABLE = 11;
    private static final short FIRST_VERSION_THAT_ADDS = 12;

    private final ClusterModel model;

    ProduceHandler(ClusterModel model) {
        this.model = model;
    }

    @Override
    public void handle(ProduceRequest request, Call<ProduceResponse> call) {
        List<ProduceAnswer> answers = new ArrayList<>();
        for (TopicProduceData topic : request.topicData()) {
            for (PartitionProduceData partition : topic.partitionData()) {
                answers.add(append(request, topic, partition, call));
            }
        }
        if (request.acks() == ACKS_NONE) {
            endUnacknowledged(answers, call);
        } else if (request.acks() == ACKS_ALL) {
            new PendingProduce(model, call, answers).start(request.timeoutMs());
        } else {
            call.reply(ProduceAnswer.response(model, call, answers));
        }
    }

    /** With acks=0 a closed connection is the only way to say that something is wrong, so brokers do that. */
    private static void endUnacknowledged(List<ProduceAnswer> answers, Call<ProduceResponse> call) {
        if (answers.stream().anyMatch(ProduceAnswer::isRefused)) {
            call.disconnect();
        } else {
            call.endWithoutAnswer();
        }
    }

    private ProduceAnswer append(
            ProduceRequest request, TopicProduceData asked, PartitionProduceData data, Call<ProduceResponse> call) {
        ProduceAnswer answer = new ProduceAnswer(asked.name(), asked.topicId(), data.index());
        Topic topic = model.topics().find(asked.name(), asked.topicId());
        Partition partition = topic == null ? null : topic.partition(data.index());
        if (topic == null || partition == null) {
            boolean byId = topic == null && !asked.topicId().equals(Wire.ZERO_UUID);
            return answer.refuse(byId ? ErrorCode.UNKNOWN_TOPIC_ID : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        }
        if (request.acks() < ACKS_ALL || request.acks() > ACKS_LEADER) {
            return answer.refuse(ErrorCode.INVALID_REQUIRED_ACKS);
        }
        ErrorCode wanted = call.wantedError(topic.name(), data.index());
        ErrorCode error = wanted == ErrorCode.NONE || Faults.comesAfterTheWork(wanted)
                ? partition.checkLeader(call.nodeId())
                : wanted;
        if (error == ErrorCode.NONE) {
            error = checkTransaction(request, data, partition, call.version());
        }
        if (error != ErrorCode.NONE) {
            return answer.refuse(error, partition);
        }
        boolean acksAll = request.acks() == ACKS_ALL;
        Append result = partition.append(
                data.records(), call.version(), acksAll, model.clock().currentTimeMillis());
        answer.onAppend(result, partition);
        return wanted == ErrorCode.NONE ? answer : answer.refuse(wanted);
    }

    /** The first write of a transaction to a partition has to do with the coordinator, what follows has not (KIP-890). */
    private ErrorCode checkTransaction(
            ProduceRequest request, PartitionProduceData data, Partition partition, short version) {
        ByteBuf records = data.records();
        if (records == null || records.readableBytes() < RecordBatchHeader.BYTES) {
            return ErrorCode.NONE;
        }
        RecordBatchHeader batch = new RecordBatchHeader().wrap(records, records.readerIndex());
        if (!batch.isTransactional() || partition.log().hasOpenTransaction(batch.producerId(), batch.producerEpoch())) {
            return ErrorCode.NONE;
        }
        String transactionalId = request.transactionalId();
        if (transactionalId == null) {
            return ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED;
        }
        return TransactionCheck.checkWrite(
                model,
                verification(version),
                transactionalId,
                new ProducerIdentity(batch.producerId(), batch.producerEpoch()),
                new TopicPartition(partition.topic().name(), partition.index()),
                null);
    }

    private static Verification verification(short version) {
        if (version >= FIRST_VERSION_THAT_ADDS) {
            return Verification.ADD;
        }
        return version >= FIRST_VERSION_WITH_ABORTABLE ? Verification.REFUSE_ABORTABLE : Verification.REFUSE;
    }
}
