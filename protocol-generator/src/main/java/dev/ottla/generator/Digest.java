package dev.ottla.generator;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 over several pieces of content. */
final class Digest {
    private final MessageDigest sha256;

    Digest() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    Digest add(String label, byte[] content) {
        sha256.update((label + '\0' + content.length + '\0').getBytes(StandardCharsets.UTF_8));
        sha256.update(content);
        return this;
    }

    Digest add(byte[] content) {
        sha256.update(content);
        return this;
    }

    /** The digest as hexadecimal digits. */
    String hex() {
        return HexFormat.of().formatHex(sha256.digest());
    }
}
