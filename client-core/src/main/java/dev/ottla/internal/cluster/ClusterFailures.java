package dev.ottla.internal.cluster;

import dev.ottla.common.Node;
import dev.ottla.errors.AuthenticationException;
import dev.ottla.errors.AuthorizationException;
import dev.ottla.errors.ClosedException;
import dev.ottla.errors.ConnectionException;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.ErrorDetails;
import dev.ottla.errors.KafkaException;
import dev.ottla.errors.MalformedMessageException;
import dev.ottla.errors.Outcome;
import dev.ottla.errors.RequestTimeoutException;
import dev.ottla.errors.UnsupportedVersionException;
import dev.ottla.internal.concurrent.Immutable;
import dev.ottla.internal.net.BrokerAddress;
import dev.ottla.internal.net.Transmission;
import dev.ottla.internal.protocol.message.ApiKey;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The words for what can go wrong between a call and its answer; and the way back from a future's failure to its cause. */
@Immutable
public final class ClusterFailures {
    private ClusterFailures() {}

    /** The error inside what a future of this package failed with. */
    public static KafkaException of(Throwable failure) {
        Throwable cause = unwrap(failure);
        if (cause instanceof RequestFailure request) {
            return request.failure();
        } else if (cause instanceof KafkaException known) {
            return known;
        }
        return new ConnectionException("An unexpected failure in the client: " + cause, cause);
    }

    /** How far the request got whose future failed so. */
    public static Transmission transmission(Throwable failure) {
        return unwrap(failure) instanceof RequestFailure request ? request.transmission() : Transmission.POSSIBLY_SENT;
    }

    private static Throwable unwrap(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    /** Whether trying again can't help. */
    public static boolean isPermanent(KafkaException failure) {
        return failure instanceof UnsupportedVersionException
                || failure instanceof AuthenticationException
                || failure instanceof AuthorizationException
                || failure instanceof ClosedException;
    }

    static ConnectionException unknownNode(int nodeId) {
        return new ConnectionException(
                nodeId < 0
                        ? "No broker is known to be responsible now."
                        : "Broker " + nodeId + " is not among the brokers that the cluster names now.",
                null);
    }

    static ConnectionException tooManyPending(int nodeId, int limit) {
        return new ConnectionException(
                limit + " requests already wait for broker " + nodeId + " to accept or answer them.", null);
    }

    /** Adds the node id to a failure that knows only an address. */
    static KafkaException atNode(int nodeId, BrokerAddress address, KafkaException cause) {
        if (!(cause instanceof ConnectionException) || cause.broker().isPresent()) {
            return cause;
        }
        Node node = new Node(nodeId, address.host(), address.port());
        String message = cause.getMessage() == null ? "The connection failed." : cause.getMessage();
        return new ConnectionException(
                message,
                ErrorDetails.builder().broker(node).build(),
                cause.getCause() == null ? cause : cause.getCause());
    }

    static KafkaException topicUnavailable(String topic, ErrorCode error) {
        return error.exception(ErrorDetails.ofCode(error)
                .api(ApiKey.METADATA.toString())
                .hint("The topic is \"" + topic + "\". " + error.hint())
                .build());
    }

    /** Typed by what those who were asked have in common: where all refuse, waiting does not help. */
    static KafkaException noMetadata(Collection<InetSocketAddress> bootstrapServers, List<KafkaException> failures) {
        String servers = addresses(bootstrapServers);
        String why = failures.isEmpty()
                ? "none of them has answered yet"
                : failures.stream().map(Throwable::getMessage).distinct().collect(Collectors.joining(" "));
        String message = "The cluster was not found through bootstrap.servers " + servers + ": " + why;
        KafkaException last = failures.isEmpty() ? null : failures.get(failures.size() - 1);
        return areRefusals(failures)
                ? new AuthenticationException(message, last)
                : new ConnectionException(message, last);
    }

    /** Whether there are failures, and all are because one side does not accept the other. */
    static boolean areRefusals(Collection<KafkaException> failures) {
        return !failures.isEmpty() && failures.stream().allMatch(AuthenticationException.class::isInstance);
    }

    private static String addresses(Collection<InetSocketAddress> servers) {
        return servers.stream()
                .map(BrokerAddress::of)
                .map(BrokerAddress::toString)
                .collect(Collectors.joining(", "));
    }

    static KafkaException advertisedListenersUnreachable(
            Collection<InetSocketAddress> bootstrapServers, Map<Integer, Node> advertised, KafkaException cause) {
        if (cause instanceof AuthenticationException) {
            return cause;
        }
        String servers = addresses(bootstrapServers);
        String nodes = advertised.values().stream()
                .map(node -> "node " + node.id() + " at " + node.address())
                .sorted()
                .collect(Collectors.joining(", "));
        return new ConnectionException(
                "The cluster was found through " + servers
                        + ", but none of the listeners that it advertises can be reached (" + nodes + "): "
                        + cause.getMessage(),
                ErrorDetails.builder()
                        .hint("Set advertised.listeners of the brokers to addresses that this machine can reach.")
                        .build(),
                cause);
    }

    static KafkaException noCoordinator(CoordinatorKey key, ApiKey api, ErrorCode error) {
        return error.exception(ErrorDetails.ofCode(error)
                .api(api.toString())
                .hint("The " + key.type().name().toLowerCase(java.util.Locale.ROOT) + " is \"" + key.key() + "\". "
                        + error.hint())
                .build());
    }

    static MalformedMessageException impossibleCoordinator(CoordinatorKey key, int nodeId, int port) {
        return new MalformedMessageException(ApiKey.FIND_COORDINATOR + " was answered with a node that can't be: id "
                + nodeId + ", port " + port + ", for \"" + key.key() + "\"");
    }

    /** An answer whose fields contradict each other, or that a caller could not make sense of. */
    static MalformedMessageException senselessAnswer(ApiKey api, int nodeId, int attempts, RuntimeException cause) {
        return new MalformedMessageException(
                "The answer of broker " + nodeId + " to " + api + " makes no sense: " + cause,
                ErrorDetails.builder()
                        .api(api.toString())
                        .attempts(attempts)
                        .outcome(Outcome.UNKNOWN)
                        .build(),
                cause);
    }

    static MalformedMessageException metadataWithoutBrokers(int nodeId) {
        return new MalformedMessageException(
                "The metadata of broker " + nodeId + " names no broker that can be reached");
    }

    static ConnectionException topicNotDescribed(String topic) {
        return new ConnectionException("No broker has described the topic \"" + topic + "\" in time.", null);
    }

    static RequestTimeoutException notConnectedInTime(int nodeId, ApiKey api, long waitedNanos) {
        return new RequestTimeoutException(
                api + " waited " + Duration.ofNanos(waitedNanos).toMillis() + " ms for a connection to broker " + nodeId
                        + " and was not sent.",
                ErrorDetails.builder()
                        .api(api.toString())
                        .outcome(Outcome.REJECTED)
                        .build(),
                null);
    }

    static ConnectionException unwanted(int nodeId) {
        return new ConnectionException("Nobody waits for the answer of broker " + nodeId + " any more.", null);
    }

    static KafkaException answered(ApiKey api, int nodeId, int attempts, ErrorCode error) {
        return error.exception(ErrorDetails.ofCode(error)
                .api(api.toString())
                .attempts(attempts)
                .hint("Broker " + nodeId + " said so. " + error.hint())
                .build());
    }

    static RequestTimeoutException outcomeUnknown(ApiKey api, int nodeId, int attempts, KafkaException cause) {
        return new RequestTimeoutException(
                "The answer of broker " + nodeId + " to " + api + " was lost: " + cause.getMessage(),
                ErrorDetails.builder()
                        .api(api.toString())
                        .attempts(attempts)
                        .outcome(Outcome.UNKNOWN)
                        .hint("It may have been done: look before you repeat it.")
                        .build(),
                cause);
    }

    static ClosedException closedInDoubt(ApiKey api, RetrySafety retrySafety, int attempts, KafkaException cause) {
        return new ClosedException(
                "The client was closed before " + api + " was answered.",
                ErrorDetails.builder()
                        .api(api.toString())
                        .attempts(attempts)
                        .outcome(Outcome.UNKNOWN)
                        .hint(
                                retrySafety == RetrySafety.ONCE
                                        ? "It may have been done: look before you repeat it."
                                        : "It may have been done; repeating it does no harm.")
                        .build(),
                cause);
    }

    static RequestTimeoutException callTimedOut(
            ApiKey api, Route route, Duration timeout, int attempts, boolean inDoubt, @Nullable KafkaException last) {
        return new RequestTimeoutException(
                api + " to " + route + " was not answered within " + timeout.toMillis() + " ms"
                        + (last == null ? "." : "; the last failure: " + last.getMessage()),
                ErrorDetails.builder()
                        .api(api.toString())
                        .attempts(attempts)
                        .outcome(inDoubt ? Outcome.UNKNOWN : Outcome.REJECTED)
                        .build(),
                last);
    }

    static ConnectionException bootstrapDone() {
        return new ConnectionException("The bootstrap connection is no longer needed.", null);
    }
}
