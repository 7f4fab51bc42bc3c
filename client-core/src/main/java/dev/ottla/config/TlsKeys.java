package dev.ottla.config;

import java.util.List;

/** The keys of TLS; they count with security.protocol SSL or SASL_SSL. */
final class TlsKeys {
    private static final String JDK_CHOOSES = "The JDK's own choice is taken.";

    static final KeyTable TLS = new KeyTable("TLS", KeyTable.allRoles());

    static final ConfigKey<String> PROTOCOL =
            TLS.implemented("ssl.protocol", ValueTypes.string(), "TLSv1.3", "The version of TLS to begin with.");
    static final ConfigKey<String> PROVIDER = TLS.implemented(
            "ssl.provider",
            ValueTypes.string(),
            null,
            "The JDK provider of TLS.",
            "By the name under which it is registered with java.security.Security.");
    static final ConfigKey<List<String>> ENABLED_PROTOCOLS = TLS.implemented(
            "ssl.enabled.protocols", ValueTypes.list(), "TLSv1.2,TLSv1.3", "The versions of TLS that may be spoken.");
    static final ConfigKey<List<String>> CIPHER_SUITES = TLS.implemented(
            "ssl.cipher.suites",
            ValueTypes.list(),
            "",
            "The cipher suites that may be used; empty leaves it to the JDK.");
    static final ConfigKey<String> ENDPOINT_IDENTIFICATION = TLS.implemented(
            "ssl.endpoint.identification.algorithm",
            ValueTypes.string(),
            "https",
            "https checks that the certificate names the host; empty switches that off.");
    static final ConfigKey<String> KEYSTORE_TYPE =
            TLS.implemented("ssl.keystore.type", ValueTypes.string(), "JKS", "JKS, PKCS12 or PEM.");
    static final ConfigKey<String> KEYSTORE_LOCATION = TLS.implemented(
            "ssl.keystore.location", ValueTypes.string(), null, "The file with the client's key and certificate.");
    static final ConfigKey<Secret> KEYSTORE_PASSWORD =
            TLS.implemented("ssl.keystore.password", ValueTypes.secret(), null, "The password of that file.");
    static final ConfigKey<Secret> KEY_PASSWORD =
            TLS.implemented("ssl.key.password", ValueTypes.secret(), null, "The password of the key in it.");
    static final ConfigKey<Secret> KEYSTORE_KEY =
            TLS.implemented("ssl.keystore.key", ValueTypes.secret(), null, "The client's private key itself, as PEM.");
    static final ConfigKey<Secret> KEYSTORE_CERTIFICATES = TLS.implemented(
            "ssl.keystore.certificate.chain",
            ValueTypes.secret(),
            null,
            "The client's certificates themselves, as PEM.");
    static final ConfigKey<String> TRUSTSTORE_TYPE =
            TLS.implemented("ssl.truststore.type", ValueTypes.string(), "JKS", "JKS, PKCS12 or PEM.");
    static final ConfigKey<String> TRUSTSTORE_LOCATION = TLS.implemented(
            "ssl.truststore.location", ValueTypes.string(), null, "The file with the certificates to trust.");
    static final ConfigKey<Secret> TRUSTSTORE_PASSWORD =
            TLS.implemented("ssl.truststore.password", ValueTypes.secret(), null, "The password of that file.");
    static final ConfigKey<Secret> TRUSTSTORE_CERTIFICATES = TLS.implemented(
            "ssl.truststore.certificates", ValueTypes.secret(), null, "The certificates to trust themselves, as PEM.");
    static final ConfigKey<String> KEYMANAGER_ALGORITHM = TLS.implemented(
            "ssl.keymanager.algorithm", ValueTypes.string(), "SunX509", "How the JDK chooses among keys.");
    static final ConfigKey<String> TRUSTMANAGER_ALGORITHM = TLS.implemented(
            "ssl.trustmanager.algorithm", ValueTypes.string(), "PKIX", "How the JDK checks certificates.");

    static {
        TLS.rejected(
                "ssl.engine.factory.class",
                ValueTypes.className(),
                null,
                "A class that makes the TLS engine.",
                "No class is loaded by name.");
        TLS.ignored(
                "ssl.secure.random.implementation",
                ValueTypes.string(),
                null,
                "The JDK's source of random numbers.",
                JDK_CHOOSES);
    }

    static final List<KeyTable> TABLES = List.of(TLS);

    private TlsKeys() {}
}
