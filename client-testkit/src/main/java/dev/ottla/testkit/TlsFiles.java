package dev.ottla.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Keys and certificates of one {@link RealKafka} with {@link RealKafka.Builder#tls}: an authority made for this cluster, a
 * certificate of it for the brokers ({@code 127.0.0.1} and {@code localhost}), and one for a client ({@code CN=client}), valid
 * for two days. Key stores are PKCS12 (RFC 7292) with {@link #password}; the same is there as PEM (RFC 7468) for clients
 * that read that, such as librdkafka. Immutable.
 */
public final class TlsFiles {
    private static final String PASSWORD = "made-for-a-test";
    private static final String ALL_KEYS = "all.p12";
    private static final long KEYTOOL_TIMEOUT_SECONDS = 60;

    private final Path directory;

    private TlsFiles(Path directory) {
        this.directory = directory;
    }

    /** Makes all files in the directory with the JDK's keytool; blocks for about 2 s. */
    static TlsFiles create(Path directory) throws IOException {
        TlsFiles files = new TlsFiles(Files.createDirectories(directory));
        files.generate("authority", "CN=authority of a test cluster", "-ext", "bc:critical=ca:true");
        files.generate("broker", "CN=broker", "-signer", "authority", "-ext", "san=ip:127.0.0.1,dns:localhost");
        files.generate("client", "CN=client", "-signer", "authority");
        try {
            files.distribute();
        } catch (GeneralSecurityException e) {
            throw new RealKafkaException("The keys that keytool made in " + directory + " could not be read back", e);
        }
        return files;
    }

    /** PKCS12: the authority's certificate, for {@code ssl.truststore.location}. */
    public Path trustStore() {
        return directory.resolve("trust.p12");
    }

    /** PKCS12: the brokers' key and certificates. */
    public Path brokerKeyStore() {
        return directory.resolve("broker.p12");
    }

    /** PKCS12: a client's key and certificates, for {@code ssl.keystore.location} where brokers ask for them. */
    public Path clientKeyStore() {
        return directory.resolve("client.p12");
    }

    /** Opens the key stores and the keys in them. */
    public String password() {
        return PASSWORD;
    }

    /** PEM: the authority's certificate. */
    public Path authorityCertificate() {
        return directory.resolve("authority.crt");
    }

    /** PEM: the client's certificate, then the authority's. */
    public Path clientCertificate() {
        return directory.resolve("client.crt");
    }

    /** PEM: the client's private key, not encrypted. */
    public Path clientKey() {
        return directory.resolve("client.key");
    }

    private void generate(String alias, String name, String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                alias,
                "-dname",
                name,
                "-keyalg",
                "RSA",
                "-keysize",
                "2048",
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-keystore",
                directory.resolve(ALL_KEYS).toString(),
                "-storepass",
                PASSWORD));
        command.addAll(List.of(more));
        Path output = directory.resolve("keytool.log");
        Process keytool = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
                .start();
        if (!endsWell(keytool)) {
            throw new RealKafkaException(
                    "keytool of " + System.getProperty("java.home") + " made no key for " + name + ": "
                            + LogTail.of(output),
                    null);
        }
    }

    private static boolean endsWell(Process keytool) {
        try {
            return keytool.waitFor(KEYTOOL_TIMEOUT_SECONDS, TimeUnit.SECONDS) && keytool.exitValue() == 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RealKafkaException("The thread was interrupted while keytool ran", e);
        } finally {
            keytool.destroyForcibly();
        }
    }

    /** From the store in which everything was made to stores and files with what their readers may have. */
    private void distribute() throws IOException, GeneralSecurityException {
        KeyStore all = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(directory.resolve(ALL_KEYS))) {
            all.load(in, PASSWORD.toCharArray());
        }
        Certificate authority = all.getCertificate("authority");
        KeyStore trust = empty();
        trust.setCertificateEntry("authority", authority);
        store(trust, trustStore());
        storeKey(all, "broker", brokerKeyStore());
        storeKey(all, "client", clientKeyStore());
        Files.writeString(authorityCertificate(), pem("CERTIFICATE", authority.getEncoded()));
        Key clientKey = all.getKey("client", PASSWORD.toCharArray());
        Files.writeString(clientKey(), pem("PRIVATE KEY", clientKey.getEncoded()));
        StringBuilder chain = new StringBuilder();
        for (Certificate certificate : all.getCertificateChain("client")) {
            chain.append(pem("CERTIFICATE", certificate.getEncoded()));
        }
        Files.writeString(clientCertificate(), chain);
    }

    private static void storeKey(KeyStore all, String alias, Path file) throws IOException, GeneralSecurityException {
        KeyStore one = empty();
        char[] password = PASSWORD.toCharArray();
        one.setKeyEntry(alias, all.getKey(alias, password), password, all.getCertificateChain(alias));
        store(one, file);
    }

    private static KeyStore empty() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static void store(KeyStore store, Path file) throws IOException, GeneralSecurityException {
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, PASSWORD.toCharArray());
        }
    }

    private static String pem(String label, byte[] der) {
        String base64 = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(der);
        return "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n";
    }
}
