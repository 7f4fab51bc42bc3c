package dev.ottla.config;

import java.util.List;
import java.util.stream.Stream;

/** The key that chooses how connections are protected; those of TLS and SASL follow from it. */
final class SecurityKeys {
    static final KeyTable SECURITY = new KeyTable("Security", KeyTable.allRoles());

    static final ConfigKey<SecurityProtocol> PROTOCOL = SECURITY.implemented(
            "security.protocol",
            ValueTypes.constant(SecurityProtocol.class),
            "PLAINTEXT",
            "How connections are protected: PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL.",
            "SASL_PLAINTEXT and SASL_SSL are not implemented yet and fail when the client is built.");

    static {
        SECURITY.rejected(
                "security.providers",
                ValueTypes.string(),
                null,
                "Classes that add security algorithms to the JVM.",
                "No class is loaded by name; register the provider with java.security.Security.");
    }

    static final List<KeyTable> TABLES = Stream.of(List.of(SECURITY), TlsKeys.TABLES, SaslKeys.TABLES, OauthKeys.TABLES)
            .flatMap(List::stream)
            .toList();

    private SecurityKeys() {}
}
