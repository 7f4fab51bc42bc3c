package dev.ottla.internal.security;

import dev.ottla.config.Secret;
import dev.ottla.config.TlsOptions;
import dev.ottla.internal.concurrent.Immutable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Reads the client's key and the certificates that it trusts, from PEM, PKCS12 or JKS. Blocks while it reads files; called on
 * the user's thread while the client is made.
 */
@Immutable
final class KeyMaterial {
    private static final String PEM = "PEM";
    private static final String KEY_LOCATION = "ssl.keystore.location";
    private static final String TRUST_LOCATION = "ssl.truststore.location";
    private static final char[] IN_MEMORY_ONLY = {};

    private final TlsOptions options;

    KeyMaterial(TlsOptions options) {
        this.options = options;
    }

    /** What the client shows of itself, or null if it has no key. */
    KeyManager @Nullable [] identity() throws KeyMaterialException {
        try {
            KeyStore store;
            char[] password;
            if (options.keystoreKey().isPresent()) {
                store = keyStore(
                        new PemText(
                                "ssl.keystore.key", options.keystoreKey().get().reveal()),
                        new PemText(
                                "ssl.keystore.certificate.chain",
                                options.keystoreCertificateChain().orElseThrow().reveal()));
                password = IN_MEMORY_ONLY;
            } else if (options.keystoreLocation().isEmpty()) {
                return null;
            } else if (options.keystoreType().equals(PEM)) {
                PemText file = new PemText(
                        KEY_LOCATION,
                        read(KEY_LOCATION, options.keystoreLocation().get()));
                store = keyStore(file, file);
                password = IN_MEMORY_ONLY;
            } else {
                Secret storePassword = options.keystorePassword().orElseThrow();
                store = load(
                        KEY_LOCATION,
                        options.keystoreType(),
                        options.keystoreLocation().get(),
                        storePassword);
                password = options.keyPassword().orElse(storePassword).reveal().toCharArray();
            }
            return managers(store, password);
        } catch (GeneralSecurityException e) {
            throw new KeyMaterialException(KEY_LOCATION, "holds a key that can't be used: " + e.getMessage());
        }
    }

    private KeyStore keyStore(PemText key, PemText chain) throws GeneralSecurityException, KeyMaterialException {
        PrivateKey privateKey = key.privateKey(options.keyPassword().orElse(null));
        KeyStore store = empty();
        store.setKeyEntry("client", privateKey, IN_MEMORY_ONLY, chain.certificates());
        return store;
    }

    private KeyManager[] managers(KeyStore store, char[] password)
            throws GeneralSecurityException, KeyMaterialException {
        KeyManagerFactory factory;
        try {
            factory = KeyManagerFactory.getInstance(options.keymanagerAlgorithm());
        } catch (GeneralSecurityException e) {
            throw new KeyMaterialException("ssl.keymanager.algorithm", "is not known to this JDK");
        }
        factory.init(store, password);
        return factory.getKeyManagers();
    }

    /** Whom the client trusts: the given certificates, or those that the JDK trusts if none are given. */
    X509ExtendedTrustManager trust() throws KeyMaterialException {
        TrustManagerFactory factory;
        try {
            factory = TrustManagerFactory.getInstance(options.trustmanagerAlgorithm());
        } catch (GeneralSecurityException e) {
            throw new KeyMaterialException("ssl.trustmanager.algorithm", "is not known to this JDK");
        }
        try {
            factory.init(trustStore());
        } catch (GeneralSecurityException e) {
            throw new KeyMaterialException(TRUST_LOCATION, "holds certificates that can't be used: " + e.getMessage());
        }
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509ExtendedTrustManager x509) {
                return x509;
            }
        }
        throw new KeyMaterialException("ssl.trustmanager.algorithm", "checks no X.509 certificates");
    }

    private @Nullable KeyStore trustStore() throws GeneralSecurityException, KeyMaterialException {
        if (options.truststoreCertificates().isPresent()) {
            return trustStore(new PemText(
                    "ssl.truststore.certificates",
                    options.truststoreCertificates().get().reveal()));
        } else if (options.truststoreLocation().isEmpty()) {
            return null;
        }
        String location = options.truststoreLocation().get();
        if (options.truststoreType().equals(PEM)) {
            return trustStore(new PemText(TRUST_LOCATION, read(TRUST_LOCATION, location)));
        }
        KeyStore store = load(
                TRUST_LOCATION,
                options.truststoreType(),
                location,
                options.truststorePassword().orElse(null));
        if (store.size() == 0) {
            throw new KeyMaterialException(
                    TRUST_LOCATION,
                    location + " holds no certificate that can be read; a PKCS12 store needs ssl.truststore.password");
        }
        return store;
    }

    private static KeyStore trustStore(PemText text) throws GeneralSecurityException, KeyMaterialException {
        KeyStore store = empty();
        int number = 0;
        for (X509Certificate certificate : text.certificates()) {
            store.setCertificateEntry("trusted-" + number++, certificate);
        }
        return store;
    }

    private static KeyStore empty() throws GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try {
            store.load(null, null);
        } catch (IOException e) {
            throw new IllegalStateException("nothing is read for an empty store", e);
        }
        return store;
    }

    private static KeyStore load(String option, String type, String location, @Nullable Secret password)
            throws KeyMaterialException {
        KeyStore store;
        try {
            store = KeyStore.getInstance(type);
        } catch (GeneralSecurityException e) {
            throw new KeyMaterialException(option.replace("location", "type"), "must be JKS, PKCS12 or PEM");
        }
        try (InputStream file = Files.newInputStream(Path.of(location))) {
            store.load(file, password == null ? null : password.reveal().toCharArray());
            return store;
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw unreadable(option, location, e);
        }
    }

    private static String read(String option, String location) throws KeyMaterialException {
        try {
            return Files.readString(Path.of(location));
        } catch (IOException | IllegalArgumentException e) {
            throw unreadable(option, location, e);
        }
    }

    private static KeyMaterialException unreadable(String option, String location, Exception e) {
        String why = e instanceof NoSuchFileException ? "there is no such file" : String.valueOf(e.getMessage());
        return new KeyMaterialException(option, location + " can't be read: " + why);
    }
}
