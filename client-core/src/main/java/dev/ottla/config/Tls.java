package dev.ottla.config;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * TLS written in code: whom the client trusts, and who it is. Each method gives a new value with one thing more; the files
 * are read when the client is made. Immutable.
 *
 * <p>The host name in {@code bootstrap.servers}, and then those that the brokers advertise, must be in their certificates.
 */
public final class Tls {
    private static final String PEM = "PEM";
    private static final String PKCS12 = "PKCS12";

    private final Consumer<OptionDraft> settings;

    private Tls(Consumer<OptionDraft> settings) {
        this.settings = settings;
    }

    /** Trusts the authorities that the JDK trusts. */
    public static Tls systemTrust() {
        return new Tls(draft -> {});
    }

    /** Trusts the certificates of a PEM file, and no others. */
    public static Tls trusting(Path certificates) {
        return new Tls(draft -> {
            draft.set(TlsKeys.TRUSTSTORE_TYPE, PEM);
            draft.set(TlsKeys.TRUSTSTORE_LOCATION, certificates.toString());
        });
    }

    /** Trusts the certificates of a PKCS12 or JKS store, and no others. */
    public static Tls trusting(Path store, Secret password) {
        return new Tls(draft -> {
            draft.set(TlsKeys.TRUSTSTORE_TYPE, PKCS12);
            draft.set(TlsKeys.TRUSTSTORE_LOCATION, store.toString());
            draft.set(TlsKeys.TRUSTSTORE_PASSWORD, password);
        });
    }

    /** Trusts the certificates of this PEM text, and no others. */
    public static Tls trustingPem(String certificates) {
        return new Tls(draft -> {
            draft.set(TlsKeys.TRUSTSTORE_TYPE, PEM);
            draft.set(TlsKeys.TRUSTSTORE_CERTIFICATES, Secret.of(certificates));
        });
    }

    /** Presents the certificate of a PEM file that holds the private key (PKCS #8, not encrypted) and its certificates. */
    public Tls identity(Path keyAndCertificates) {
        return and(draft -> {
            draft.set(TlsKeys.KEYSTORE_TYPE, PEM);
            draft.set(TlsKeys.KEYSTORE_LOCATION, keyAndCertificates.toString());
        });
    }

    /** Presents the certificate of a PKCS12 or JKS store whose key has the password of the store. */
    public Tls identity(Path store, Secret password) {
        return and(draft -> {
            draft.set(TlsKeys.KEYSTORE_TYPE, PKCS12);
            draft.set(TlsKeys.KEYSTORE_LOCATION, store.toString());
            draft.set(TlsKeys.KEYSTORE_PASSWORD, password);
        });
    }

    /** Presents the certificate of these PEM texts: the private key (PKCS #8), and its certificates, its own first. */
    public Tls identityPem(Secret key, String certificates) {
        return and(draft -> {
            draft.set(TlsKeys.KEYSTORE_TYPE, PEM);
            draft.set(TlsKeys.KEYSTORE_KEY, key);
            draft.set(TlsKeys.KEYSTORE_CERTIFICATES, Secret.of(certificates));
        });
    }

    /** {@code ssl.key.password}: the private key is encrypted with this password. */
    public Tls keyPassword(Secret password) {
        return and(draft -> draft.set(TlsKeys.KEY_PASSWORD, password));
    }

    /** {@code ssl.enabled.protocols}: the versions that may be spoken. By default TLSv1.2 and TLSv1.3. */
    public Tls enabledProtocols(String... versions) {
        return and(draft -> draft.set(TlsKeys.ENABLED_PROTOCOLS, List.of(versions)));
    }

    /** {@code ssl.cipher.suites}: the cipher suites that may be used. By default those of the JDK. */
    public Tls cipherSuites(String... suites) {
        return and(draft -> draft.set(TlsKeys.CIPHER_SUITES, List.of(suites)));
    }

    /**
     * Accepts a certificate that names another host, if it is trusted: whoever holds any trusted certificate can then pass for
     * the broker. For tests.
     */
    public Tls withoutHostnameVerification() {
        return and(draft -> draft.set(TlsKeys.ENDPOINT_IDENTIFICATION, ""));
    }

    void applyTo(OptionDraft draft) {
        settings.accept(draft);
    }

    private Tls and(Consumer<OptionDraft> more) {
        return new Tls(settings.andThen(more));
    }
}
