package dev.ottla.benchmarks.nullbroker;

import dev.ottla.benchmarks.nullbroker.CannedTopics.CannedTopic;
import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.protocol.message.ProduceRequest;
import dev.ottla.internal.protocol.message.ProduceRequest.PartitionProduceData;
import dev.ottla.internal.protocol.message.ProduceRequest.TopicProduceData;
import dev.ottla.internal.protocol.message.ProduceResponse;
import dev.ottla.internal.protocol.message.ProduceResponse.PartitionProduceResponse;
import dev.ottla.internal.protocol.message.ProduceResponse.TopicProduceResponse;
import dev.ottla.internal.record.RecordBatchHeader;
import dev.ottla.internal.record.RecordBatches;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Counts what one connection brings, and acknowledges all of it. Owned by the connection's event loop. */
final class ProduceAnswers {
    /** Of so many batches, the checksum of one is looked at: of all it would cost the machine more than a client pays for it. */
    private static final int CHECKED_BATCHES = 16;

    private final CannedTopics topics;
    private final Tally tally;
    private int counted;

    ProduceAnswers(CannedTopics topics, Tally tally) {
        this.topics = topics;
        this.tally = tally;
    }

    ProduceResponse answer(ProduceRequest request) {
        tally.onProduceRequest();
        List<TopicProduceResponse> responses = new ArrayList<>();
        for (TopicProduceData topic : request.topicData()) {
            ErrorCode error = find(topic) == null ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION : ErrorCode.NONE;
            List<PartitionProduceResponse> partitions = new ArrayList<>();
            for (PartitionProduceData partition : topic.partitionData()) {
                count(partition.records());
                partitions.add(PartitionProduceResponse.builder()
                        .index(partition.index())
                        .errorCode(error.code())
                        .logStartOffset(0)
                        .build());
            }
            responses.add(new TopicProduceResponse(topic.name(), topic.topicId(), partitions));
        }
        return new ProduceResponse(responses, 0, List.of());
    }

    /** How late the answer is to be: as the last of its topics has it. */
    int delayMillis(ProduceRequest request) {
        int millis = 0;
        for (TopicProduceData each : request.topicData()) {
            CannedTopic topic = find(each);
            millis = topic == null ? 0 : topic.shape().ackDelayMillis();
        }
        return millis;
    }

    private @Nullable CannedTopic find(TopicProduceData topic) {
        return topics.find(topic.name(), topic.topicId());
    }

    private void count(@Nullable ByteBuf records) {
        if (records == null) {
            return;
        }
        RecordBatches batches = new RecordBatches(records);
        while (batches.next()) {
            RecordBatchHeader batch = batches.header();
            tally.onBatch(batch.count(), batch.sizeBytes());
            if (counted++ % CHECKED_BATCHES == 0 && batch.computeCrc() != batch.crc()) {
                tally.onCorruptBatch();
            }
        }
    }
}
