package dev.ottla.testkit.internal.api;

import dev.ottla.common.TopicPartition;
import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.message.AddPartitionsToTxnRequest;
import dev.ottla.internal.protocol.message.AddPartitionsToTxnRequest.AddPartitionsToTxnTopic;
import dev.ottla.internal.protocol.message.AddPartitionsToTxnRequest.AddPartitionsToTxnTransaction;
import dev.ottla.internal.protocol.message.AddPartitionsToTxnResponse;
import dev.ottla.internal.protocol.message.AddPartitionsToTxnResponse.AddPartitionsToTxnPartitionResult;
import dev.ottla.internal.protocol.message.AddPartitionsToTxnResponse.AddPartitionsToTxnResult;
import dev.ottla.internal.protocol.message.AddPartitionsToTxnResponse.AddPartitionsToTxnTopicResult;
import dev.ottla.testkit.internal.txn.ProducerIdentity;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** AddPartitionsToTxn: a producer names partitions before it writes to them; brokers ask for many producers at once (KIP-890). */
@EventLoopConfined
final class AddPartitionsToTxnHandler implements ApiHandler<AddPartitionsToTxnRequest, AddPartitionsToTxnResponse> {
    private static final short FIRST_VERSION_WITH_FENCING = 2;
    private static final short FIRST_BATCHED_VERSION = 4;

    private final ClusterModel model;

    AddPartitionsToTxnHandler(ClusterModel model) {
        this.model = model;
    }

    @Override
    public void handle(AddPartitionsToTxnRequest request, Call<AddPartitionsToTxnResponse> call) {
        if (call.version() >= FIRST_BATCHED_VERSION) {
            List<AddPartitionsToTxnResult> results = request.transactions().stream()
                    .map(each -> new AddPartitionsToTxnResult(each.transactionalId(), add(each, call)))
                    .toList();
            call.reply(new AddPartitionsToTxnResponse(0, call.wantedError().code(), results, List.of()));
        } else {
            AddPartitionsToTxnTransaction only = AddPartitionsToTxnTransaction.builder()
                    .transactionalId(request.v3AndBelowTransactionalId())
                    .producerId(request.v3AndBelowProducerId())
                    .producerEpoch(request.v3AndBelowProducerEpoch())
                    .topics(request.v3AndBelowTopics())
                    .build();
            call.reply(new AddPartitionsToTxnResponse(0, ErrorCode.NONE.code(), List.of(), add(only, call)));
        }
    }

    private List<AddPartitionsToTxnTopicResult> add(
            AddPartitionsToTxnTransaction asked, Call<AddPartitionsToTxnResponse> call) {
        Map<TopicPartition, ErrorCode> errors = new LinkedHashMap<>();
        asked.topics().forEach(topic -> {
            for (int i = 0; i < topic.partitions().size(); i++) {
                TopicPartition partition =
                        new TopicPartition(topic.name(), topic.partitions().get(i));
                errors.put(partition, checkPartition(partition, call));
            }
        });
        if (errors.values().stream().allMatch(error -> error == ErrorCode.NONE)) {
            ErrorCode error = addAll(asked, List.copyOf(errors.keySet()), call);
            errors.replaceAll((partition, none) -> error);
        } else {
            // All or nothing: what could have been added is not.
            errors.replaceAll(
                    (partition, error) -> error == ErrorCode.NONE ? ErrorCode.OPERATION_NOT_ATTEMPTED : error);
        }
        return results(asked.topics(), errors);
    }

    private ErrorCode checkPartition(TopicPartition partition, Call<AddPartitionsToTxnResponse> call) {
        ErrorCode wanted = call.wantedError(partition.topic(), partition.partition());
        if (wanted != ErrorCode.NONE) {
            return wanted;
        }
        boolean exists = model.topics().partition(partition.topic(), partition.partition()) != null;
        return exists ? ErrorCode.NONE : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
    }

    private ErrorCode addAll(
            AddPartitionsToTxnTransaction asked,
            List<TopicPartition> partitions,
            Call<AddPartitionsToTxnResponse> call) {
        String transactionalId = asked.transactionalId();
        ErrorCode error = TransactionCheck.checkCoordinator(model, call, transactionalId);
        if (error != ErrorCode.NONE) {
            return error;
        }
        ProducerIdentity producer = new ProducerIdentity(asked.producerId(), asked.producerEpoch());
        error = asked.verifyOnly()
                ? model.transactions().verify(transactionalId, producer, partitions, null)
                : model.transactions().add(transactionalId, producer, partitions, null);
        return TransactionCheck.fencedAs(error, call.version() >= FIRST_VERSION_WITH_FENCING);
    }

    private static List<AddPartitionsToTxnTopicResult> results(
            List<AddPartitionsToTxnTopic> topics, Map<TopicPartition, ErrorCode> errors) {
        List<AddPartitionsToTxnTopicResult> results = new ArrayList<>();
        for (AddPartitionsToTxnTopic topic : topics) {
            List<AddPartitionsToTxnPartitionResult> partitions = new ArrayList<>();
            for (int i = 0; i < topic.partitions().size(); i++) {
                int index = topic.partitions().get(i);
                ErrorCode error = errors.getOrDefault(new TopicPartition(topic.name(), index), ErrorCode.NONE);
                partitions.add(new AddPartitionsToTxnPartitionResult(index, error.code()));
            }
            results.add(new AddPartitionsToTxnTopicResult(topic.name(), partitions));
        }
        return results;
    }
}
