package dev.ottla.config;

import java.time.Duration;
import java.util.List;

/** The keys of SASL that concern all mechanisms, and Kerberos. */
final class SaslKeys {
    private static final String NOT_YET =
            "Checked; counts with security.protocol SASL_PLAINTEXT or SASL_SSL, which are not implemented yet.";
    private static final String NO_CLASS = "No class is loaded by name.";
    private static final String NO_KERBEROS = "Kerberos is not implemented.";

    static final KeyTable SASL = new KeyTable("SASL", KeyTable.allRoles());

    static final ConfigKey<SaslMechanism> MECHANISM = SASL.ignored(
            "sasl.mechanism",
            ValueTypes.choice(SaslMechanism.BY_NAME),
            "GSSAPI",
            "How the client proves who it is.",
            NOT_YET);
    static final ConfigKey<JaasConfig> JAAS = SASL.ignored(
            "sasl.jaas.config",
            JaasConfig.type(),
            null,
            "The login module's name and its options, which hold the credentials.",
            NOT_YET);
    static final ConfigKey<Double> REFRESH_WINDOW_FACTOR = SASL.ignored(
            "sasl.login.refresh.window.factor",
            ValueTypes.decimal(0.5, 1.0),
            "0.8",
            "The part of a token's life after which it is renewed.",
            NOT_YET);
    static final ConfigKey<Double> REFRESH_WINDOW_JITTER = SASL.ignored(
            "sasl.login.refresh.window.jitter",
            ValueTypes.decimal(0.0, 0.25),
            "0.05",
            "The part of a token's life by which renewals are spread.",
            NOT_YET);
    static final ConfigKey<Duration> REFRESH_PERIOD_MIN = SASL.ignored(
            "sasl.login.refresh.min.period.seconds",
            ValueTypes.seconds(900),
            "60",
            "The shortest time between two renewals.",
            NOT_YET);
    static final ConfigKey<Duration> REFRESH_BUFFER = SASL.ignored(
            "sasl.login.refresh.buffer.seconds",
            ValueTypes.seconds(3600),
            "300",
            "The time before a token's end that is kept free for its renewal.",
            NOT_YET);
    static final ConfigKey<Duration> LOGIN_CONNECT_TIMEOUT = SASL.ignored(
            "sasl.login.connect.timeout.ms",
            ValueTypes.millis(),
            null,
            "How long connecting to the identity provider may take.",
            NOT_YET);
    static final ConfigKey<Duration> LOGIN_READ_TIMEOUT = SASL.ignored(
            "sasl.login.read.timeout.ms",
            ValueTypes.millis(),
            null,
            "How long the identity provider may take to answer.",
            NOT_YET);
    static final ConfigKey<Duration> LOGIN_RETRY_BACKOFF = SASL.ignored(
            "sasl.login.retry.backoff.ms",
            ValueTypes.longMillis(),
            "100",
            "The pause before the identity provider is asked again; doubles with each failure.",
            NOT_YET);
    static final ConfigKey<Duration> LOGIN_RETRY_BACKOFF_MAX = SASL.ignored(
            "sasl.login.retry.backoff.max.ms",
            ValueTypes.longMillis(),
            "10000",
            "The longest of these pauses.",
            NOT_YET);
    static final ConfigKey<String> KERBEROS_SERVICE = SASL.ignored(
            "sasl.kerberos.service.name", ValueTypes.string(), null, "The Kerberos name of the brokers.", NO_KERBEROS);

    static {
        SASL.rejected(
                "sasl.client.callback.handler.class",
                ValueTypes.className(),
                null,
                "A class that gives the client's credentials.",
                NO_CLASS);
        SASL.rejected(
                "sasl.login.callback.handler.class",
                ValueTypes.className(),
                null,
                "A class that gives the credentials of the login.",
                NO_CLASS);
        SASL.rejected("sasl.login.class", ValueTypes.className(), null, "A class that logs in.", NO_CLASS);
        SASL.ignored(
                "sasl.kerberos.kinit.cmd",
                ValueTypes.string(),
                "/usr/bin/kinit",
                "The program that renews Kerberos tickets.",
                NO_KERBEROS);
        SASL.ignored(
                "sasl.kerberos.min.time.before.relogin",
                ValueTypes.longMillis(),
                "60000",
                "The shortest time between two logins.",
                NO_KERBEROS);
        SASL.ignored(
                "sasl.kerberos.ticket.renew.jitter",
                ValueTypes.decimal(0.0, 1.0),
                "0.05",
                "The spread of ticket renewals.",
                NO_KERBEROS);
        SASL.ignored(
                "sasl.kerberos.ticket.renew.window.factor",
                ValueTypes.decimal(0.0, 1.0),
                "0.8",
                "The part of a ticket's life after which it is renewed.",
                NO_KERBEROS);
    }

    static final List<KeyTable> TABLES = List.of(SASL);

    private SaslKeys() {}
}
