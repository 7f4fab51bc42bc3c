package dev.ottla.testkit.internal.sasl;

import dev.ottla.internal.concurrent.EventLoopConfined;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The mechanisms that brokers offer, and the passwords that they know. Owned by the cluster's loop. */
@EventLoopConfined
public final class SaslMechanisms {
    /** The names, in the order in which brokers give them. */
    public static final List<String> NAMES = List.of("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512");

    private final Map<String, String> passwords;
    private final Supplier<String> newNonce;

    /** Knows these passwords, by user. */
    public SaslMechanisms(Map<String, String> passwords, Supplier<String> newNonce) {
        this.passwords = passwords;
        this.newNonce = newNonce;
    }

    /** Whether clients must say who they are. */
    public boolean areRequired() {
        return !passwords.isEmpty();
    }

    /** A new exchange; null if the mechanism is not offered. */
    public @Nullable SaslExchange begin(String mechanism) {
        return switch (mechanism) {
            case "PLAIN" -> new PlainExchange(passwords);
            case "SCRAM-SHA-256" -> new ScramExchange(Scram.SHA_256, passwords, newNonce.get());
            case "SCRAM-SHA-512" -> new ScramExchange(Scram.SHA_512, passwords, newNonce.get());
            default -> null;
        };
    }
}
