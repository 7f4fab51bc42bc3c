package dev.ottla.testkit.internal.sasl;

import dev.ottla.internal.concurrent.Immutable;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/** The functions of RFC 5802 for one hash, by the JDK. */
@Immutable
enum Scram {
    SHA_256("SHA-256", "HmacSHA256", 256),
    SHA_512("SHA-512", "HmacSHA512", 512);

    private final String hash;
    private final String hmac;
    private final int bits;

    Scram(String hash, String hmac, int bits) {
        this.hash = hash;
        this.hmac = hmac;
        this.bits = bits;
    }

    byte[] hash(byte[] data) {
        try {
            return MessageDigest.getInstance(hash).digest(data);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no " + hash, e);
        }
    }

    byte[] hmac(byte[] key, byte[] data) {
        try {
            Mac mac = Mac.getInstance(hmac);
            mac.init(new SecretKeySpec(key, hmac));
            return mac.doFinal(data);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no " + hmac, e);
        }
    }

    byte[] saltedPassword(String password, byte[] salt, int iterations) {
        try {
            return SecretKeyFactory.getInstance("PBKDF2With" + hmac)
                    .generateSecret(new PBEKeySpec(password.toCharArray(), salt, iterations, bits))
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no PBKDF2With" + hmac, e);
        }
    }
}
