package dev.ottla.config;

import java.util.function.Consumer;

/**
 * How connections are protected, written in code: {@code security.protocol} with what it needs, so that neither can be
 * forgotten. Immutable.
 *
 * <pre>{@code
 * ClientOptions options = ClientOptions.builder()
 *         .bootstrapServers("broker.example.com:9093")
 *         .security(Security.tls(Tls.trusting(Path.of("ca.pem"))))
 *         .build();
 * }</pre>
 */
public final class Security {
    private final Consumer<OptionDraft> settings;

    private Security(SecurityProtocol protocol, Consumer<OptionDraft> settings) {
        Consumer<OptionDraft> chosen = draft -> draft.set(SecurityKeys.PROTOCOL, protocol);
        this.settings = chosen.andThen(settings);
    }

    /** Neither encrypted nor authenticated ({@code PLAINTEXT}), as by default. */
    public static Security plaintext() {
        return new Security(SecurityProtocol.PLAINTEXT, draft -> {});
    }

    /** Encrypted, the broker proved by its certificate, the client by its own if it has one ({@code SSL}). */
    public static Security tls(Tls tls) {
        return new Security(SecurityProtocol.SSL, tls::applyTo);
    }

    void applyTo(OptionDraft draft) {
        settings.accept(draft);
    }
}
