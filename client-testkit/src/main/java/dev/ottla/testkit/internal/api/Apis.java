package dev.ottla.testkit.internal.api;

import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.MessageReader;
import dev.ottla.internal.protocol.RequestMessage;
import dev.ottla.internal.protocol.ResponseMessage;
import dev.ottla.internal.protocol.message.AddOffsetsToTxnRequest;
import dev.ottla.internal.protocol.message.AddPartitionsToTxnRequest;
import dev.ottla.internal.protocol.message.ApiKey;
import dev.ottla.internal.protocol.message.ApiVersionsRequest;
import dev.ottla.internal.protocol.message.ApiVersionsResponse;
import dev.ottla.internal.protocol.message.ApiVersionsResponse.ApiVersion;
import dev.ottla.internal.protocol.message.ConsumerGroupDescribeRequest;
import dev.ottla.internal.protocol.message.ConsumerGroupHeartbeatRequest;
import dev.ottla.internal.protocol.message.CreatePartitionsRequest;
import dev.ottla.internal.protocol.message.CreateTopicsRequest;
import dev.ottla.internal.protocol.message.DeleteGroupsRequest;
import dev.ottla.internal.protocol.message.DeleteRecordsRequest;
import dev.ottla.internal.protocol.message.DeleteTopicsRequest;
import dev.ottla.internal.protocol.message.DescribeClusterRequest;
import dev.ottla.internal.protocol.message.DescribeConfigsRequest;
import dev.ottla.internal.protocol.message.DescribeGroupsRequest;
import dev.ottla.internal.protocol.message.DescribeTopicPartitionsRequest;
import dev.ottla.internal.protocol.message.DescribeTransactionsRequest;
import dev.ottla.internal.protocol.message.EndTxnRequest;
import dev.ottla.internal.protocol.message.FetchRequest;
import dev.ottla.internal.protocol.message.FindCoordinatorRequest;
import dev.ottla.internal.protocol.message.HeartbeatRequest;
import dev.ottla.internal.protocol.message.IncrementalAlterConfigsRequest;
import dev.ottla.internal.protocol.message.InitProducerIdRequest;
import dev.ottla.internal.protocol.message.JoinGroupRequest;
import dev.ottla.internal.protocol.message.LeaveGroupRequest;
import dev.ottla.internal.protocol.message.ListGroupsRequest;
import dev.ottla.internal.protocol.message.ListOffsetsRequest;
import dev.ottla.internal.protocol.message.ListTransactionsRequest;
import dev.ottla.internal.protocol.message.MetadataRequest;
import dev.ottla.internal.protocol.message.OffsetCommitRequest;
import dev.ottla.internal.protocol.message.OffsetDeleteRequest;
import dev.ottla.internal.protocol.message.OffsetFetchRequest;
import dev.ottla.internal.protocol.message.OffsetForLeaderEpochRequest;
import dev.ottla.internal.protocol.message.ProduceRequest;
import dev.ottla.internal.protocol.message.RequestHeader;
import dev.ottla.internal.protocol.message.SaslAuthenticateRequest;
import dev.ottla.internal.protocol.message.SaslHandshakeRequest;
import dev.ottla.internal.protocol.message.SyncGroupRequest;
import dev.ottla.internal.protocol.message.TxnOffsetCommitRequest;
import io.netty.buffer.ByteBuf;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The APIs that the cluster's brokers offer, and the way of a request to the one that it is for. Called by the sessions of all
 * brokers, on the cluster's loop.
 */
@EventLoopConfined
public final class Apis {
    private static final int VERSION_INDEX = Short.BYTES;
    private static final int CORRELATION_ID_INDEX = VERSION_INDEX + Short.BYTES;
    private static final int HEADER_BYTES_MIN = CORRELATION_ID_INDEX + Integer.BYTES;

    private final Map<ApiKey, Endpoint<?, ?>> endpoints = new EnumMap<>(ApiKey.class);
    private final ClusterModel model;

    public Apis(ClusterModel model) {
        this.model = model;
        offer(ApiKey.SASL_HANDSHAKE, SaslHandshakeRequest::read, new SaslHandshakeHandler(model));
        offer(ApiKey.SASL_AUTHENTICATE, SaslAuthenticateRequest::read, new SaslAuthenticateHandler());
        offer(ApiKey.API_VERSIONS, ApiVersionsRequest::read, new ApiVersionsHandler(this::versions, model.options()));
        offerLogs(model);
        offerGroups(model);
        offerTransactions(model);
        offerAdmin(model);
    }

    private void offerLogs(ClusterModel model) {
        offer(ApiKey.METADATA, MetadataRequest::read, new MetadataHandler(model));
        offer(ApiKey.PRODUCE, ProduceRequest::read, new ProduceHandler(model));
        offer(ApiKey.FETCH, FetchRequest::read, new FetchHandler(model));
        offer(ApiKey.LIST_OFFSETS, ListOffsetsRequest::read, new ListOffsetsHandler(model));
        offer(
                ApiKey.OFFSET_FOR_LEADER_EPOCH,
                OffsetForLeaderEpochRequest::read,
                new OffsetForLeaderEpochHandler(model));
    }

    private void offerTransactions(ClusterModel model) {
        offer(ApiKey.INIT_PRODUCER_ID, InitProducerIdRequest::read, new InitProducerIdHandler(model));
        offer(ApiKey.ADD_PARTITIONS_TO_TXN, AddPartitionsToTxnRequest::read, new AddPartitionsToTxnHandler(model));
        offer(ApiKey.ADD_OFFSETS_TO_TXN, AddOffsetsToTxnRequest::read, new AddOffsetsToTxnHandler(model));
        offer(ApiKey.END_TXN, EndTxnRequest::read, new EndTxnHandler(model));
        offer(ApiKey.TXN_OFFSET_COMMIT, TxnOffsetCommitRequest::read, new TxnOffsetCommitHandler(model));
        offer(ApiKey.DESCRIBE_TRANSACTIONS, DescribeTransactionsRequest::read, new DescribeTransactionsHandler(model));
        offer(ApiKey.LIST_TRANSACTIONS, ListTransactionsRequest::read, new ListTransactionsHandler(model));
    }

    private void offerGroups(ClusterModel model) {
        offer(ApiKey.FIND_COORDINATOR, FindCoordinatorRequest::read, new FindCoordinatorHandler(model));
        offer(ApiKey.JOIN_GROUP, JoinGroupRequest::read, new JoinGroupHandler(model));
        offer(ApiKey.SYNC_GROUP, SyncGroupRequest::read, new SyncGroupHandler(model));
        offer(ApiKey.HEARTBEAT, HeartbeatRequest::read, new HeartbeatHandler(model));
        offer(ApiKey.LEAVE_GROUP, LeaveGroupRequest::read, new LeaveGroupHandler(model));
        offer(ApiKey.OFFSET_COMMIT, OffsetCommitRequest::read, new OffsetCommitHandler(model));
        offer(ApiKey.OFFSET_FETCH, OffsetFetchRequest::read, new OffsetFetchHandler(model));
        offer(ApiKey.DESCRIBE_GROUPS, DescribeGroupsRequest::read, new DescribeGroupsHandler(model));
        offer(
                ApiKey.CONSUMER_GROUP_HEARTBEAT,
                ConsumerGroupHeartbeatRequest::read,
                new ConsumerGroupHeartbeatHandler(model));
        offer(
                ApiKey.CONSUMER_GROUP_DESCRIBE,
                ConsumerGroupDescribeRequest::read,
                new ConsumerGroupDescribeHandler(model));
        offer(ApiKey.LIST_GROUPS, ListGroupsRequest::read, new ListGroupsHandler(model));
        offer(ApiKey.DELETE_GROUPS, DeleteGroupsRequest::read, new DeleteGroupsHandler(model));
        offer(ApiKey.OFFSET_DELETE, OffsetDeleteRequest::read, new OffsetDeleteHandler(model));
    }

    private void offerAdmin(ClusterModel model) {
        offer(ApiKey.CREATE_TOPICS, CreateTopicsRequest::read, new CreateTopicsHandler(model));
        offer(ApiKey.DELETE_TOPICS, DeleteTopicsRequest::read, new DeleteTopicsHandler(model));
        offer(ApiKey.CREATE_PARTITIONS, CreatePartitionsRequest::read, new CreatePartitionsHandler(model));
        offer(ApiKey.DESCRIBE_CONFIGS, DescribeConfigsRequest::read, new DescribeConfigsHandler(model));
        offer(
                ApiKey.INCREMENTAL_ALTER_CONFIGS,
                IncrementalAlterConfigsRequest::read,
                new IncrementalAlterConfigsHandler(model));
        offer(ApiKey.DESCRIBE_CLUSTER, DescribeClusterRequest::read, new DescribeClusterHandler(model));
        offer(ApiKey.DELETE_RECORDS, DeleteRecordsRequest::read, new DeleteRecordsHandler(model));
        offer(
                ApiKey.DESCRIBE_TOPIC_PARTITIONS,
                DescribeTopicPartitionsRequest::read,
                new DescribeTopicPartitionsHandler(model));
    }

    private <Q extends RequestMessage<R>, R extends ResponseMessage> void offer(
            ApiKey api, MessageReader<Q> reader, ApiHandler<Q, R> handler) {
        endpoints.put(api, new Endpoint<>(api, reader, handler));
    }

    private List<ApiVersion> versions() {
        return endpoints.values().stream().map(Endpoint::versions).toList();
    }

    /**
     * Handles one request. A broker closes the connection on a request that it does not know, save ApiVersions, or that it does
     * not accept before authentication. Borrows the frame for the call.
     *
     * @throws dev.ottla.errors.MalformedMessageException if the frame is not a request
     */
    public void serve(ByteBuf frame, Connection connection) {
        if (frame.readableBytes() < HEADER_BYTES_MIN) {
            connection.disconnect();
            return;
        }
        ApiKey api = ApiKey.forId(frame.getShort(frame.readerIndex()));
        short version = frame.getShort(frame.readerIndex() + VERSION_INDEX);
        Endpoint<?, ?> endpoint = api == null ? null : endpoints.get(api);
        if (api == ApiKey.API_VERSIONS && !api.hasVersion(version)) {
            int correlationId = frame.getInt(frame.readerIndex() + CORRELATION_ID_INDEX);
            refuseApiVersions(new RequestHeader(api.id(), (short) 0, correlationId, null), connection);
        } else if (endpoint == null || !isServed(endpoint.api(), version) || !isAllowed(endpoint.api(), connection)) {
            connection.disconnect();
        } else {
            RequestHeader header = RequestHeader.read(frame, endpoint.api().requestHeaderVersion(version));
            endpoint.serve(frame, header, connection, model);
        }
    }

    private static boolean isServed(@Nullable ApiKey api, short version) {
        return api != null && api.hasVersion(version);
    }

    private static boolean isAllowed(ApiKey api, Connection connection) {
        Authentication authentication = connection.authentication();
        if (authentication instanceof Authentication.Required) {
            return api == ApiKey.API_VERSIONS || api == ApiKey.SASL_HANDSHAKE;
        }
        return !(authentication instanceof Authentication.Agreed) || api == ApiKey.SASL_AUTHENTICATE;
    }

    /** KIP-511: the answer to a version that is not known is one in version 0 that names the known ones. */
    private void refuseApiVersions(RequestHeader header, Connection connection) {
        List<ApiVersion> known =
                List.of(new ApiVersion(ApiKey.API_VERSIONS.id(), (short) 0, ApiKey.API_VERSIONS.highestVersion()));
        connection.respond(
                header,
                ApiVersionsResponse.builder()
                        .errorCode(ErrorCode.UNSUPPORTED_VERSION.code())
                        .apiKeys(known)
                        .build(),
                0);
    }
}
