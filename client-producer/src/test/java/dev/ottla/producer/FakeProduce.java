package dev.ottla.producer;

import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.net.ResponseHandler;
import dev.ottla.internal.protocol.message.ProduceRequest;
import dev.ottla.internal.protocol.message.ProduceRequest.PartitionProduceData;
import dev.ottla.internal.protocol.message.ProduceRequest.TopicProduceData;
import dev.ottla.internal.protocol.message.ProduceResponse;
import dev.ottla.internal.protocol.message.ProduceResponse.PartitionProduceResponse;
import dev.ottla.internal.protocol.message.ProduceResponse.TopicProduceResponse;
import io.netty.buffer.ByteBufUtil;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.RecordBatch;

/** A produce request that reached a fake broker, to be answered by the test. */
final class FakeProduce {
    static final long BASE_OFFSET = 1_000;

    private final FakeNetwork.FakeConnection connection;
    private final ResponseHandler handler;
    private final short version;
    final ProduceRequest request;

    FakeProduce(FakeNetwork.FakeConnection connection, ResponseHandler handler, short version, ProduceRequest request) {
        this.connection = connection;
        this.handler = handler;
        this.version = version;
        this.request = request;
    }

    short version() {
        return version;
    }

    int node() {
        return connection.nodeId;
    }

    /** The values of all records in it, as text. */
    List<String> values() {
        return valuesByPartition().values().stream().flatMap(List::stream).toList();
    }

    /** The same, by partition; for requests with one topic. */
    Map<Integer, List<String>> valuesByPartition() {
        Map<Integer, List<String>> values = new LinkedHashMap<>();
        for (TopicProduceData topic : request.topicData()) {
            for (PartitionProduceData partition : topic.partitionData()) {
                ByteBuffer bytes = ByteBuffer.wrap(ByteBufUtil.getBytes(partition.records()));
                List<String> ofPartition = values.computeIfAbsent(partition.index(), none -> new ArrayList<>());
                MemoryRecords.readableRecords(bytes)
                        .records()
                        .forEach(record -> ofPartition.add(
                                StandardCharsets.UTF_8.decode(record.value()).toString()));
            }
        }
        return values;
    }

    /** Its first batch, as the official client reads it. */
    RecordBatch batch() {
        return MemoryRecords.readableRecords(ByteBuffer.wrap(firstBatch()))
                .batches()
                .iterator()
                .next();
    }

    FakeNetwork.FakeConnection connection() {
        return connection;
    }

    /** The bytes of its first batch. */
    byte[] firstBatch() {
        return ByteBufUtil.getBytes(
                request.topicData().get(0).partitionData().get(0).records());
    }

    List<Integer> partitions() {
        return request.topicData().stream()
                .flatMap(topic -> topic.partitionData().stream())
                .map(PartitionProduceData::index)
                .toList();
    }

    void ack() {
        answer(ErrorCode.NONE);
    }

    void answer(ErrorCode error) {
        answer(partition -> partition.errorCode(error.code()).baseOffset(error == ErrorCode.NONE ? BASE_OFFSET : -1));
    }

    void answer(UnaryOperator<PartitionProduceResponse.Builder> each) {
        List<TopicProduceResponse> topics = new ArrayList<>();
        for (TopicProduceData topic : request.topicData()) {
            List<PartitionProduceResponse> partitions = topic.partitionData().stream()
                    .map(partition -> each.apply(
                                    PartitionProduceResponse.builder().index(partition.index()))
                            .build())
                    .toList();
            topics.add(new TopicProduceResponse(topic.name(), topic.topicId(), partitions));
        }
        connection.answer(handler, new ProduceResponse(topics, 0, List.of()), version);
    }

    /** Without an answer, as with acks=0. */
    void written() {
        connection.written(handler);
    }

    /** The connection breaks, and with it all that is in flight on it. */
    void lose() {
        connection.lose();
    }
}
