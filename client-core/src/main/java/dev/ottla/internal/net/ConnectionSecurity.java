package dev.ottla.internal.net;

import dev.ottla.config.SecurityOptions;
import dev.ottla.errors.KafkaException;
import dev.ottla.internal.concurrent.ThreadSafe;
import dev.ottla.internal.security.TlsEngines;
import io.netty.handler.ssl.SslHandler;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What a client's connections need to be protected: one for all connections of a client, made on the user's thread before any
 * of them. What takes longer than an event loop may wait (checking certificates, deriving keys) is handed to {@code workers}; a
 * simulation runs it where it is.
 */
@ThreadSafe
public final class ConnectionSecurity {
    private final @Nullable TlsEngines tls;
    private final Executor workers;

    private ConnectionSecurity(@Nullable TlsEngines tls, Executor workers) {
        this.tls = tls;
        this.workers = workers;
    }

    /**
     * Reads what the options name; blocks while it reads files.
     *
     * @throws dev.ottla.errors.InvalidOptionsException naming every key and certificate that can't be used
     */
    public static ConnectionSecurity load(SecurityOptions options, Executor workers) {
        return new ConnectionSecurity(options.protocol().usesTls() ? TlsEngines.load(options.tls()) : null, workers);
    }

    boolean usesTls() {
        return tls != null;
    }

    /** The first handler of a connection to this broker. */
    SslHandler newTlsHandler(BrokerAddress address) {
        SslHandler handler = new SslHandler(engines().newEngine(address.host(), address.port()), workers);
        handler.setHandshakeTimeoutMillis(0);
        return handler;
    }

    KafkaException tlsFailure(BrokerAddress address, Throwable failure) {
        return new TlsFailures(address, engines()).of(failure);
    }

    private TlsEngines engines() {
        return Objects.requireNonNull(tls, "the options ask for no TLS");
    }
}
