package dev.ottla.testkit;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The standard keys that point to a cluster's {@link TlsFiles}; none without TLS. */
record TlsSettings(@Nullable TlsFiles files) {
    Map<String, String> ofBroker() {
        if (files == null) {
            return Map.of();
        }
        // The trust store is of use where a broker is told to ask for client certificates.
        return Map.of(
                "ssl.keystore.type", "PKCS12",
                "ssl.keystore.location", files.brokerKeyStore().toString(),
                "ssl.keystore.password", files.password(),
                "ssl.key.password", files.password(),
                "ssl.truststore.type", "PKCS12",
                "ssl.truststore.location", files.trustStore().toString(),
                "ssl.truststore.password", files.password());
    }

    Map<String, String> ofClient() {
        if (files == null) {
            return Map.of();
        }
        return Map.of(
                "ssl.truststore.type", "PKCS12",
                "ssl.truststore.location", files.trustStore().toString(),
                "ssl.truststore.password", files.password());
    }
}
