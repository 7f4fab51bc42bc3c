package dev.ottla.config;

import java.util.List;
import java.util.Optional;

/** What TLS needs: {@code ssl.*}. Immutable. */
public final class TlsOptions {
    private final OptionValues values;

    TlsOptions(OptionValues values) {
        this.values = values;
    }

    /** {@code ssl.protocol}. By default TLSv1.3. */
    public String protocol() {
        return values.get(TlsKeys.PROTOCOL);
    }

    /** {@code ssl.provider}: the name of a registered provider; absent for the JDK's own choice. */
    public Optional<String> provider() {
        return values.find(TlsKeys.PROVIDER).filter(name -> !name.isEmpty());
    }

    /** {@code ssl.enabled.protocols}. By default TLSv1.2 and TLSv1.3. */
    public List<String> enabledProtocols() {
        return values.get(TlsKeys.ENABLED_PROTOCOLS);
    }

    /** {@code ssl.cipher.suites}; empty leaves it to the JDK, as by default. */
    public List<String> cipherSuites() {
        return values.get(TlsKeys.CIPHER_SUITES);
    }

    /** {@code ssl.endpoint.identification.algorithm}: https by default; empty switches the check of host names off. */
    public String endpointIdentificationAlgorithm() {
        return values.get(TlsKeys.ENDPOINT_IDENTIFICATION);
    }

    /** Whether the broker's certificate must name the host that was connected to. */
    public boolean verifiesHostname() {
        return !endpointIdentificationAlgorithm().isEmpty();
    }

    /** {@code ssl.keystore.type}: JKS, PKCS12 or PEM. By default JKS. */
    public String keystoreType() {
        return values.get(TlsKeys.KEYSTORE_TYPE);
    }

    /** {@code ssl.keystore.location}: the file with the client's key. */
    public Optional<String> keystoreLocation() {
        return values.find(TlsKeys.KEYSTORE_LOCATION);
    }

    /** {@code ssl.keystore.password}. */
    public Optional<Secret> keystorePassword() {
        return values.find(TlsKeys.KEYSTORE_PASSWORD);
    }

    /** {@code ssl.key.password}. */
    public Optional<Secret> keyPassword() {
        return values.find(TlsKeys.KEY_PASSWORD);
    }

    /** {@code ssl.keystore.key}: the client's private key itself, as PEM. */
    public Optional<Secret> keystoreKey() {
        return values.find(TlsKeys.KEYSTORE_KEY);
    }

    /** {@code ssl.keystore.certificate.chain}: the client's certificates themselves, as PEM. */
    public Optional<Secret> keystoreCertificateChain() {
        return values.find(TlsKeys.KEYSTORE_CERTIFICATES);
    }

    /** {@code ssl.truststore.type}: JKS, PKCS12 or PEM. By default JKS. */
    public String truststoreType() {
        return values.get(TlsKeys.TRUSTSTORE_TYPE);
    }

    /** {@code ssl.truststore.location}: the file with the certificates to trust; absent for the JDK's own. */
    public Optional<String> truststoreLocation() {
        return values.find(TlsKeys.TRUSTSTORE_LOCATION);
    }

    /** {@code ssl.truststore.password}. */
    public Optional<Secret> truststorePassword() {
        return values.find(TlsKeys.TRUSTSTORE_PASSWORD);
    }

    /** {@code ssl.truststore.certificates}: the certificates to trust themselves, as PEM. */
    public Optional<Secret> truststoreCertificates() {
        return values.find(TlsKeys.TRUSTSTORE_CERTIFICATES);
    }

    /** {@code ssl.keymanager.algorithm}. By default SunX509. */
    public String keymanagerAlgorithm() {
        return values.get(TlsKeys.KEYMANAGER_ALGORITHM);
    }

    /** {@code ssl.trustmanager.algorithm}. By default PKIX. */
    public String trustmanagerAlgorithm() {
        return values.get(TlsKeys.TRUSTMANAGER_ALGORITHM);
    }
}
