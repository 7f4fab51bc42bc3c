package dev.ottla.config;

/** How connections are protected ({@code security.protocol}). */
public enum SecurityProtocol {

    /** Neither encrypted nor authenticated. */
    PLAINTEXT(false, false),

    /** TLS; the broker may ask for a client certificate. */
    SSL(true, false),

    /** SASL authentication without encryption. */
    SASL_PLAINTEXT(false, true),

    /** SASL authentication over TLS. */
    SASL_SSL(true, true);

    private final boolean tls;
    private final boolean sasl;

    SecurityProtocol(boolean tls, boolean sasl) {
        this.tls = tls;
        this.sasl = sasl;
    }

    /** Whether connections are encrypted by TLS. */
    public boolean usesTls() {
        return tls;
    }

    /** Whether the client authenticates by SASL. */
    public boolean usesSasl() {
        return sasl;
    }
}
