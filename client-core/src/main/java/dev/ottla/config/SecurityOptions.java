package dev.ottla.config;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** How connections are protected: the protocol, and what TLS and SASL need. Immutable. */
public final class SecurityOptions {
    private static final Set<SecurityProtocol> IMPLEMENTED =
            EnumSet.of(SecurityProtocol.PLAINTEXT, SecurityProtocol.SSL);

    private final OptionValues values;

    SecurityOptions(OptionValues values) {
        this.values = values;
    }

    static void check(OptionValues values, OptionChecks checks) {
        checks.rule(
                List.of(SecurityKeys.PROTOCOL),
                () -> IMPLEMENTED.contains(values.get(SecurityKeys.PROTOCOL)),
                () -> values.get(SecurityKeys.PROTOCOL) + " is not implemented yet: this version connects by "
                        + IMPLEMENTED + " only");
        if (values.get(SecurityKeys.PROTOCOL).usesTls()) {
            TlsOptionRules.check(values, checks);
        }
    }

    /** {@code security.protocol}. */
    public SecurityProtocol protocol() {
        return values.get(SecurityKeys.PROTOCOL);
    }

    /** What TLS needs; of use if {@link SecurityProtocol#usesTls()}. */
    public TlsOptions tls() {
        return new TlsOptions(values);
    }

    /** What SASL needs; of use if {@link SecurityProtocol#usesSasl()}. */
    public SaslOptions sasl() {
        return new SaslOptions(values);
    }

    /** The protocol alone. */
    @Override
    public String toString() {
        return protocol().toString();
    }
}
