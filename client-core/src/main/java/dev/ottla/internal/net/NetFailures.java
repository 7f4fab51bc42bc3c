package dev.ottla.internal.net;

import dev.ottla.errors.ConnectionException;
import dev.ottla.errors.ErrorDetails;
import dev.ottla.errors.KafkaException;
import dev.ottla.errors.MalformedMessageException;
import dev.ottla.errors.Outcome;
import dev.ottla.errors.RequestTimeoutException;
import dev.ottla.errors.UnsupportedVersionException;
import dev.ottla.internal.concurrent.Immutable;
import dev.ottla.internal.net.InFlightQueue.InFlight;
import dev.ottla.internal.protocol.RequestBody;
import dev.ottla.internal.protocol.message.ApiKey;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The words for everything that can go wrong with one connection: which address, what happened, what to look at. In one
 * place, so that they can be read and compared. Called on the connection's loop.
 */
@Immutable
final class NetFailures {
    private static final int HTTP_PREFIX = 0x48545450;
    private static final int TLS_ALERT = 0x15;
    private static final int TLS_HANDSHAKE = 0x16;
    private static final int TLS_MAJOR_VERSION = 3;
    private static final int LINE_LENGTH_MAX = 80;

    private NetFailures() {}

    static ConnectionException unresolved(BrokerAddress address, @Nullable Throwable cause) {
        String why = cause instanceof UnknownHostException ? "no such host" : reason(cause);
        return failure(
                "The host name of " + address + " can't be resolved: " + why + ".",
                "Check its spelling, and that this machine's DNS or hosts file knows it.",
                cause);
    }

    static ConnectionException notConnected(
            BrokerAddress address, List<String> refusals, @Nullable Throwable lastCause) {
        return failure(
                "No connection to " + address + " (" + String.join("; ", refusals) + ").",
                "Check that a broker listens there and that no firewall is between.",
                lastCause);
    }

    static ConnectionException setupTimedOut(BrokerAddress address, String stage) {
        return failure(
                "Connecting to " + address + " took too long; the time was up while " + stage + ".",
                "A firewall may drop the packets, the broker may be frozen, or the port may belong to another service.",
                null);
    }

    static ConnectionException closedDuringHandshake(BrokerAddress address) {
        return failure(
                address + " accepted the connection, then closed it without an answer to ApiVersions.",
                "The listener may expect TLS (security.protocol), or the port may belong to another service.",
                null);
    }

    static KafkaException negotiationRefused(BrokerAddress address, short errorCode) {
        return ErrorDetails.ofCode(errorCode)
                .api("ApiVersions")
                .hint("The broker is " + address + ".")
                .toException();
    }

    /** The first four bytes of a peer that is not a Kafka broker tell what it is instead. */
    static KafkaException notAFrame(
            BrokerAddress address, int length, int maxFrameBytes, boolean anyFrameSeen, ByteBuf rest) {
        if (!anyFrameSeen && length == HTTP_PREFIX) {
            return failure(
                    address + " answers in HTTP (\"HTTP" + firstLine(rest) + "\"): it is not a Kafka listener.",
                    "Check the port.",
                    null);
        }
        int type = length >>> 24;
        if (!anyFrameSeen
                && (type == TLS_ALERT || type == TLS_HANDSHAKE)
                && ((length >>> 16) & 0xff) == TLS_MAJOR_VERSION) {
            return failure(
                    address + " speaks TLS, and this client speaks plain text to it.",
                    "Set security.protocol to SSL or SASL_SSL, or use the broker's plain-text port.",
                    null);
        }
        return new MalformedMessageException(address + " announced a frame of " + length
                + " bytes; allowed are 4 to " + maxFrameBytes
                + ". The peer may not be a Kafka broker, or the frame limit is too low for what was asked.");
    }

    private static String firstLine(ByteBuf rest) {
        String text = rest.toString(
                rest.readerIndex(), Math.min(rest.readableBytes(), LINE_LENGTH_MAX), StandardCharsets.ISO_8859_1);
        return text.lines().findFirst().orElse("").replaceAll("\\p{Cntrl}", "?");
    }

    static ConnectionException lost(BrokerAddress address, @Nullable Throwable cause, int inFlight) {
        return failure(
                "The connection to " + address + " was lost with " + inFlight + " requests in flight: "
                        + (cause == null ? "the broker closed it" : reason(cause)) + ".",
                "",
                cause);
    }

    static MalformedMessageException outOfOrder(BrokerAddress address, int correlationId, @Nullable InFlight head) {
        String expected = head == null
                ? "no request waits for one"
                : head.apiKey() + " with " + head.correlationId() + " is next in line";
        return new MalformedMessageException(
                address + " sent an answer with correlation id " + correlationId + ", but " + expected + ".");
    }

    static RequestTimeoutException throttledTooLong(BrokerAddress address, ApiKey api, Duration waited) {
        return new RequestTimeoutException(
                address + " throttles this client: " + api + " waited " + waited.toMillis() + " ms and was not sent.",
                ErrorDetails.builder()
                        .api(api.toString())
                        .outcome(Outcome.REJECTED)
                        .hint("Raise the client's quota, or send less.")
                        .build(),
                null);
    }

    static RequestTimeoutException notWritten(BrokerAddress address, ApiKey api, long timeoutNanos) {
        return new RequestTimeoutException(
                address + " took no bytes for "
                        + Duration.ofNanos(timeoutNanos).toMillis() + " ms, so " + api
                        + " could not be written; the connection is closed.",
                ErrorDetails.builder()
                        .api(api.toString())
                        .outcome(Outcome.UNKNOWN)
                        .hint("The broker may be overloaded or frozen.")
                        .build(),
                null);
    }

    static ConnectionException tooManyHeld(BrokerAddress address, int limit) {
        return failure(
                "More than " + limit + " requests wait while " + address + " throttles this client.",
                "Raise the client's quota, or send less.",
                null);
    }

    static ConnectionException idle(BrokerAddress address, Duration maxIdle) {
        return failure("The connection to " + address + " was not used for " + maxIdle + ".", "", null);
    }

    static ConnectionException cancelled(BrokerAddress address) {
        return failure("The attempt to connect to " + address + " was given up.", "", null);
    }

    static RequestTimeoutException requestTimedOut(BrokerAddress address, InFlight request, long nowNanos) {
        Duration waited = Duration.ofNanos(nowNanos - request.sentNanos());
        return new RequestTimeoutException(
                address + " did not answer " + request.apiKey() + " within " + waited.toMillis()
                        + " ms; the connection is closed, because answers come in order.",
                ErrorDetails.builder()
                        .api(request.apiKey().toString())
                        .hint("The broker may be overloaded or frozen.")
                        .build(),
                null);
    }

    static UnsupportedVersionException unsupportedVersion(
            BrokerAddress address, RequestBody request, int brokerLowest, int brokerHighest) {
        String offer = brokerHighest < 0 ? "not at all" : "in versions " + brokerLowest + " to " + brokerHighest;
        return new UnsupportedVersionException(
                address + " knows " + request.apiKey() + " " + offer + "; this request needs version "
                        + request.lowestVersion() + " to " + request.highestVersion() + ".",
                ErrorDetails.builder().api(request.apiKey().toString()).build(),
                null);
    }

    /** What a message can't say in a version it tells with an IllegalArgumentException; the rest is the machine's trouble. */
    static KafkaException notEncodable(BrokerAddress address, RequestBody request, short version, Throwable e) {
        if (e instanceof KafkaException known) {
            return known;
        } else if (e instanceof IllegalArgumentException) {
            return new UnsupportedVersionException(
                    request.apiKey() + " can't be said to " + address + " in version " + version
                            + ", the highest in common: " + e.getMessage(),
                    ErrorDetails.builder().api(request.apiKey().toString()).build(),
                    e);
        }
        return failure(
                request.apiKey() + " could not be written for " + address + ": " + reason(e) + ".",
                "This client may be short of memory.",
                e);
    }

    static KafkaException unreadableAnswer(BrokerAddress address, InFlight request, Throwable cause) {
        return new MalformedMessageException(
                "The answer of " + address + " to " + request.apiKey() + " version " + request.version()
                        + " can't be read: " + reason(cause),
                ErrorDetails.builder()
                        .api(request.apiKey().toString())
                        .outcome(Outcome.UNKNOWN)
                        .build(),
                cause);
    }

    /** What an exception says, or what it is where it says nothing. */
    static String reason(@Nullable Throwable cause) {
        if (cause == null) {
            return "unknown";
        }
        if (cause instanceof ClosedChannelException) {
            return "it was closed";
        }
        String message = cause.getMessage();
        if (message == null) {
            return cause.getClass().getSimpleName();
        }
        return cause instanceof IOException || cause instanceof KafkaException
                ? message
                : cause.getClass().getSimpleName() + ": " + message;
    }

    private static ConnectionException failure(String what, String hint, @Nullable Throwable cause) {
        ErrorDetails.Builder details = ErrorDetails.builder();
        if (!hint.isEmpty()) {
            details.hint(hint);
        }
        return new ConnectionException(what, details.build(), cause);
    }
}
