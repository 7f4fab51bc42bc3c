package dev.ottla.errors;

/** What to do about an error code, where there is more to say than its {@link Remedy} does. */
final class ErrorHints {

    private ErrorHints() {}

    /** The code's own hint, or else its remedy's. */
    static String hint(ErrorCode code, Remedy remedy) {
        String hint = remedy.isRetriable() || remedy == Remedy.REBUILD || remedy == Remedy.FENCED
                ? whenTransient(code)
                : whenLasting(code);
        return hint.isEmpty() ? remedy.hint() : hint;
    }

    private static String whenTransient(ErrorCode code) {
        return switch (code) {
            case CORRUPT_MESSAGE -> "If it repeats, check that every record of a compacted topic has a key.";
            case UNKNOWN_TOPIC_OR_PARTITION ->
                "Check the topic's name, or wait until the new topic is known everywhere.";
            case REQUEST_TIMED_OUT -> "A change may have taken effect all the same; check before repeating it.";
            case NOT_COORDINATOR -> "Look the coordinator up again and retry.";
            case NOT_ENOUGH_REPLICAS_AFTER_APPEND ->
                "The records may be in the log; without idempotence a retry may duplicate them.";
            case ILLEGAL_GENERATION -> "The partition may belong to another member now; rejoin the group.";
            case UNKNOWN_MEMBER_ID ->
                "It was removed from the group, mostly because it was too slow; rejoin the group.";
            case OUT_OF_ORDER_SEQUENCE_NUMBER ->
                "Records before this one may be lost; close the producer and build a new one.";
            case LISTENER_NOT_FOUND -> "Give all brokers the same listener names.";
            case FENCED_INSTANCE_ID -> "Give every member its own group.instance.id.";
            case ELECTION_NOT_NEEDED -> "Nothing is to be done.";
            case PRODUCER_FENCED -> "Give every running producer its own transactional.id.";
            case UNKNOWN_TOPIC_ID -> "If the topic was deleted and created again, its id is new.";
            case INCONSISTENT_TOPIC_ID -> "The topic was deleted and created again.";
            case FENCED_MEMBER_EPOCH -> "It owns no partition any more; rejoin the group.";
            default -> "";
        };
    }

    private static String whenLasting(ErrorCode code) {
        return switch (code) {
            case UNKNOWN_SERVER_ERROR ->
                "The reason is in the broker's log; whether the request took effect is not known.";
            case OFFSET_OUT_OF_RANGE -> "Seek to an offset within the log, or set auto.offset.reset.";
            case BROKER_NOT_AVAILABLE -> "Check that the broker runs and is registered with the cluster.";
            case MESSAGE_TOO_LARGE -> "Send less, or raise the topic's max.message.bytes.";
            case OFFSET_METADATA_TOO_LARGE -> "Shorten it, or raise the broker's offset.metadata.max.bytes.";
            case INVALID_TOPIC_EXCEPTION -> "Check the name; internal topics can not be written by clients.";
            case RECORD_LIST_TOO_LARGE -> "Lower batch.size, or raise the topic's segment.bytes.";
            case INVALID_REQUIRED_ACKS -> "Use all, 1 or 0.";
            case INCONSISTENT_GROUP_PROTOCOL -> "Give all members a common partition.assignment.strategy.";
            case INVALID_GROUP_ID -> "Set a group.id that is not empty.";
            case INVALID_SESSION_TIMEOUT ->
                "Choose session.timeout.ms within group.min.session.timeout.ms and group.max.session.timeout.ms.";
            case REBALANCE_IN_PROGRESS -> "Rejoin the group, then commit what is still assigned.";
            case UNSUPPORTED_SASL_MECHANISM -> "Set sasl.mechanism to one that the listener offers.";
            case ILLEGAL_SASL_STATE -> "Check that the listener's security protocol is the one configured.";
            case INVALID_PARTITIONS -> "Ask for at least one, and for more than there are when adding.";
            case INVALID_REPLICATION_FACTOR -> "Ask for at most as many replicas as there are brokers.";
            case INVALID_REPLICA_ASSIGNMENT -> "Name existing brokers, each once per partition.";
            case INVALID_CONFIG -> "The broker's message names the key.";
            case INVALID_REQUEST -> "The broker's message or log says why; if the options are sound, please report it.";
            case DUPLICATE_SEQUENCE_NUMBER -> "Nothing is to be done: the batch was written once.";
            case INVALID_TRANSACTION_TIMEOUT ->
                "Lower transaction.timeout.ms, or raise the broker's transaction.max.timeout.ms.";
            case SECURITY_DISABLED -> "ACLs need an authorizer on the brokers.";
            case REASSIGNMENT_IN_PROGRESS -> "Wait until the reassignment ends, or cancel it.";
            case DELEGATION_TOKEN_REQUEST_NOT_ALLOWED ->
                "Use a listener with SASL or mutual TLS, and do not log in with a token.";
            case DELEGATION_TOKEN_EXPIRED -> "Ask for a new one.";
            case NON_EMPTY_GROUP -> "Stop its members first.";
            case TOPIC_DELETION_DISABLED -> "See delete.topic.enable on the brokers.";
            case GROUP_MAX_SIZE_REACHED -> "Start fewer members, or raise the broker's group.max.size.";
            case GROUP_SUBSCRIBED_TO_TOPIC -> "Its offsets can be deleted once no member subscribes to it.";
            case UNACCEPTABLE_CREDENTIAL -> "Check the number of iterations, and that name and password are not empty.";
            case FEATURE_UPDATE_FAILED -> "The reason is in the controller's log.";
            case PRINCIPAL_DESERIALIZATION_FAILURE -> "Brokers and controllers need the same principal builder.";
            case INCONSISTENT_CLUSTER_ID -> "Check bootstrap.servers.";
            case UNRELEASED_INSTANCE_ID -> "Stop that member first, or wait until its session ends.";
            case UNSUPPORTED_ASSIGNOR -> "Choose one of the broker's group.consumer.assignors.";
            case STALE_MEMBER_EPOCH -> "The next heartbeat brings the new one; then commit again.";
            case MISMATCHED_ENDPOINT_TYPE -> "Check bootstrap.servers and bootstrap.controllers.";
            case INVALID_RECORD_STATE -> "Its lock has expired, or it was acknowledged before.";
            case INVALID_REGULAR_EXPRESSION -> "Brokers read RE2 syntax, not java.util.regex.";
            case REBOOTSTRAP_REQUIRED -> "Bootstrap again from bootstrap.servers.";
            default -> "";
        };
    }
}
