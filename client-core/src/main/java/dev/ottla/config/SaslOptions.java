package dev.ottla.config;

import java.time.Duration;
import java.util.Optional;

/** What SASL needs: {@code sasl.*}. Immutable. */
public final class SaslOptions {
    private final OptionValues values;

    SaslOptions(OptionValues values) {
        this.values = values;
    }

    /** {@code sasl.mechanism}. By default GSSAPI, as in Kafka. */
    public SaslMechanism mechanism() {
        return values.get(SaslKeys.MECHANISM);
    }

    /** {@code sasl.jaas.config}: the login module and the credentials. */
    public Optional<JaasConfig> jaasConfig() {
        return values.find(SaslKeys.JAAS);
    }

    /** {@code sasl.login.refresh.window.factor}: 0.5 to 1.0. By default 0.8. */
    public double loginRefreshWindowFactor() {
        return values.get(SaslKeys.REFRESH_WINDOW_FACTOR);
    }

    /** {@code sasl.login.refresh.window.jitter}: 0.0 to 0.25. By default 0.05. */
    public double loginRefreshWindowJitter() {
        return values.get(SaslKeys.REFRESH_WINDOW_JITTER);
    }

    /** {@code sasl.login.refresh.min.period.seconds}: at most 15 minutes. By default 60 s. */
    public Duration loginRefreshMinPeriod() {
        return values.get(SaslKeys.REFRESH_PERIOD_MIN);
    }

    /** {@code sasl.login.refresh.buffer.seconds}: at most 1 hour. By default 5 minutes. */
    public Duration loginRefreshBuffer() {
        return values.get(SaslKeys.REFRESH_BUFFER);
    }

    /** {@code sasl.login.connect.timeout.ms}. */
    public Optional<Duration> loginConnectTimeout() {
        return values.find(SaslKeys.LOGIN_CONNECT_TIMEOUT);
    }

    /** {@code sasl.login.read.timeout.ms}. */
    public Optional<Duration> loginReadTimeout() {
        return values.find(SaslKeys.LOGIN_READ_TIMEOUT);
    }

    /** {@code sasl.login.retry.backoff.ms}. By default 100 ms. */
    public Duration loginRetryBackoff() {
        return values.get(SaslKeys.LOGIN_RETRY_BACKOFF);
    }

    /** {@code sasl.login.retry.backoff.max.ms}. By default 10 s. */
    public Duration loginRetryBackoffMax() {
        return values.get(SaslKeys.LOGIN_RETRY_BACKOFF_MAX);
    }

    /** {@code sasl.kerberos.service.name}. */
    public Optional<String> kerberosServiceName() {
        return values.find(SaslKeys.KERBEROS_SERVICE);
    }

    /** What the mechanism OAUTHBEARER needs. */
    public OauthBearerOptions oauthBearer() {
        return new OauthBearerOptions(values);
    }
}
