package dev.ottla.internal.security;

import dev.ottla.config.Secret;
import dev.ottla.internal.concurrent.Immutable;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of a PEM text (RFC 7468): certificates, and one private key in PKCS #8. What stands between the blocks is a
 * comment. Messages name what is wrong and never quote the text.
 */
@Immutable
final class PemText {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");
    private static final Pattern OLD_KEY = Pattern.compile("-----BEGIN (RSA|EC|DSA) PRIVATE KEY-----");
    private static final List<String> KEY_ALGORITHMS = List.of("RSA", "EC", "EdDSA", "DSA");
    private static final String PBES2 = "PBES2";
    private static final String PBES2_OID = "1.2.840.113549.1.5.13";

    private final String option;
    private final String text;

    /** {@code option} names the text in messages. */
    PemText(String option, String text) {
        this.option = option;
        this.text = text;
    }

    /** All certificates, at least one. */
    X509Certificate[] certificates() throws KeyMaterialException {
        List<X509Certificate> certificates = new ArrayList<>();
        Matcher block = BLOCK.matcher(text);
        while (block.find()) {
            if (block.group(1).equals("CERTIFICATE")) {
                certificates.add(certificate(der(block)));
            }
        }
        if (certificates.isEmpty()) {
            throw new KeyMaterialException(option, "holds no certificate (-----BEGIN CERTIFICATE-----)");
        }
        return certificates.toArray(X509Certificate[]::new);
    }

    private X509Certificate certificate(byte[] der) throws KeyMaterialException {
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        } catch (CertificateException e) {
            throw new KeyMaterialException(option, "holds a certificate that can't be read");
        }
    }

    /** The first private key; the password is needed if it is encrypted. */
    PrivateKey privateKey(@Nullable Secret password) throws KeyMaterialException {
        Matcher block = BLOCK.matcher(text);
        while (block.find()) {
            if (block.group(1).equals("PRIVATE KEY")) {
                return privateKey(new PKCS8EncodedKeySpec(der(block)));
            } else if (block.group(1).equals("ENCRYPTED PRIVATE KEY")) {
                return privateKey(decrypt(der(block), password));
            }
        }
        throw new KeyMaterialException(
                option,
                OLD_KEY.matcher(text).find()
                        ? "holds a private key in an old format; convert it to PKCS #8 with: openssl pkcs8 -topk8 -nocrypt"
                        : "holds no private key (-----BEGIN PRIVATE KEY-----)");
    }

    private PrivateKey privateKey(PKCS8EncodedKeySpec spec) throws KeyMaterialException {
        for (String algorithm : KEY_ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(spec);
            } catch (InvalidKeySpecException otherAlgorithm) {
                // The next one may be it: PKCS #8 says the algorithm, but the JDK has no factory that reads it.
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("every JDK knows " + algorithm, e);
            }
        }
        throw new KeyMaterialException(
                option, "holds a private key that is none of " + String.join(", ", KEY_ALGORITHMS));
    }

    private PKCS8EncodedKeySpec decrypt(byte[] der, @Nullable Secret password) throws KeyMaterialException {
        if (password == null) {
            throw new KeyMaterialException(option, "holds an encrypted private key: give ssl.key.password");
        }
        PBEKeySpec passwordSpec = new PBEKeySpec(password.reveal().toCharArray());
        try {
            EncryptedPrivateKeyInfo encrypted = new EncryptedPrivateKeyInfo(der);
            String name = encrypted.getAlgName();
            // PBES2 names its parts in the parameters only, and the JDK's factories go by that longer name.
            String algorithm = name.equals(PBES2) || name.equals(PBES2_OID)
                    ? encrypted.getAlgParameters().toString()
                    : name;
            Cipher cipher = Cipher.getInstance(algorithm);
            cipher.init(
                    Cipher.DECRYPT_MODE,
                    SecretKeyFactory.getInstance(algorithm).generateSecret(passwordSpec),
                    encrypted.getAlgParameters());
            return encrypted.getKeySpec(cipher);
        } catch (IOException | GeneralSecurityException e) {
            throw new KeyMaterialException(
                    option,
                    "holds a private key that ssl.key.password does not decrypt ("
                            + e.getClass().getSimpleName() + ")");
        } finally {
            passwordSpec.clearPassword();
        }
    }

    private byte[] der(Matcher block) throws KeyMaterialException {
        try {
            return Base64.getMimeDecoder().decode(block.group(2));
        } catch (IllegalArgumentException e) {
            throw new KeyMaterialException(option, "holds a block " + block.group(1) + " that is not Base64");
        }
    }
}
