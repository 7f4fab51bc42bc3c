package dev.ottla.testkit.internal.sasl;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ottla.internal.concurrent.Confined;
import java.util.Map;

/** PLAIN (RFC 4616): one message with user and password. */
@Confined
final class PlainExchange implements SaslExchange {
    private final Map<String, String> passwords;

    PlainExchange(Map<String, String> passwords) {
        this.passwords = passwords;
    }

    @Override
    public Step next(byte[] token) {
        String[] parts = new String(token, UTF_8).split("\0", -1);
        if (parts.length != 3) {
            return new Step.Failed("Invalid SASL/PLAIN response: expected 3 tokens, got " + parts.length);
        }
        String user = parts[1];
        boolean isOther = !parts[0].isEmpty() && !parts[0].equals(user);
        return parts[2].equals(passwords.get(user)) && !isOther
                ? new Step.Done(user, new byte[0])
                : new Step.Failed("Authentication failed: Invalid username or password");
    }
}
