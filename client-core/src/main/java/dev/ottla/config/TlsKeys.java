package dev.ottla.config;

import java.util.List;

/** The keys of TLS. */
final class TlsKeys {
    private static final String NOT_YET =
            "Checked; counts with security.protocol SSL or SASL_SSL, which are not implemented yet.";
    private static final String JDK_CHOOSES = "The JDK's own choice is taken.";

    static final KeyTable TLS = new KeyTable("TLS", KeyTable.allRoles());

    static final ConfigKey<String> PROTOCOL =
            TLS.ignored("ssl.protocol", ValueTypes.string(), "TLSv1.3", "The version of TLS to begin with.", NOT_YET);
    static final ConfigKey<List<String>> ENABLED_PROTOCOLS = TLS.ignored(
            "ssl.enabled.protocols",
            ValueTypes.list(),
            "TLSv1.2,TLSv1.3",
            "The versions of TLS that may be spoken.",
            NOT_YET);
    static final ConfigKey<List<String>> CIPHER_SUITES = TLS.ignored(
            "ssl.cipher.suites",
            ValueTypes.list(),
            "",
            "The cipher suites that may be used; empty leaves it to the JDK.",
            NOT_YET);
    static final ConfigKey<String> ENDPOINT_IDENTIFICATION = TLS.ignored(
            "ssl.endpoint.identification.algorithm",
            ValueTypes.string(),
            "https",
            "https checks that the certificate names the host; empty switches that off.",
            NOT_YET);
    static final ConfigKey<String> KEYSTORE_TYPE =
            TLS.ignored("ssl.keystore.type", ValueTypes.string(), "JKS", "JKS, PKCS12 or PEM.", NOT_YET);
    static final ConfigKey<String> KEYSTORE_LOCATION = TLS.ignored(
            "ssl.keystore.location",
            ValueTypes.string(),
            null,
            "The file with the client's key and certificate.",
            NOT_YET);
    static final ConfigKey<Secret> KEYSTORE_PASSWORD =
            TLS.ignored("ssl.keystore.password", ValueTypes.secret(), null, "The password of that file.", NOT_YET);
    static final ConfigKey<Secret> KEY_PASSWORD =
            TLS.ignored("ssl.key.password", ValueTypes.secret(), null, "The password of the key in it.", NOT_YET);
    static final ConfigKey<Secret> KEYSTORE_KEY = TLS.ignored(
            "ssl.keystore.key", ValueTypes.secret(), null, "The client's private key itself, as PEM.", NOT_YET);
    static final ConfigKey<Secret> KEYSTORE_CERTIFICATES = TLS.ignored(
            "ssl.keystore.certificate.chain",
            ValueTypes.secret(),
            null,
            "The client's certificates themselves, as PEM.",
            NOT_YET);
    static final ConfigKey<String> TRUSTSTORE_TYPE =
            TLS.ignored("ssl.truststore.type", ValueTypes.string(), "JKS", "JKS, PKCS12 or PEM.", NOT_YET);
    static final ConfigKey<String> TRUSTSTORE_LOCATION = TLS.ignored(
            "ssl.truststore.location", ValueTypes.string(), null, "The file with the certificates to trust.", NOT_YET);
    static final ConfigKey<Secret> TRUSTSTORE_PASSWORD =
            TLS.ignored("ssl.truststore.password", ValueTypes.secret(), null, "The password of that file.", NOT_YET);
    static final ConfigKey<Secret> TRUSTSTORE_CERTIFICATES = TLS.ignored(
            "ssl.truststore.certificates",
            ValueTypes.secret(),
            null,
            "The certificates to trust themselves, as PEM.",
            NOT_YET);
    static final ConfigKey<String> KEYMANAGER_ALGORITHM = TLS.ignored(
            "ssl.keymanager.algorithm", ValueTypes.string(), "SunX509", "How the JDK chooses among keys.", NOT_YET);
    static final ConfigKey<String> TRUSTMANAGER_ALGORITHM = TLS.ignored(
            "ssl.trustmanager.algorithm", ValueTypes.string(), "PKIX", "How the JDK checks certificates.", NOT_YET);

    static {
        TLS.rejected(
                "ssl.engine.factory.class",
                ValueTypes.className(),
                null,
                "A class that makes the TLS engine.",
                "No class is loaded by name.");
        TLS.ignored("ssl.provider", ValueTypes.string(), null, "The JDK provider of TLS.", JDK_CHOOSES);
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
