package dev.ottla.producer;

import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.net.ResponseHandler;
import dev.ottla.internal.protocol.FrameBuilder;
import dev.ottla.internal.protocol.Message;
import dev.ottla.internal.protocol.RequestBody;
import dev.ottla.internal.protocol.message.AddOffsetsToTxnResponse;
import dev.ottla.internal.protocol.message.AddPartitionsToTxnRequest;
import dev.ottla.internal.protocol.message.AddPartitionsToTxnRequest.AddPartitionsToTxnTopic;
import dev.ottla.internal.protocol.message.AddPartitionsToTxnResponse;
import dev.ottla.internal.protocol.message.AddPartitionsToTxnResponse.AddPartitionsToTxnPartitionResult;
import dev.ottla.internal.protocol.message.AddPartitionsToTxnResponse.AddPartitionsToTxnTopicResult;
import dev.ottla.internal.protocol.message.ApiKey;
import dev.ottla.internal.protocol.message.EndTxnRequest;
import dev.ottla.internal.protocol.message.EndTxnResponse;
import dev.ottla.internal.protocol.message.FindCoordinatorResponse;
import dev.ottla.internal.protocol.message.InitProducerIdRequest;
import dev.ottla.internal.protocol.message.InitProducerIdResponse;
import dev.ottla.internal.protocol.message.TxnOffsetCommitRequest;
import dev.ottla.internal.protocol.message.TxnOffsetCommitRequest.TxnOffsetCommitRequestTopic;
import dev.ottla.internal.protocol.message.TxnOffsetCommitResponse;
import dev.ottla.internal.protocol.message.TxnOffsetCommitResponse.TxnOffsetCommitResponsePartition;
import dev.ottla.internal.protocol.message.TxnOffsetCommitResponse.TxnOffsetCommitResponseTopic;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The coordinator of all groups and transactional ids, on node 1: answers at once, with what the test has planned for the API or
 * else without error, and writes down what it was asked.
 */
final class FakeCoordinator {

    /** What happens to one request. */
    enum Fate {
        ANSWERED,
        /** The connection breaks before the answer. */
        LOST
    }

    record Plan(Fate fate, ErrorCode error) {}

    final List<String> asked = new ArrayList<>();

    /** The transactional ids that were taken over, in order. */
    final List<String> takenOver = new ArrayList<>();

    private final Map<ApiKey, Deque<Plan>> plans = new EnumMap<>(ApiKey.class);
    private boolean isV2;
    short epoch = -1;

    /** From now on it speaks the protocol of KIP-890. */
    void speakV2() {
        isV2 = true;
    }

    boolean isV2() {
        return isV2;
    }

    void plan(ApiKey api, ErrorCode... errors) {
        for (ErrorCode error : errors) {
            plans(api).addLast(new Plan(Fate.ANSWERED, error));
        }
    }

    void lose(ApiKey api) {
        plans(api).addLast(new Plan(Fate.LOST, ErrorCode.NONE));
    }

    /** From now on the API is answered again. */
    void forget(ApiKey api) {
        plans(api).clear();
    }

    private Deque<Plan> plans(ApiKey api) {
        return plans.computeIfAbsent(api, none -> new ArrayDeque<>());
    }

    /** How often the API was asked for. */
    long count(ApiKey api) {
        return asked.stream().filter(line -> line.startsWith(wordOf(api))).count();
    }

    /** As in the protocol: EndTxn for END_TXN. */
    private static String wordOf(ApiKey api) {
        StringBuilder word = new StringBuilder();
        for (String part : api.name().split("_", -1)) {
            word.append(part.charAt(0)).append(part.substring(1).toLowerCase(Locale.ROOT));
        }
        return word.toString();
    }

    void onRequest(FakeNetwork.FakeConnection connection, RequestBody request, ResponseHandler handler) {
        ApiKey api = request.apiKey();
        short version = request.highestVersion();
        Deque<Plan> planned = plans(api);
        Plan plan = planned.isEmpty() ? new Plan(Fate.ANSWERED, ErrorCode.NONE) : planned.removeFirst();
        Message response = answer(request, version, plan.error().code());
        if (plan.fate() == Fate.LOST) {
            connection.lose();
        } else {
            connection.answer(handler, response, version);
        }
    }

    private Message answer(RequestBody request, short version, short error) {
        ByteBuf body = body(request, version);
        return switch (request.apiKey()) {
            case FIND_COORDINATOR ->
                FindCoordinatorResponse.builder()
                        .coordinators(List.of(FindCoordinatorResponse.Coordinator.builder()
                                .key("any")
                                .nodeId(1)
                                .host("node")
                                .port(1)
                                .errorCode(error)
                                .build()))
                        .build();
            case INIT_PRODUCER_ID -> identity(InitProducerIdRequest.read(body, version), error);
            case ADD_PARTITIONS_TO_TXN -> added(AddPartitionsToTxnRequest.read(body, version), error);
            case ADD_OFFSETS_TO_TXN -> {
                asked.add("AddOffsetsToTxn v" + version);
                yield new AddOffsetsToTxnResponse(0, error);
            }
            case TXN_OFFSET_COMMIT -> committed(TxnOffsetCommitRequest.read(body, version), version, error);
            case END_TXN -> ended(EndTxnRequest.read(body, version), version, error);
            default -> throw new IllegalArgumentException("not expected: " + request.apiKey());
        };
    }

    private static ByteBuf body(RequestBody request, short version) {
        FrameBuilder frame = new FrameBuilder(Unpooled.buffer());
        request.write(frame, version);
        ByteBuf bytes = Unpooled.buffer();
        for (ByteBuf part : frame.finish()) {
            bytes.writeBytes(part);
            part.release();
        }
        return bytes.skipBytes(Integer.BYTES);
    }

    private Message identity(InitProducerIdRequest request, short error) {
        takenOver.add(request.transactionalId());
        asked.add("InitProducerId " + request.producerId() + "/" + request.producerEpoch());
        if (error == ErrorCode.NONE.code()) {
            epoch++;
        }
        return InitProducerIdResponse.builder()
                .errorCode(error)
                .producerId(77)
                .producerEpoch(epoch)
                .build();
    }

    private Message added(AddPartitionsToTxnRequest request, short error) {
        List<AddPartitionsToTxnTopicResult> topics = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (AddPartitionsToTxnTopic topic : request.v3AndBelowTopics()) {
            List<AddPartitionsToTxnPartitionResult> partitions = new ArrayList<>();
            for (int i = 0; i < topic.partitions().size(); i++) {
                int partition = topic.partitions().get(i);
                names.add(topic.name() + "-" + partition);
                partitions.add(new AddPartitionsToTxnPartitionResult(partition, error));
            }
            topics.add(new AddPartitionsToTxnTopicResult(topic.name(), partitions));
        }
        asked.add("AddPartitionsToTxn " + names);
        return new AddPartitionsToTxnResponse(0, (short) 0, List.of(), topics);
    }

    private Message committed(TxnOffsetCommitRequest request, short version, short error) {
        asked.add("TxnOffsetCommit v" + version + " of " + request.groupId());
        List<TxnOffsetCommitResponseTopic> topics = new ArrayList<>();
        for (TxnOffsetCommitRequestTopic topic : request.topics()) {
            topics.add(new TxnOffsetCommitResponseTopic(
                    topic.name(),
                    topic.partitions().stream()
                            .map(partition -> new TxnOffsetCommitResponsePartition(partition.partitionIndex(), error))
                            .toList()));
        }
        return new TxnOffsetCommitResponse(0, topics);
    }

    private Message ended(EndTxnRequest request, short version, short error) {
        asked.add("EndTxn v" + version + " " + request.producerEpoch() + (request.committed() ? " commit" : " abort"));
        if (isV2 && error == ErrorCode.NONE.code()) {
            epoch = (short) (request.producerEpoch() + 1);
        }
        return new EndTxnResponse(0, error, isV2 ? 77 : -1, isV2 ? epoch : -1);
    }
}
