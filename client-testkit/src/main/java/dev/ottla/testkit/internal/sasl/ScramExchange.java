package dev.ottla.testkit.internal.sasl;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ottla.internal.concurrent.Confined;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** SCRAM (RFC 5802, RFC 7677) without channel binding: two messages each way. */
@Confined
final class ScramExchange implements SaslExchange {
    private static final int ITERATIONS = 4096;
    private static final Pattern CLIENT_FIRST = Pattern.compile("n,(?:a=[^,]*)?,(n=([^,]+),r=([^,]+)(?:,.*)?)");
    private static final Pattern CLIENT_FINAL = Pattern.compile("(c=([^,]+),r=([^,]+)(?:,.*)?),p=([^,]+)");

    private final Scram scram;
    private final Map<String, String> passwords;
    private final String nonce;
    private State state = new AwaitsFirst();

    private sealed interface State {}

    private record AwaitsFirst() implements State {}

    private record AwaitsFinal(String user, String clientFirst, String serverFirst, String nonce) implements State {}

    private record Ended() implements State {}

    ScramExchange(Scram scram, Map<String, String> passwords, String nonce) {
        this.scram = scram;
        this.passwords = passwords;
        this.nonce = nonce;
    }

    @Override
    public Step next(byte[] token) {
        String message = new String(token, UTF_8);
        State current = state;
        state = new Ended();
        if (current instanceof AwaitsFirst) {
            return onFirst(message);
        }
        return current instanceof AwaitsFinal awaits ? onFinal(message, awaits) : refusal();
    }

    private Step onFirst(String message) {
        Matcher first = CLIENT_FIRST.matcher(message);
        if (!first.matches()) {
            return refusal();
        }
        String user = first.group(2).replace("=2C", ",").replace("=3D", "=");
        String bothNonces = first.group(3) + nonce;
        String challenge = "r=" + bothNonces + ",s=" + Base64.getEncoder().encodeToString(salt()) + ",i=" + ITERATIONS;
        state = new AwaitsFinal(user, first.group(1), challenge, bothNonces);
        return new Step.Challenge(challenge.getBytes(UTF_8));
    }

    /** A salt need not be secret: the nonce serves. */
    private byte[] salt() {
        return nonce.getBytes(UTF_8);
    }

    private Step onFinal(String message, AwaitsFinal awaits) {
        Matcher last = CLIENT_FINAL.matcher(message);
        String password = passwords.get(awaits.user);
        if (!last.matches() || password == null || !last.group(3).equals(awaits.nonce)) {
            return refusal();
        }
        byte[] salted = scram.saltedPassword(password, salt(), ITERATIONS);
        byte[] clientKey = scram.hmac(salted, "Client Key".getBytes(UTF_8));
        byte[] exchanged = (awaits.clientFirst + "," + awaits.serverFirst + "," + last.group(1)).getBytes(UTF_8);
        byte[] proof = xor(clientKey, scram.hmac(scram.hash(clientKey), exchanged));
        if (!MessageDigest.isEqual(proof, decoded(last.group(4)))) {
            return refusal();
        }
        byte[] signature = scram.hmac(scram.hmac(salted, "Server Key".getBytes(UTF_8)), exchanged);
        return new Step.Done(awaits.user, ("v=" + Base64.getEncoder().encodeToString(signature)).getBytes(UTF_8));
    }

    private static byte[] decoded(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException illegal) {
            return new byte[0];
        }
    }

    private static byte[] xor(byte[] left, byte[] right) {
        byte[] result = new byte[left.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = (byte) (left[i] ^ right[i]);
        }
        return result;
    }

    private static Step refusal() {
        return new Step.Failed("Authentication failed during authentication due to invalid credentials");
    }
}
