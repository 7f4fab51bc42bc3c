package dev.ottla.internal.security;

import dev.ottla.internal.concurrent.Immutable;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A broker's certificate was not accepted: which certificate, and why, in words that a message can use. */
@Immutable
public final class UntrustedBrokerException extends CertificateException {
    private static final long serialVersionUID = 1L;

    /** Why the certificate was not accepted. */
    public enum Reason {
        /** It, or one that it hangs on, is too old. */
        EXPIRED,
        /** It begins to be valid in the future. */
        NOT_YET_VALID,
        /** No trusted certificate vouches for it. */
        UNKNOWN_AUTHORITY,
        /** It is for another host. */
        OTHER_HOST,
        /** Something else, which the message tells. */
        OTHER
    }

    private final Reason reason;
    private final String certificate;

    UntrustedBrokerException(X509Certificate[] chain, CertificateException cause) {
        super(cause.getMessage(), cause);
        this.reason = reasonOf(cause);
        this.certificate = chain.length == 0 ? "none" : describe(chain[0], reason);
    }

    /** Why the certificate was not accepted. */
    public Reason reason() {
        return reason;
    }

    /** The broker's certificate: its subject, and what of it matters for the reason. */
    public String certificate() {
        return certificate;
    }

    private static Reason reasonOf(CertificateException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateExpiredException) {
                return Reason.EXPIRED;
            } else if (cause instanceof CertificateNotYetValidException) {
                return Reason.NOT_YET_VALID;
            } else if (cause instanceof CertPathBuilderException) {
                return Reason.UNKNOWN_AUTHORITY;
            }
        }
        // The JDK has no type of its own for a name that does not match, but it alone throws the bare supertype.
        return failure.getClass() == CertificateException.class && failure.getCause() == null
                ? Reason.OTHER_HOST
                : Reason.OTHER;
    }

    private static String describe(X509Certificate certificate, Reason reason) {
        String subject =
                PeerText.printable(certificate.getSubjectX500Principal().getName());
        String more = switch (reason) {
            case EXPIRED -> ", valid until " + certificate.getNotAfter().toInstant();
            case NOT_YET_VALID -> ", valid from " + certificate.getNotBefore().toInstant();
            case OTHER_HOST -> ", for the hosts " + hosts(certificate);
            case UNKNOWN_AUTHORITY, OTHER ->
                ", issued by "
                        + PeerText.printable(
                                certificate.getIssuerX500Principal().getName());
        };
        return subject + more;
    }

    /** The subject alternative names; where there are none, the JDK looks at the subject's common name. */
    private static String hosts(X509Certificate certificate) {
        Collection<List<?>> names = alternativeNames(certificate);
        if (names == null) {
            return "in its subject only";
        }
        return PeerText.printable(
                names.stream().map(name -> String.valueOf(name.get(1))).collect(Collectors.joining(", ", "[", "]")));
    }

    private static @Nullable Collection<List<?>> alternativeNames(X509Certificate certificate) {
        try {
            return certificate.getSubjectAlternativeNames();
        } catch (CertificateParsingException e) {
            return null;
        }
    }
}
