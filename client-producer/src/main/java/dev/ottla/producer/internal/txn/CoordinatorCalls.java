package dev.ottla.producer.internal.txn;

import dev.ottla.common.GroupMetadata;
import dev.ottla.common.OffsetAndMetadata;
import dev.ottla.common.TopicPartition;
import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.cluster.Cluster;
import dev.ottla.internal.cluster.Route;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.Ints;
import dev.ottla.internal.protocol.RequestMessage;
import dev.ottla.internal.protocol.ResponseMessage;
import dev.ottla.internal.protocol.VersionedRequest;
import dev.ottla.internal.protocol.message.AddOffsetsToTxnRequest;
import dev.ottla.internal.protocol.message.AddOffsetsToTxnResponse;
import dev.ottla.internal.protocol.message.AddPartitionsToTxnRequest;
import dev.ottla.internal.protocol.message.AddPartitionsToTxnRequest.AddPartitionsToTxnTopic;
import dev.ottla.internal.protocol.message.AddPartitionsToTxnResponse;
import dev.ottla.internal.protocol.message.ApiKey;
import dev.ottla.internal.protocol.message.EndTxnRequest;
import dev.ottla.internal.protocol.message.EndTxnResponse;
import dev.ottla.internal.protocol.message.InitProducerIdRequest;
import dev.ottla.internal.protocol.message.InitProducerIdResponse;
import dev.ottla.internal.protocol.message.TxnOffsetCommitRequest;
import dev.ottla.internal.protocol.message.TxnOffsetCommitRequest.TxnOffsetCommitRequestPartition;
import dev.ottla.internal.protocol.message.TxnOffsetCommitRequest.TxnOffsetCommitRequestTopic;
import dev.ottla.internal.protocol.message.TxnOffsetCommitResponse;
import dev.ottla.producer.internal.ProducerIdentity;
import dev.ottla.producer.internal.TransactionProtocol;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The questions to coordinators that transactions consist of, each with the versions that go with the protocol in use. Part of
 * a {@link TransactionSession}, on the home loop; the futures complete there, with a {@link dev.ottla.errors.KafkaException}
 * if there is an error.
 */
@EventLoopConfined
final class CoordinatorCalls {
    private static final long NO_PRODUCER_ID = -1;
    private static final short NO_EPOCH = -1;

    /** From here on the producer can say which id and epoch it has (KIP-360). */
    private static final short FIRST_INIT_VERSION_WITH_IDENTITY = 3;

    /** Version 6 is for two-phase commit (KIP-939) and not finished. */
    private static final short LAST_INIT_VERSION = 5;

    /** Later ones are spoken between brokers. */
    private static final short LAST_ADD_PARTITIONS_VERSION = 3;

    /** From here on TxnOffsetCommit adds the group, and EndTxn bumps the epoch (KIP-890). */
    private static final short FIRST_V2_VERSION = 5;

    private static final short FIRST_OFFSETS_VERSION_WITH_MEMBER = 3;

    private final Cluster cluster;
    private final TransactionOptions options;
    private final String transactionalId;
    private final Route route;
    private boolean isInDoubt;

    CoordinatorCalls(Cluster cluster, TransactionOptions options) {
        this.cluster = cluster;
        this.options = options;
        this.transactionalId = options.transactionalId();
        this.route = Route.transactionCoordinator(transactionalId);
    }

    /** Whether since this was last asked an attempt was lost, which may still be carried out, or may have been although refused. */
    boolean takeDoubt() {
        boolean was = isInDoubt;
        isInDoubt = false;
        return was;
    }

    private <R extends ResponseMessage> CompletableFuture<R> call(
            Route to, RequestMessage<R> request, Function<R, ErrorCode> errorOf) {
        return new CoordinatorCall<>(cluster, options, to, request, errorOf, () -> isInDoubt = true).start();
    }

    /** An identity, or the next epoch of this one; in protocol V1 until it is known to be another. */
    CompletableFuture<ProducerIdentity> identify(@Nullable ProducerIdentity previous) {
        InitProducerIdRequest request = InitProducerIdRequest.builder()
                .transactionalId(transactionalId)
                .transactionTimeoutMs(options.timeoutMs())
                .producerId(previous == null ? NO_PRODUCER_ID : previous.producerId())
                .producerEpoch(previous == null ? NO_EPOCH : previous.epoch())
                .build();
        RequestMessage<InitProducerIdResponse> versioned = new VersionedRequest<>(
                ApiKey.INIT_PRODUCER_ID,
                previous == null ? ApiKey.INIT_PRODUCER_ID.lowestVersion() : FIRST_INIT_VERSION_WITH_IDENTITY,
                LAST_INIT_VERSION,
                version -> request);
        return call(route, versioned, response -> ErrorCode.of(response.errorCode()))
                .thenApply(response -> new ProducerIdentity(
                        response.producerId(), response.producerEpoch(), transactionalId, TransactionProtocol.V1));
    }

    CompletableFuture<AddPartitionsToTxnResponse> addPartitions(
            ProducerIdentity identity, Collection<TopicPartition> partitions) {
        Map<String, List<Integer>> byTopic = new TreeMap<>();
        for (TopicPartition partition : partitions) {
            byTopic.computeIfAbsent(partition.topic(), topic -> new ArrayList<>())
                    .add(partition.partition());
        }
        List<AddPartitionsToTxnTopic> topics = new ArrayList<>();
        byTopic.forEach((topic, indexes) -> topics.add(new AddPartitionsToTxnTopic(
                topic, Ints.of(indexes.stream().mapToInt(Integer::intValue).toArray()))));
        AddPartitionsToTxnRequest request = AddPartitionsToTxnRequest.builder()
                .v3AndBelowTransactionalId(transactionalId)
                .v3AndBelowProducerId(identity.producerId())
                .v3AndBelowProducerEpoch(identity.epoch())
                .v3AndBelowTopics(topics)
                .build();
        return call(
                route,
                new VersionedRequest<>(
                        ApiKey.ADD_PARTITIONS_TO_TXN,
                        ApiKey.ADD_PARTITIONS_TO_TXN.lowestVersion(),
                        LAST_ADD_PARTITIONS_VERSION,
                        version -> request),
                CoordinatorCalls::worst);
    }

    private static ErrorCode worst(AddPartitionsToTxnResponse response) {
        return worst(response.resultsByTopicV3AndBelow().stream()
                .flatMap(topic -> topic.resultsByPartition().stream())
                .map(partition -> ErrorCode.of(partition.partitionErrorCode())));
    }

    private static ErrorCode worst(TxnOffsetCommitResponse response) {
        return worst(response.topics().stream()
                .flatMap(topic -> topic.partitions().stream())
                .map(partition -> ErrorCode.of(partition.errorCode())));
    }

    /** One that no repetition helps against, before one that may pass; those that were not tried because of others don't count. */
    private static ErrorCode worst(Stream<ErrorCode> codes) {
        ErrorCode worst = ErrorCode.NONE;
        for (ErrorCode code : (Iterable<ErrorCode>) codes::iterator) {
            boolean isCause = code != ErrorCode.NONE && code != ErrorCode.OPERATION_NOT_ATTEMPTED;
            if (isCause && (worst == ErrorCode.NONE || worst.isRetriable())) {
                worst = code;
            }
        }
        return worst;
    }

    /** In protocol V1, before offsets of the group are sent. */
    CompletableFuture<AddOffsetsToTxnResponse> addGroup(ProducerIdentity identity, String groupId) {
        return call(
                route,
                new AddOffsetsToTxnRequest(transactionalId, identity.producerId(), identity.epoch(), groupId),
                response -> ErrorCode.of(response.errorCode()));
    }

    CompletableFuture<TxnOffsetCommitResponse> commitOffsets(
            ProducerIdentity identity, Map<TopicPartition, OffsetAndMetadata> offsets, GroupMetadata group) {
        TxnOffsetCommitRequest request = TxnOffsetCommitRequest.builder()
                .transactionalId(transactionalId)
                .groupId(group.groupId())
                .producerId(identity.producerId())
                .producerEpoch(identity.epoch())
                .generationId(group.generationId())
                .memberId(group.memberId())
                .groupInstanceId(group.groupInstanceId().orElse(null))
                .topics(topics(offsets))
                .build();
        boolean isV2 = identity.protocol() == TransactionProtocol.V2;
        int lowest = group.memberId().isEmpty()
                ? ApiKey.TXN_OFFSET_COMMIT.lowestVersion()
                : FIRST_OFFSETS_VERSION_WITH_MEMBER;
        return call(
                Route.groupCoordinator(group.groupId()),
                new VersionedRequest<>(
                        ApiKey.TXN_OFFSET_COMMIT,
                        isV2 ? FIRST_V2_VERSION : lowest,
                        isV2 ? ApiKey.TXN_OFFSET_COMMIT.highestVersion() : FIRST_V2_VERSION - 1,
                        version -> request),
                CoordinatorCalls::worst);
    }

    private static List<TxnOffsetCommitRequestTopic> topics(Map<TopicPartition, OffsetAndMetadata> offsets) {
        Map<String, List<TxnOffsetCommitRequestPartition>> byTopic = new TreeMap<>();
        offsets.forEach((partition, offset) -> byTopic.computeIfAbsent(partition.topic(), topic -> new ArrayList<>())
                .add(new TxnOffsetCommitRequestPartition(
                        partition.partition(),
                        offset.offset(),
                        offset.leaderEpoch().orElse(-1),
                        offset.metadata())));
        List<TxnOffsetCommitRequestTopic> topics = new ArrayList<>();
        byTopic.forEach((topic, partitions) -> topics.add(new TxnOffsetCommitRequestTopic(topic, partitions)));
        return topics;
    }

    /** Ends the transaction; the identity is that of the next one. */
    CompletableFuture<ProducerIdentity> end(ProducerIdentity identity, boolean committed) {
        EndTxnRequest request = new EndTxnRequest(transactionalId, identity.producerId(), identity.epoch(), committed);
        boolean isV2 = identity.protocol() == TransactionProtocol.V2;
        return call(
                        route,
                        new VersionedRequest<>(
                                ApiKey.END_TXN,
                                isV2 ? FIRST_V2_VERSION : ApiKey.END_TXN.lowestVersion(),
                                isV2 ? ApiKey.END_TXN.highestVersion() : FIRST_V2_VERSION - 1,
                                version -> request),
                        this::endedWith)
                .thenApply(response -> isV2 ? next(identity, response) : identity);
    }

    /** A coordinator that lost its partition just after it had written the end says no more than one that was asked too late. */
    private ErrorCode endedWith(EndTxnResponse response) {
        ErrorCode code = ErrorCode.of(response.errorCode());
        isInDoubt |= code == ErrorCode.NOT_COORDINATOR || code == ErrorCode.COORDINATOR_NOT_AVAILABLE;
        return code;
    }

    private ProducerIdentity next(ProducerIdentity identity, EndTxnResponse response) {
        return response.producerId() == NO_PRODUCER_ID
                ? identity
                : new ProducerIdentity(
                        response.producerId(), response.producerEpoch(), transactionalId, identity.protocol());
    }

    /** Which protocol the cluster has agreed on, as the coordinator's connection knows; null if it can't tell now. */
    CompletableFuture<@Nullable TransactionProtocol> protocol() {
        return CoordinatorVersion.of(cluster, transactionalId);
    }
}
