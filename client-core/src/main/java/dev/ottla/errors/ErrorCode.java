package dev.ottla.errors;

import static dev.ottla.errors.Remedy.ABORT;
import static dev.ottla.errors.Remedy.AUTHENTICATE;
import static dev.ottla.errors.Remedy.AUTHORIZE;
import static dev.ottla.errors.Remedy.FENCED;
import static dev.ottla.errors.Remedy.FIX_RECORD;
import static dev.ottla.errors.Remedy.FIX_REQUEST;
import static dev.ottla.errors.Remedy.NETWORK;
import static dev.ottla.errors.Remedy.NOTHING;
import static dev.ottla.errors.Remedy.REBUILD;
import static dev.ottla.errors.Remedy.REFRESH;
import static dev.ottla.errors.Remedy.RETRY;
import static dev.ottla.errors.Remedy.TIMEOUT;
import static dev.ottla.errors.Remedy.UPGRADE;

import java.util.Arrays;

/**
 * The error codes of Kafka's protocol: number, name, what follows from it, and a text of our own. The names, the
 * numbers
 * and the two flags are those of {@code org.apache.kafka.common.protocol.Errors}. Immutable.
 */
public enum ErrorCode {
    UNKNOWN_SERVER_ERROR(-1, FIX_REQUEST, "The broker failed in a way that it did not expect."),
    NONE(0, NOTHING, "No error."),
    OFFSET_OUT_OF_RANGE(1, FIX_REQUEST, "The partition holds no record at this offset."),
    CORRUPT_MESSAGE(
            2, RETRY, "The broker found the record batch damaged, or without the key that a compacted topic needs."),
    UNKNOWN_TOPIC_OR_PARTITION(3, REFRESH, "The broker does not host this topic-partition."),
    INVALID_FETCH_SIZE(4, FIX_REQUEST, "The fetch size is not valid."),
    LEADER_NOT_AVAILABLE(5, REFRESH, "The partition has no leader at the moment."),
    NOT_LEADER_OR_FOLLOWER(6, REFRESH, "The broker is not the leader, or not a replica, of this partition."),
    REQUEST_TIMED_OUT(7, TIMEOUT, "The broker did not finish the request in time."),
    BROKER_NOT_AVAILABLE(8, FIX_REQUEST, "The broker that is asked for is not up."),
    REPLICA_NOT_AVAILABLE(9, REFRESH, "The replica is not available for this partition."),
    MESSAGE_TOO_LARGE(10, FIX_RECORD, "The record is larger than the topic accepts."),
    STALE_CONTROLLER_EPOCH(11, FIX_REQUEST, "The controller has moved to another node."),
    OFFSET_METADATA_TOO_LARGE(12, FIX_REQUEST, "The note committed with the offset is too long."),
    NETWORK_EXCEPTION(13, NETWORK, "The connection was lost before the answer came."),
    COORDINATOR_LOAD_IN_PROGRESS(14, RETRY, "The coordinator is still loading its state."),
    COORDINATOR_NOT_AVAILABLE(15, RETRY, "No coordinator is available."),
    NOT_COORDINATOR(16, RETRY, "This broker is not the coordinator."),
    INVALID_TOPIC_EXCEPTION(17, FIX_REQUEST, "The operation is not allowed on this topic, or its name is not legal."),
    RECORD_LIST_TOO_LARGE(18, FIX_RECORD, "The batch is larger than the topic's segments."),
    NOT_ENOUGH_REPLICAS(19, RETRY, "Fewer replicas are in sync than min.insync.replicas asks for."),
    NOT_ENOUGH_REPLICAS_AFTER_APPEND(
            20, RETRY, "The batch was appended, but too few replicas were in sync afterwards."),
    INVALID_REQUIRED_ACKS(21, FIX_REQUEST, "The value of acks is not valid."),
    ILLEGAL_GENERATION(22, REBUILD, "The member's generation is not the group's current one."),
    INCONSISTENT_GROUP_PROTOCOL(
            23, FIX_REQUEST, "The member shares no protocol or assignor with the rest of the group."),
    INVALID_GROUP_ID(24, FIX_REQUEST, "The group id is not valid."),
    UNKNOWN_MEMBER_ID(25, REBUILD, "The coordinator does not know this member."),
    INVALID_SESSION_TIMEOUT(26, FIX_REQUEST, "The session timeout is outside of the broker's bounds."),
    REBALANCE_IN_PROGRESS(27, FIX_REQUEST, "The group is rebalancing."),
    INVALID_COMMIT_OFFSET_SIZE(28, FIX_REQUEST, "The commit is too large to be stored."),
    TOPIC_AUTHORIZATION_FAILED(29, AUTHORIZE, "Access to the topic is not allowed."),
    GROUP_AUTHORIZATION_FAILED(30, AUTHORIZE, "Access to the group is not allowed."),
    CLUSTER_AUTHORIZATION_FAILED(31, AUTHORIZE, "The operation on the cluster is not allowed."),
    INVALID_TIMESTAMP(32, FIX_RECORD, "The record's timestamp is outside of the range that the topic accepts."),
    UNSUPPORTED_SASL_MECHANISM(33, AUTHENTICATE, "The broker does not offer this SASL mechanism."),
    ILLEGAL_SASL_STATE(34, AUTHENTICATE, "The request does not fit the state of the SASL handshake."),
    UNSUPPORTED_VERSION(35, UPGRADE, "The broker does not support this version of the API."),
    TOPIC_ALREADY_EXISTS(36, FIX_REQUEST, "A topic of this name exists already."),
    INVALID_PARTITIONS(37, FIX_REQUEST, "The number of partitions is not valid."),
    INVALID_REPLICATION_FACTOR(38, FIX_REQUEST, "The replication factor is below 1 or above the number of brokers."),
    INVALID_REPLICA_ASSIGNMENT(39, FIX_REQUEST, "The assignment of replicas is not valid."),
    INVALID_CONFIG(40, FIX_REQUEST, "The configuration is not valid."),
    NOT_CONTROLLER(41, RETRY, "This node is not the controller."),
    INVALID_REQUEST(42, FIX_REQUEST, "The broker finds the request contradictory or malformed."),
    UNSUPPORTED_FOR_MESSAGE_FORMAT(43, UPGRADE, "The topic's message format can not express the request."),
    POLICY_VIOLATION(44, FIX_REQUEST, "The request breaks a policy that the cluster's operator has set."),
    OUT_OF_ORDER_SEQUENCE_NUMBER(45, REBUILD, "The broker misses a batch between this one and the last it has."),
    DUPLICATE_SEQUENCE_NUMBER(46, FIX_REQUEST, "The broker has this batch already."),
    INVALID_PRODUCER_EPOCH(47, REBUILD, "The producer's epoch is old: a newer producer has taken over."),
    INVALID_TXN_STATE(48, FIX_REQUEST, "The transaction is not in a state that allows this."),
    INVALID_PRODUCER_ID_MAPPING(49, REBUILD, "The producer id does not belong to this transactional id any more."),
    INVALID_TRANSACTION_TIMEOUT(50, FIX_REQUEST, "The transaction timeout is longer than the broker allows."),
    CONCURRENT_TRANSACTIONS(51, RETRY, "The last operation on this transactional id is still under way."),
    TRANSACTION_COORDINATOR_FENCED(52, FIX_REQUEST, "A newer transaction coordinator has taken over."),
    TRANSACTIONAL_ID_AUTHORIZATION_FAILED(53, AUTHORIZE, "Use of the transactional id is not allowed."),
    SECURITY_DISABLED(54, FIX_REQUEST, "The cluster has no security features switched on."),
    OPERATION_NOT_ATTEMPTED(
            55, FIX_REQUEST, "The broker did not try this, because another operation of the request failed."),
    KAFKA_STORAGE_ERROR(56, REFRESH, "A disk of the broker failed."),
    LOG_DIR_NOT_FOUND(57, FIX_REQUEST, "The broker has no such log directory."),
    SASL_AUTHENTICATION_FAILED(58, AUTHENTICATE, "The broker did not accept the credentials."),
    UNKNOWN_PRODUCER_ID(
            59, REBUILD, "The broker has forgotten this producer id, mostly because its records have expired."),
    REASSIGNMENT_IN_PROGRESS(60, FIX_REQUEST, "The partition is being reassigned."),
    DELEGATION_TOKEN_AUTH_DISABLED(61, FIX_REQUEST, "The cluster has delegation tokens switched off."),
    DELEGATION_TOKEN_NOT_FOUND(62, FIX_REQUEST, "There is no such delegation token."),
    DELEGATION_TOKEN_OWNER_MISMATCH(
            63, FIX_REQUEST, "The principal is neither the token's owner nor one of its renewers."),
    DELEGATION_TOKEN_REQUEST_NOT_ALLOWED(64, FIX_REQUEST, "Tokens can not be asked for on this connection."),
    DELEGATION_TOKEN_AUTHORIZATION_FAILED(65, AUTHORIZE, "Use of the delegation token is not allowed."),
    DELEGATION_TOKEN_EXPIRED(66, FIX_REQUEST, "The delegation token has expired."),
    INVALID_PRINCIPAL_TYPE(67, FIX_REQUEST, "The type of the principal is not supported."),
    NON_EMPTY_GROUP(68, FIX_REQUEST, "The group has members."),
    GROUP_ID_NOT_FOUND(69, FIX_REQUEST, "There is no such group."),
    FETCH_SESSION_ID_NOT_FOUND(70, RETRY, "The broker has dropped the fetch session."),
    INVALID_FETCH_SESSION_EPOCH(71, RETRY, "The fetch session's epoch is not the expected one."),
    LISTENER_NOT_FOUND(72, REFRESH, "The leader has no listener of the name that the client connected to."),
    TOPIC_DELETION_DISABLED(73, FIX_REQUEST, "The cluster does not allow topics to be deleted."),
    FENCED_LEADER_EPOCH(74, REFRESH, "The leader epoch of the request is older than the broker's."),
    UNKNOWN_LEADER_EPOCH(75, RETRY, "The leader epoch of the request is newer than the broker's."),
    UNSUPPORTED_COMPRESSION_TYPE(76, FIX_REQUEST, "The API version in use does not know the batch's compression."),
    STALE_BROKER_EPOCH(77, FIX_REQUEST, "The broker has been registered anew since."),
    OFFSET_NOT_AVAILABLE(78, RETRY, "The new leader does not know its high watermark yet."),
    MEMBER_ID_REQUIRED(79, FIX_REQUEST, "The member must join again with the id that it was just given."),
    PREFERRED_LEADER_NOT_AVAILABLE(80, REFRESH, "The preferred leader is not available."),
    GROUP_MAX_SIZE_REACHED(81, FIX_REQUEST, "The group has as many members as the broker allows."),
    FENCED_INSTANCE_ID(82, REBUILD, "Another member has joined with the same group.instance.id."),
    ELIGIBLE_LEADERS_NOT_AVAILABLE(83, REFRESH, "No replica is fit to become the leader."),
    ELECTION_NOT_NEEDED(84, REFRESH, "The partition's leader is the wanted one already."),
    NO_REASSIGNMENT_IN_PROGRESS(85, FIX_REQUEST, "The partition is not being reassigned."),
    GROUP_SUBSCRIBED_TO_TOPIC(86, FIX_REQUEST, "The group is subscribed to the topic."),
    INVALID_RECORD(87, FIX_RECORD, "The broker's checks refused the record."),
    UNSTABLE_OFFSET_COMMIT(88, RETRY, "Offsets of an open transaction are still pending."),
    THROTTLING_QUOTA_EXCEEDED(89, RETRY, "The quota for this kind of request is used up."),
    PRODUCER_FENCED(90, FENCED, "A newer producer has the same transactional id."),
    RESOURCE_NOT_FOUND(91, FIX_REQUEST, "The resource does not exist."),
    DUPLICATE_RESOURCE(92, FIX_REQUEST, "The request names the same resource twice."),
    UNACCEPTABLE_CREDENTIAL(93, FIX_REQUEST, "The credential does not meet the broker's rules."),
    INCONSISTENT_VOTER_SET(94, FIX_REQUEST, "Sender or receiver is not one of the expected voters."),
    INVALID_UPDATE_VERSION(95, FIX_REQUEST, "The feature can not be set to this version."),
    FEATURE_UPDATE_FAILED(96, FIX_REQUEST, "The cluster failed to update its features."),
    PRINCIPAL_DESERIALIZATION_FAILURE(
            97, FIX_REQUEST, "The controller could not read the principal that a broker forwarded."),
    SNAPSHOT_NOT_FOUND(98, FIX_REQUEST, "There is no such snapshot."),
    POSITION_OUT_OF_RANGE(99, FIX_REQUEST, "The position is not within the snapshot."),
    UNKNOWN_TOPIC_ID(100, REFRESH, "The broker does not host a topic of this id."),
    DUPLICATE_BROKER_REGISTRATION(101, FIX_REQUEST, "The broker id is in use already."),
    BROKER_ID_NOT_REGISTERED(102, FIX_REQUEST, "No broker is registered with this id."),
    INCONSISTENT_TOPIC_ID(103, REFRESH, "The topic's id is another than the request's."),
    INCONSISTENT_CLUSTER_ID(104, FIX_REQUEST, "The request names another cluster."),
    TRANSACTIONAL_ID_NOT_FOUND(105, FIX_REQUEST, "There is no such transactional id."),
    FETCH_SESSION_TOPIC_ID_ERROR(106, RETRY, "The fetch session mixes topic names and topic ids."),
    INELIGIBLE_REPLICA(107, FIX_REQUEST, "One of the replicas may not be in the in-sync set."),
    NEW_LEADER_ELECTED(108, FIX_REQUEST, "The change was made and has elected a new leader."),
    OFFSET_MOVED_TO_TIERED_STORAGE(109, FIX_REQUEST, "The offset is in tiered storage only."),
    FENCED_MEMBER_EPOCH(110, REBUILD, "The member's epoch is fenced."),
    UNRELEASED_INSTANCE_ID(111, FIX_REQUEST, "Another member still holds this group.instance.id."),
    UNSUPPORTED_ASSIGNOR(112, FIX_REQUEST, "The broker does not offer this assignor."),
    STALE_MEMBER_EPOCH(113, FIX_REQUEST, "The member's epoch is stale."),
    MISMATCHED_ENDPOINT_TYPE(
            114, FIX_REQUEST, "A broker was asked what a controller must be asked, or the other way round."),
    UNSUPPORTED_ENDPOINT_TYPE(115, FIX_REQUEST, "This type of endpoint is not supported."),
    UNKNOWN_CONTROLLER_ID(116, FIX_REQUEST, "There is no controller of this id."),
    UNKNOWN_SUBSCRIPTION_ID(117, FIX_REQUEST, "The telemetry subscription is not known, or not current."),
    TELEMETRY_TOO_LARGE(118, FIX_REQUEST, "The pushed metrics are larger than the broker accepts."),
    INVALID_REGISTRATION(119, FIX_REQUEST, "The controller found the broker's registration invalid."),
    TRANSACTION_ABORTABLE(120, ABORT, "The transaction can not be committed."),
    INVALID_RECORD_STATE(121, FIX_REQUEST, "The record can not be acknowledged in its state."),
    SHARE_SESSION_NOT_FOUND(122, RETRY, "The broker has dropped the share session."),
    INVALID_SHARE_SESSION_EPOCH(123, RETRY, "The share session's epoch is not the expected one."),
    FENCED_STATE_EPOCH(124, FIX_REQUEST, "The share group's state has a newer epoch."),
    INVALID_VOTER_KEY(125, FIX_REQUEST, "The voter's key is not the receiving replica's."),
    DUPLICATE_VOTER(126, FIX_REQUEST, "The voter is in the set already."),
    VOTER_NOT_FOUND(127, FIX_REQUEST, "The voter is not in the set."),
    INVALID_REGULAR_EXPRESSION(128, FIX_REQUEST, "The broker can not read the regular expression."),
    REBOOTSTRAP_REQUIRED(129, FIX_REQUEST, "The client's metadata is too old to go on with."),
    STREAMS_INVALID_TOPOLOGY(130, FIX_REQUEST, "The streams topology is not valid."),
    STREAMS_INVALID_TOPOLOGY_EPOCH(131, FIX_REQUEST, "The streams topology's epoch is not valid."),
    STREAMS_TOPOLOGY_FENCED(132, FIX_REQUEST, "The streams topology's epoch is outdated."),
    SHARE_SESSION_LIMIT_REACHED(133, RETRY, "The broker holds as many share sessions as it may.");

    private static final int LOWEST = UNKNOWN_SERVER_ERROR.code;
    private static final ErrorCode[] BY_CODE = byCode();

    private final short code;
    private final Remedy remedy;
    private final String text;

    ErrorCode(int code, Remedy remedy, String text) {
        this.code = (short) code;
        this.remedy = remedy;
        this.text = text;
    }

    /**
     * The constant of a number on the wire. A number that this version does not know gives {@link
     * #UNKNOWN_SERVER_ERROR};
     * {@link ErrorDetails#ofCode(short)} keeps the number for the message.
     */
    public static ErrorCode of(short code) {
        int index = code - LOWEST;
        return index >= 0 && index < BY_CODE.length ? BY_CODE[index] : UNKNOWN_SERVER_ERROR;
    }

    /** The number on the wire. */
    public short code() {
        return code;
    }

    /** Whether the same request may succeed later, as Kafka defines it. */
    public boolean isRetriable() {
        return remedy.isRetriable();
    }

    /** Whether the client's metadata is out of date and must be refreshed before a retry, as Kafka defines it. */
    public boolean needsMetadataRefresh() {
        return remedy.needsMetadataRefresh();
    }

    /** What has happened, as one sentence. */
    public String text() {
        return text;
    }

    /** What to do about it, as one sentence; empty if there is nothing to advise. */
    public String hint() {
        return ErrorHints.hint(this, remedy);
    }

    /**
     * What became of a change that was answered with this code: {@link Outcome#UNKNOWN} where the broker may have made
     * it
     * or may still make it.
     */
    public Outcome outcome() {
        return switch (this) {
            case NONE, DUPLICATE_SEQUENCE_NUMBER, NEW_LEADER_ELECTED -> Outcome.ACKED;
            case UNKNOWN_SERVER_ERROR, REQUEST_TIMED_OUT, NETWORK_EXCEPTION, NOT_ENOUGH_REPLICAS_AFTER_APPEND ->
                Outcome.UNKNOWN;
            default -> Outcome.REJECTED;
        };
    }

    /**
     * The exception that this code stands for.
     *
     * @param details where it happened; made with {@link ErrorDetails#ofCode(ErrorCode)}
     * @throws IllegalStateException if this is {@link #NONE}, which reports success
     */
    public KafkaException exception(ErrorDetails details) {
        return remedy.exception(text, details);
    }

    private static ErrorCode[] byCode() {
        ErrorCode[] table = new ErrorCode[values().length];
        Arrays.stream(values()).forEach(error -> table[error.code - LOWEST] = error);
        return table;
    }
}
