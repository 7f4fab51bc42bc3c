package dev.ottla.internal.net;

import dev.ottla.config.TlsOptions;
import dev.ottla.errors.AuthenticationException;
import dev.ottla.errors.ConnectionException;
import dev.ottla.errors.ErrorDetails;
import dev.ottla.errors.KafkaException;
import dev.ottla.errors.Outcome;
import dev.ottla.internal.concurrent.Immutable;
import dev.ottla.internal.security.PeerText;
import dev.ottla.internal.security.TlsEngines;
import dev.ottla.internal.security.UntrustedBrokerException;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.NotSslRecordException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/**
 * The words for what can go wrong with TLS on one connection: who does not accept whom, for what reason, and which option to
 * look at. Called on the connection's loop.
 */
@Immutable
final class TlsFailures {
    /** Newer JDKs put the alert's name before the sentence too. */
    private static final Pattern ALERT = Pattern.compile("(?:\\(\\w+\\) )?Received fatal alert: (.*)");

    private final BrokerAddress address;
    private final TlsOptions options;
    private final boolean hasIdentity;

    TlsFailures(BrokerAddress address, TlsEngines engines) {
        this.address = address;
        this.options = engines.options();
        this.hasIdentity = engines.hasIdentity();
    }

    /** Whether TLS had a part in it. */
    static boolean isOne(Throwable failure) {
        return unwrap(failure) instanceof SSLException;
    }

    private static @Nullable Throwable unwrap(Throwable failure) {
        return failure instanceof DecoderException && failure.getCause() != null ? failure.getCause() : failure;
    }

    KafkaException of(Throwable failure) {
        Throwable cause = unwrap(failure);
        if (!(cause instanceof SSLException)) {
            return brokenOff(cause);
        } else if (cause instanceof NotSslRecordException) {
            return plainText();
        }
        UntrustedBrokerException untrusted = untrusted(cause);
        String message = String.valueOf(cause.getMessage());
        Matcher alert = ALERT.matcher(message);
        if (untrusted != null) {
            return untrusted(untrusted);
        } else if (alert.matches()) {
            return alerted(alert.group(1), cause);
        } else if (cause instanceof SSLHandshakeException) {
            return refused(
                    "The TLS handshake with " + address + " failed: " + PeerText.printable(message) + ".",
                    "Check ssl.enabled.protocols and ssl.cipher.suites against what the broker offers.",
                    cause);
        }
        return broken("TLS with " + address + " broke: " + PeerText.printable(message) + ".", "", cause);
    }

    private static @Nullable UntrustedBrokerException untrusted(Throwable failure) {
        Throwable cause = failure;
        while (cause != null && !(cause instanceof UntrustedBrokerException)) {
            cause = cause.getCause();
        }
        return (UntrustedBrokerException) cause;
    }

    private ConnectionException brokenOff(@Nullable Throwable cause) {
        return broken(
                "The TLS handshake with " + address + " broke off: " + NetFailures.reason(cause) + ".",
                "The listener may not speak TLS (security.protocol), or may ask for what this client does not offer.",
                cause);
    }

    private ConnectionException plainText() {
        // Netty's own message has the bytes that came, as many as there were.
        return broken(
                address + " answers in plain text (not an SSL/TLS record), and this client speaks TLS to it.",
                "Set security.protocol to PLAINTEXT or SASL_PLAINTEXT, or use the broker's TLS port.",
                null);
    }

    private AuthenticationException untrusted(UntrustedBrokerException cause) {
        return switch (cause.reason()) {
            case EXPIRED ->
                refused(
                        "The certificate of " + address + " has expired (" + cause.certificate() + ").",
                        "Renew the broker's certificate, and check the clock of this machine.",
                        cause);
            case NOT_YET_VALID ->
                refused(
                        "The certificate of " + address + " is not valid yet (" + cause.certificate() + ").",
                        "Check the clock of this machine.",
                        cause);
            case UNKNOWN_AUTHORITY ->
                refused(
                        "This client trusts nobody who vouches for the certificate of " + address + " ("
                                + cause.certificate() + ").",
                        options.truststoreLocation().isPresent()
                                        || options.truststoreCertificates().isPresent()
                                ? "Add the authority's certificate to ssl.truststore."
                                : "Give the authority's certificate in ssl.truststore.location or"
                                        + " ssl.truststore.certificates; without them the JDK's authorities are trusted.",
                        cause);
            case OTHER_HOST ->
                refused(
                        "The certificate of " + address + " is for another host (" + cause.certificate() + ").",
                        "Connect by a name that it has, or have it issued for \"" + address.host()
                                + "\" as a subject alternative name.",
                        cause);
            case OTHER ->
                refused(
                        "The certificate of " + address + " is not accepted: "
                                + PeerText.printable(String.valueOf(cause.getMessage())) + " (" + cause.certificate()
                                + ").",
                        "",
                        cause);
        };
    }

    /** The broker gives its reason as one of the alerts of RFC 8446, section 6. */
    private AuthenticationException alerted(String alert, Throwable cause) {
        return switch (alert) {
            case "bad_certificate",
                    "certificate_required",
                    "certificate_unknown",
                    "certificate_expired",
                    "certificate_revoked",
                    "unsupported_certificate",
                    "unknown_ca",
                    "access_denied" -> refusedCertificate(alert, cause);
            default ->
                refused(
                        address + " breaks off the TLS handshake with the alert " + PeerText.printable(alert) + ".",
                        "This client offers " + options.enabledProtocols()
                                + (hasIdentity
                                        ? "; check them, ssl.cipher.suites and the client's certificate."
                                        : " and no certificate of its own; check ssl.enabled.protocols, ssl.cipher.suites,"
                                                + " and whether the broker asks for one (ssl.keystore.location)."),
                        cause);
        };
    }

    private AuthenticationException refusedCertificate(String alert, Throwable cause) {
        return hasIdentity
                ? refused(
                        address + " does not accept the certificate of this client (alert " + alert + ").",
                        "Check that the broker trusts who issued it, and that it is still valid (ssl.keystore.location).",
                        cause)
                : refused(
                        address + " asks for a certificate, and this client has none (alert " + alert + ").",
                        "Give the client a key and a certificate: ssl.keystore.location, or ssl.keystore.key and"
                                + " ssl.keystore.certificate.chain.",
                        cause);
    }

    private static AuthenticationException refused(String what, String hint, Throwable cause) {
        return new AuthenticationException(
                what,
                ErrorDetails.builder().outcome(Outcome.REJECTED).hint(hint).build(),
                cause);
    }

    private static ConnectionException broken(String what, String hint, @Nullable Throwable cause) {
        return new ConnectionException(what, ErrorDetails.builder().hint(hint).build(), cause);
    }
}
