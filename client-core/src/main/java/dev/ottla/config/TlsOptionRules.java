package dev.ottla.config;

import java.util.List;

/** The rules between the keys of TLS: those of Kafka's own client, which is what existing configurations were made for. */
final class TlsOptionRules {
    private static final String PEM = "PEM";
    private static final String HTTPS = "https";

    private TlsOptionRules() {}

    static void check(OptionValues values, OptionChecks checks) {
        checks.rule(
                List.of(TlsKeys.ENDPOINT_IDENTIFICATION),
                () -> values.get(TlsKeys.ENDPOINT_IDENTIFICATION).isEmpty()
                        || values.get(TlsKeys.ENDPOINT_IDENTIFICATION).equalsIgnoreCase(HTTPS),
                () -> "must be https, or empty to switch the check of host names off");
        checks.rule(
                List.of(TlsKeys.ENABLED_PROTOCOLS),
                () -> !values.get(TlsKeys.ENABLED_PROTOCOLS).isEmpty(),
                () -> "must name at least one version of TLS");
        checkKeystore(values, checks);
        checkTruststore(values, checks);
    }

    private static void checkKeystore(OptionValues values, OptionChecks checks) {
        boolean isPem = isPem(values, TlsKeys.KEYSTORE_TYPE);
        boolean hasKey = isPresent(values, TlsKeys.KEYSTORE_KEY);
        boolean hasChain = isPresent(values, TlsKeys.KEYSTORE_CERTIFICATES);
        boolean hasFile = isPresent(values, TlsKeys.KEYSTORE_LOCATION);
        boolean hasPassword = isPresent(values, TlsKeys.KEYSTORE_PASSWORD);
        require(checks, TlsKeys.KEYSTORE_TYPE, isPem || !hasKey, "must be PEM where ssl.keystore.key is given");
        require(checks, TlsKeys.KEYSTORE_KEY, hasKey || !hasChain, "is required by ssl.keystore.certificate.chain");
        require(checks, TlsKeys.KEYSTORE_CERTIFICATES, hasChain || !hasKey, "is required by ssl.keystore.key");
        require(
                checks,
                TlsKeys.KEYSTORE_LOCATION,
                !(hasFile && hasKey),
                "and ssl.keystore.key exclude each other: give one of them");
        require(
                checks,
                TlsKeys.KEYSTORE_PASSWORD,
                !(isPem && hasPassword),
                "does not belong to PEM: give ssl.key.password if the key is encrypted");
        require(
                checks,
                TlsKeys.KEYSTORE_LOCATION,
                hasFile || !hasPassword || isPem,
                "is required by ssl.keystore.password");
        require(
                checks,
                TlsKeys.KEYSTORE_PASSWORD,
                hasPassword || !hasFile || isPem,
                "is required by ssl.keystore.location, unless ssl.keystore.type is PEM");
    }

    private static void checkTruststore(OptionValues values, OptionChecks checks) {
        boolean isPem = isPem(values, TlsKeys.TRUSTSTORE_TYPE);
        boolean hasCertificates = isPresent(values, TlsKeys.TRUSTSTORE_CERTIFICATES);
        boolean hasFile = isPresent(values, TlsKeys.TRUSTSTORE_LOCATION);
        boolean hasPassword = isPresent(values, TlsKeys.TRUSTSTORE_PASSWORD);
        require(
                checks,
                TlsKeys.TRUSTSTORE_TYPE,
                isPem || !hasCertificates,
                "must be PEM where ssl.truststore.certificates is given");
        require(
                checks,
                TlsKeys.TRUSTSTORE_LOCATION,
                !(hasFile && hasCertificates),
                "and ssl.truststore.certificates exclude each other: give one of them");
        require(checks, TlsKeys.TRUSTSTORE_PASSWORD, !(isPem && hasPassword), "does not belong to PEM");
        require(
                checks,
                TlsKeys.TRUSTSTORE_LOCATION,
                hasFile || !hasPassword || isPem,
                "is required by ssl.truststore.password");
    }

    private static void require(OptionChecks checks, ConfigKey<?> key, boolean holds, String problem) {
        checks.rule(List.of(key), () -> holds, () -> problem);
    }

    private static boolean isPem(OptionValues values, ConfigKey<String> type) {
        return values.get(type).equals(PEM);
    }

    private static boolean isPresent(OptionValues values, ConfigKey<?> key) {
        return values.find(key).isPresent();
    }
}
