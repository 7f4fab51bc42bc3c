package dev.ottla.config;

import java.time.Duration;
import java.util.List;

/** The keys of the SASL mechanism OAUTHBEARER. */
final class OauthKeys {
    private static final String NOT_YET =
            "Checked; counts with sasl.mechanism=OAUTHBEARER, which is not implemented yet.";
    private static final String NO_CLASS = "No class is loaded by name.";
    private static final String FOR_BROKERS = "Only brokers check tokens.";

    static final KeyTable OAUTHBEARER = new KeyTable("SASL OAUTHBEARER", KeyTable.allRoles());

    static final ConfigKey<String> TOKEN_ENDPOINT = OAUTHBEARER.ignored(
            "sasl.oauthbearer.token.endpoint.url",
            ValueTypes.string(),
            null,
            "The address that tokens are asked for at.",
            NOT_YET);
    static final ConfigKey<String> SCOPE =
            OAUTHBEARER.ignored("sasl.oauthbearer.scope", ValueTypes.string(), null, "The scope to ask for.", NOT_YET);
    static final ConfigKey<String> CLIENT_ID = OAUTHBEARER.ignored(
            "sasl.oauthbearer.client.credentials.client.id",
            ValueTypes.string(),
            null,
            "The client's name at the identity provider.",
            NOT_YET);
    static final ConfigKey<Secret> CLIENT_SECRET = OAUTHBEARER.ignored(
            "sasl.oauthbearer.client.credentials.client.secret",
            ValueTypes.secret(),
            null,
            "The client's secret at the identity provider.",
            NOT_YET);
    static final ConfigKey<Boolean> HEADER_URLENCODE = OAUTHBEARER.ignored(
            "sasl.oauthbearer.header.urlencode",
            ValueTypes.bool(),
            "false",
            "Whether name and secret are URL-encoded in the header.",
            NOT_YET);
    static final ConfigKey<String> SCOPE_CLAIM = OAUTHBEARER.ignored(
            "sasl.oauthbearer.scope.claim.name",
            ValueTypes.string(),
            "scope",
            "The claim that holds the scope.",
            NOT_YET);
    static final ConfigKey<String> SUBJECT_CLAIM = OAUTHBEARER.ignored(
            "sasl.oauthbearer.sub.claim.name",
            ValueTypes.string(),
            "sub",
            "The claim that holds the principal.",
            NOT_YET);
    static final ConfigKey<String> ASSERTION_ALGORITHM = OAUTHBEARER.ignored(
            "sasl.oauthbearer.assertion.algorithm",
            ValueTypes.wordIgnoringCase("RS256", "ES256"),
            "RS256",
            "How an assertion is signed (KIP-1139).",
            NOT_YET);
    static final ConfigKey<String> ASSERTION_FILE = OAUTHBEARER.ignored(
            "sasl.oauthbearer.assertion.file",
            ValueTypes.string(),
            null,
            "A file that holds a ready assertion.",
            NOT_YET);
    static final ConfigKey<String> ASSERTION_TEMPLATE = OAUTHBEARER.ignored(
            "sasl.oauthbearer.assertion.template.file",
            ValueTypes.string(),
            null,
            "A file with further claims and headers of the assertion.",
            NOT_YET);
    static final ConfigKey<String> ASSERTION_KEY_FILE = OAUTHBEARER.ignored(
            "sasl.oauthbearer.assertion.private.key.file",
            ValueTypes.string(),
            null,
            "The file with the key that signs.",
            NOT_YET);
    static final ConfigKey<Secret> ASSERTION_KEY_PASSPHRASE = OAUTHBEARER.ignored(
            "sasl.oauthbearer.assertion.private.key.passphrase",
            ValueTypes.secret(),
            null,
            "The passphrase of that key.",
            NOT_YET);
    static final ConfigKey<String> ASSERTION_AUDIENCE = OAUTHBEARER.ignored(
            "sasl.oauthbearer.assertion.claim.aud", ValueTypes.string(), null, "The assertion's audience.", NOT_YET);
    static final ConfigKey<String> ASSERTION_ISSUER = OAUTHBEARER.ignored(
            "sasl.oauthbearer.assertion.claim.iss", ValueTypes.string(), null, "The assertion's issuer.", NOT_YET);
    static final ConfigKey<String> ASSERTION_SUBJECT = OAUTHBEARER.ignored(
            "sasl.oauthbearer.assertion.claim.sub", ValueTypes.string(), null, "The assertion's subject.", NOT_YET);
    static final ConfigKey<Duration> ASSERTION_EXPIRY = OAUTHBEARER.ignored(
            "sasl.oauthbearer.assertion.claim.exp.seconds",
            ValueTypes.seconds(86400),
            "300",
            "How long an assertion is valid.",
            NOT_YET);
    static final ConfigKey<Duration> ASSERTION_NOT_BEFORE = OAUTHBEARER.ignored(
            "sasl.oauthbearer.assertion.claim.nbf.seconds",
            ValueTypes.seconds(3600),
            "60",
            "How far an assertion's validity begins in the past.",
            NOT_YET);
    static final ConfigKey<Boolean> ASSERTION_ID = OAUTHBEARER.ignored(
            "sasl.oauthbearer.assertion.claim.jti.include",
            ValueTypes.bool(),
            "false",
            "Whether an assertion carries an id of its own.",
            NOT_YET);

    static {
        OAUTHBEARER.rejected(
                "sasl.oauthbearer.jwt.retriever.class",
                ValueTypes.className(),
                "org.apache.kafka.common.security.oauthbearer.DefaultJwtRetriever",
                "A class that fetches tokens.",
                NO_CLASS);
        OAUTHBEARER.rejected(
                "sasl.oauthbearer.jwt.validator.class",
                ValueTypes.className(),
                "org.apache.kafka.common.security.oauthbearer.DefaultJwtValidator",
                "A class that checks tokens.",
                NO_CLASS);
        OAUTHBEARER.ignored(
                "sasl.oauthbearer.clock.skew.seconds",
                ValueTypes.integer(0),
                "30",
                "How far clocks may differ.",
                FOR_BROKERS);
        OAUTHBEARER.ignored(
                "sasl.oauthbearer.expected.audience", ValueTypes.list(), "", "The audiences to accept.", FOR_BROKERS);
        OAUTHBEARER.ignored(
                "sasl.oauthbearer.expected.issuer", ValueTypes.string(), null, "The issuer to accept.", FOR_BROKERS);
        OAUTHBEARER.ignored(
                "sasl.oauthbearer.jwks.endpoint.url",
                ValueTypes.string(),
                null,
                "Where the keys are that sign tokens.",
                FOR_BROKERS);
        OAUTHBEARER.ignored(
                "sasl.oauthbearer.jwks.endpoint.refresh.ms",
                ValueTypes.longMillis(),
                "3600000",
                "How often these keys are fetched.",
                FOR_BROKERS);
        OAUTHBEARER.ignored(
                "sasl.oauthbearer.jwks.endpoint.retry.backoff.ms",
                ValueTypes.longMillis(),
                "100",
                "The pause before these keys are fetched again.",
                FOR_BROKERS);
        OAUTHBEARER.ignored(
                "sasl.oauthbearer.jwks.endpoint.retry.backoff.max.ms",
                ValueTypes.longMillis(),
                "10000",
                "The longest of these pauses.",
                FOR_BROKERS);
    }

    static final List<KeyTable> TABLES = List.of(OAUTHBEARER);

    private OauthKeys() {}
}
