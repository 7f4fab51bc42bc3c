package dev.ottla.it.security;

import dev.ottla.testkit.RealKafka;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;

/**
 * One broker with a listener for each way to be protected, for all tests of this package. It ends with the JVM.
 */
final class SecuredBroker {
    /** TLS; asks clients for nothing. */
    static final String TLS = "TLS";

    /** TLS; asks clients for a certificate. */
    static final String MUTUAL = "MUTUAL";

    /** TLS; the certificate is for another host. */
    static final String ELSEWHERE = "ELSEWHERE";

    /** TLS; the certificate has expired. */
    static final String EXPIRED = "EXPIRED";

    /** All mechanisms over TLS. */
    static final String SASL_TLS = "SASLTLS";

    /** All mechanisms without encryption. */
    static final String SASL = "SASLPLAIN";

    /** SCRAM alone, with sessions of three seconds. */
    static final String SHORT_SESSIONS = "SHORT";

    static final String USER = "alice";
    static final String PASSWORD = "alice, =\"secret\" \u00e4";
    static final String STORE_PASSWORD = "store-password";

    private static final String PLAIN_MODULE = "org.apache.kafka.common.security.plain.PlainLoginModule";
    private static final String SCRAM_MODULE = "org.apache.kafka.common.security.scram.ScramLoginModule";
    private static final String OAUTH_MODULE = "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule";
    private static final List<String> MECHANISMS = List.of("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER");
    private static final int ITERATIONS = 8192;
    private static final Duration SESSION = Duration.ofSeconds(3);

    private static final class Holder {
        static final SecuredBroker INSTANCE = start();
    }

    private final RealKafka kafka;
    private final X509Bundle authority;
    private final X509Bundle client;
    private final Path directory;

    private SecuredBroker(RealKafka kafka, X509Bundle authority, X509Bundle client, Path directory) {
        this.kafka = kafka;
        this.authority = authority;
        this.client = client;
        this.directory = directory;
    }

    /** The one broker; started by the first who asks. */
    static SecuredBroker get() {
        return Holder.INSTANCE;
    }

    private static SecuredBroker start() {
        try {
            Path directory = Files.createTempDirectory("ottla-security");
            X509Bundle authority = new CertificateBuilder()
                    .rsa2048()
                    .subject("CN=test authority")
                    .setIsCertificateAuthority(true)
                    .buildSelfSigned();
            X509Bundle broker = certificate("CN=broker")
                    .addSanDnsName("localhost")
                    .addSanIpAddress("127.0.0.1")
                    .buildIssuedBy(authority);
            X509Bundle elsewhere = certificate("CN=elsewhere")
                    .addSanDnsName("elsewhere.example.com")
                    .buildIssuedBy(authority);
            Instant now = Instant.now();
            X509Bundle expired = certificate("CN=expired")
                    .addSanIpAddress("127.0.0.1")
                    .notBefore(now.minus(Duration.ofDays(9)))
                    .notAfter(now.minus(Duration.ofDays(1)))
                    .buildIssuedBy(authority);
            X509Bundle client = certificate("CN=client").buildIssuedBy(authority);
            Path trust = trustStore(directory.resolve("trust.p12"), "PKCS12", authority);
            RealKafka.Builder builder = RealKafka.builder();
            for (String listener : List.of(TLS, MUTUAL, ELSEWHERE, EXPIRED)) {
                builder.listener(listener, "SSL");
            }
            builder.listener(SASL_TLS, "SASL_SSL")
                    .listener(SASL, "SASL_PLAINTEXT")
                    .listener(SHORT_SESSIONS, "SASL_PLAINTEXT");
            Path brokerKey = keyStore(directory.resolve("broker.p12"), "PKCS12", broker);
            tls(builder, TLS, brokerKey);
            tls(builder, MUTUAL, brokerKey);
            tls(builder, SASL_TLS, brokerKey);
            tls(builder, ELSEWHERE, keyStore(directory.resolve("elsewhere.p12"), "PKCS12", elsewhere));
            tls(builder, EXPIRED, keyStore(directory.resolve("expired.p12"), "PKCS12", expired));
            builder.config("listener.name.mutual.ssl.client.auth", "required")
                    .config("listener.name.mutual.ssl.truststore.type", "PKCS12")
                    .config("listener.name.mutual.ssl.truststore.location", trust.toString())
                    .config("listener.name.mutual.ssl.truststore.password", STORE_PASSWORD)
                    .config("sasl.enabled.mechanisms", String.join(",", MECHANISMS));
            sasl(builder, SASL_TLS);
            sasl(builder, SASL);
            builder.config("listener.name.short.sasl.enabled.mechanisms", "SCRAM-SHA-512")
                    .config("listener.name.short.scram-sha-512.sasl.jaas.config", SCRAM_MODULE + " required;")
                    .config(
                            "listener.name.short.scram-sha-512.connections.max.reauth.ms",
                            String.valueOf(SESSION.toMillis()));
            RealKafka kafka = builder.start();
            Runtime.getRuntime().addShutdownHook(new Thread(kafka::close));
            createUsers(kafka);
            return new SecuredBroker(kafka, authority, client, directory);
        } catch (Exception e) {
            throw new IllegalStateException("the broker of the security tests did not start", e);
        }
    }

    private static CertificateBuilder certificate(String subject) {
        return new CertificateBuilder().rsa2048().subject(subject);
    }

    private static void tls(RealKafka.Builder builder, String listener, Path keyStore) {
        String prefix = "listener.name." + listener.toLowerCase(Locale.ROOT) + ".ssl.";
        builder.config(prefix + "keystore.type", "PKCS12")
                .config(prefix + "keystore.location", keyStore.toString())
                .config(prefix + "keystore.password", STORE_PASSWORD)
                .config(prefix + "key.password", STORE_PASSWORD);
    }

    private static void sasl(RealKafka.Builder builder, String listener) {
        String prefix = "listener.name." + listener.toLowerCase(Locale.ROOT) + ".";
        builder.config(
                        prefix + "plain.sasl.jaas.config",
                        PLAIN_MODULE + " required user_" + USER + "=" + quoted(PASSWORD) + ";")
                .config(prefix + "scram-sha-256.sasl.jaas.config", SCRAM_MODULE + " required;")
                .config(prefix + "scram-sha-512.sasl.jaas.config", SCRAM_MODULE + " required;")
                .config(
                        prefix + "oauthbearer.sasl.jaas.config",
                        OAUTH_MODULE + " required unsecuredLoginStringClaim_sub=\"broker\";");
    }

    private static void createUsers(RealKafka kafka) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            // A user may be altered once in a request.
            for (ScramMechanism mechanism : List.of(ScramMechanism.SCRAM_SHA_256, ScramMechanism.SCRAM_SHA_512)) {
                ScramCredentialInfo info = new ScramCredentialInfo(mechanism, ITERATIONS);
                admin.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion(USER, info, PASSWORD)))
                        .all()
                        .get();
            }
        }
    }

    RealKafka kafka() {
        return kafka;
    }

    String authorityPem() {
        return authority.getCertificatePEM();
    }

    String clientKeyPem() {
        return client.getPrivateKeyPEM();
    }

    String clientCertificatesPem() {
        return client.getCertificatePathPEM();
    }

    /** A PEM file that holds this text. */
    Path file(String name, String text) {
        try {
            return Files.writeString(directory.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The client's key in a new store. */
    Path clientKeyStore(String type) throws Exception {
        return keyStore(directory.resolve("client." + type), type, client);
    }

    /** The authority's certificate in a new store. */
    Path trustStore(String type) throws Exception {
        return trustStore(directory.resolve("authority." + type), type, authority);
    }

    /** Where to connect to by TLS, and whom to trust there. */
    Map<String, String> tls(String listener) {
        Map<String, String> config = new HashMap<>(Map.of(
                "bootstrap.servers",
                kafka.bootstrapServers(listener),
                "security.protocol",
                "SSL",
                "ssl.truststore.type",
                "PEM",
                "ssl.truststore.certificates",
                authorityPem()));
        return config;
    }

    /** Where to connect to by SASL, and as whom. */
    Map<String, String> sasl(String listener, String mechanism) {
        Map<String, String> config = tls(listener);
        config.put("security.protocol", listener.equals(SASL_TLS) ? "SASL_SSL" : "SASL_PLAINTEXT");
        config.put("sasl.mechanism", mechanism);
        config.put("sasl.jaas.config", login(mechanism, USER, PASSWORD));
        return config;
    }

    static String login(String mechanism, String user, String password) {
        String module = mechanism.equals("PLAIN") ? PLAIN_MODULE : SCRAM_MODULE;
        return module + " required username=" + quoted(user) + " password=" + quoted(password) + ";";
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private static Path keyStore(Path file, String type, X509Bundle bundle) throws Exception {
        KeyStore store = empty(type);
        char[] password = STORE_PASSWORD.toCharArray();
        store.setKeyEntry("key", bundle.getKeyPair().getPrivate(), password, bundle.getCertificatePath());
        return write(store, file);
    }

    private static Path trustStore(Path file, String type, X509Bundle authority) throws Exception {
        KeyStore store = empty(type);
        store.setCertificateEntry("authority", authority.getCertificate());
        return write(store, file);
    }

    private static KeyStore empty(String type) throws Exception {
        KeyStore store = KeyStore.getInstance(type);
        store.load(null, null);
        return store;
    }

    private static Path write(KeyStore store, Path file) throws Exception {
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, STORE_PASSWORD.toCharArray());
        }
        return file;
    }
}
