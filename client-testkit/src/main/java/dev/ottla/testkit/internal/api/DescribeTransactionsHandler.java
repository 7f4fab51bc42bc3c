package dev.ottla.testkit.internal.api;

import dev.ottla.common.TopicPartition;
import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.message.DescribeTransactionsRequest;
import dev.ottla.internal.protocol.message.DescribeTransactionsResponse;
import dev.ottla.internal.protocol.message.DescribeTransactionsResponse.TopicData;
import dev.ottla.testkit.internal.txn.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** DescribeTransactions: how far transactional ids are with their transactions (KIP-664). */
@EventLoopConfined
final class DescribeTransactionsHandler
        implements ApiHandler<DescribeTransactionsRequest, DescribeTransactionsResponse> {
    private final ClusterModel model;

    DescribeTransactionsHandler(ClusterModel model) {
        this.model = model;
    }

    @Override
    public void handle(DescribeTransactionsRequest request, Call<DescribeTransactionsResponse> call) {
        call.reply(new DescribeTransactionsResponse(
                0,
                request.transactionalIds().stream()
                        .map(id -> describe(id, call))
                        .toList()));
    }

    private DescribeTransactionsResponse.TransactionState describe(
            String transactionalId, Call<DescribeTransactionsResponse> call) {
        var description =
                DescribeTransactionsResponse.TransactionState.builder().transactionalId(transactionalId);
        ErrorCode error = TransactionCheck.checkCoordinator(model, call, transactionalId);
        Transaction transaction = model.transactions().find(transactionalId);
        if (error == ErrorCode.NONE && transaction == null) {
            error = ErrorCode.TRANSACTIONAL_ID_NOT_FOUND;
        }
        if (error != ErrorCode.NONE || transaction == null) {
            return description.errorCode(error.code()).build();
        }
        return description
                .transactionState(transaction.state().text())
                .transactionTimeoutMs(transaction.timeoutMs())
                .transactionStartTimeMs(transaction.startMillis())
                .producerId(transaction.identity().producerId())
                .producerEpoch(transaction.identity().epoch())
                .topics(topics(transaction.partitions()))
                .build();
    }

    private static List<TopicData> topics(List<TopicPartition> partitions) {
        Map<String, List<Integer>> byTopic = new TreeMap<>();
        partitions.forEach(each -> byTopic.computeIfAbsent(each.topic(), topic -> new ArrayList<>())
                .add(each.partition()));
        List<TopicData> topics = new ArrayList<>();
        byTopic.forEach((topic, indexes) -> topics.add(new TopicData(topic, MetadataHandler.ints(indexes))));
        return topics;
    }
}
