package dev.ottla.config;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** The SASL mechanisms that Kafka's brokers offer ({@code sasl.mechanism}). */
public enum SaslMechanism {

    /** Kerberos 5. */
    GSSAPI("GSSAPI"),

    /** User name and password as they are (RFC 4616). */
    PLAIN("PLAIN"),

    /** Challenge and response with SHA-256 (RFC 5802, RFC 7677). */
    SCRAM_SHA_256("SCRAM-SHA-256"),

    /** Challenge and response with SHA-512 (RFC 5802). */
    SCRAM_SHA_512("SCRAM-SHA-512"),

    /** A bearer token (RFC 7628). */
    OAUTHBEARER("OAUTHBEARER");

    static final Map<String, SaslMechanism> BY_NAME = byName();

    private final String mechanismName;

    SaslMechanism(String mechanismName) {
        this.mechanismName = mechanismName;
    }

    /** The name in the SASL handshake. */
    public String mechanismName() {
        return mechanismName;
    }

    private static Map<String, SaslMechanism> byName() {
        Map<String, SaslMechanism> names = new LinkedHashMap<>();
        Arrays.stream(values()).forEach(mechanism -> names.put(mechanism.mechanismName, mechanism));
        return names;
    }
}
