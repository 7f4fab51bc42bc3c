package dev.ottla.internal.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.ottla.config.ClientOptions;
import dev.ottla.config.KafkaConfig;
import dev.ottla.config.Secret;
import dev.ottla.config.Security;
import dev.ottla.config.Tls;
import dev.ottla.errors.InvalidOptionsException;
import io.netty.pkitesting.X509Bundle;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyMaterialTest {
    private static final X509Bundle CLIENT = TestCertificates.client();
    private static final String AUTHORITY = TestCertificates.AUTHORITY.getCertificatePEM();
    private static final Secret PASSWORD = Secret.of("CANARY");

    /** A key that belongs to nobody, encrypted with {@link #PASSWORD} (PBES2, AES-256). */
    private static final Secret ENCRYPTED_KEY = Secret.of("""
            -----BEGIN ENCRYPTED PRIVATE KEY-----
            MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAhiovKKP1F4RwICCAAw
            DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEMh9wM9B6HK8hPdAxMymK/cEgZBM
            CY7LylGp/c76NAusuDTvS4WUbIwm39JlNg0g9UQS2EgOT8w0yISFxEgQqNYQkZZM
            HnvHJmPRbfKqpqzCDfumltkPS94mMEl/SUkIc/KaEaz6LQE1X6oZ8TeqrVQ3SxAn
            Nda19U4koSQfRC9uqMr2UPEyJHolIM33VY7cbSSLJpEGD90A5v7KBh4IPtH/+mE=
            -----END ENCRYPTED PRIVATE KEY-----
            """);

    @TempDir
    Path directory;

    @Test
    void should_trust_what_the_jdk_trusts_when_nothing_is_given() {
        TlsEngines engines = load(Tls.systemTrust());

        assertThat(engines.hasIdentity()).isFalse();
        assertThat(engines.newEngine("a", 1).getSSLParameters().getEndpointIdentificationAlgorithm())
                .isEqualTo("HTTPS");
        assertThat(engines.newEngine("a", 1).getEnabledProtocols()).containsExactlyInAnyOrder("TLSv1.3", "TLSv1.2");
    }

    @Test
    void should_tell_the_engine_the_host_without_final_dot_and_zone() {
        TlsEngines engines = load(Tls.systemTrust());

        assertThat(engines.newEngine("broker.example.com.", 1).getPeerHost()).isEqualTo("broker.example.com");
        assertThat(engines.newEngine("fe80::1%eth0", 1).getPeerHost()).isEqualTo("fe80::1");
    }

    @Test
    void should_read_a_key_and_certificates_from_one_pem_file() throws Exception {
        Path pem = Files.writeString(
                directory.resolve("client.pem"),
                "Bag Attributes: none\n" + CLIENT.getPrivateKeyPEM() + CLIENT.getCertificatePathPEM());
        Path authorities = Files.writeString(directory.resolve("ca.pem"), AUTHORITY + AUTHORITY);

        assertThat(load(Tls.trusting(authorities).identity(pem)).hasIdentity()).isTrue();
    }

    @Test
    void should_read_pem_that_lost_its_line_breaks() {
        String oneLine = AUTHORITY.replace('\n', ' ');

        assertThat(load(Tls.trustingPem(oneLine)).hasIdentity()).isFalse();
    }

    @Test
    void should_decrypt_a_pem_key() {
        Tls tls = Tls.trustingPem(AUTHORITY).identityPem(ENCRYPTED_KEY, CLIENT.getCertificatePathPEM());

        assertThat(load(tls.keyPassword(PASSWORD)).hasIdentity()).isTrue();
        assertThat(problemOf(tls)).contains("ssl.keystore.key").contains("give ssl.key.password");
        assertThat(problemOf(tls.keyPassword(Secret.of("wrong")))).contains("does not decrypt");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PKCS12", "JKS"})
    void should_read_a_store(String type) throws Exception {
        // given
        Path identity = store(type, CLIENT.toKeyStore(PASSWORD.reveal().toCharArray()));
        KeyStore authorities = KeyStore.getInstance(type);
        authorities.load(null, null);
        authorities.setCertificateEntry("ca", TestCertificates.AUTHORITY.getCertificate());
        Path trust = store(type, authorities);

        // when
        TlsEngines engines = load(Tls.trusting(trust, PASSWORD).identity(identity, PASSWORD));

        // then
        assertThat(engines.hasIdentity()).isTrue();
        assertThat(problemOf(Tls.trusting(trust, Secret.of("wrong")).identity(identity, Secret.of("wrong"))))
                .contains("2 options are invalid")
                .contains("ssl.keystore.location: " + identity)
                .contains("ssl.truststore.location: " + trust)
                .contains("password was incorrect");
    }

    @Test
    void should_say_that_an_encrypted_truststore_needs_its_password() throws Exception {
        KeyStore authorities = KeyStore.getInstance("PKCS12");
        authorities.load(null, null);
        authorities.setCertificateEntry("ca", TestCertificates.AUTHORITY.getCertificate());
        Path trust = store("PKCS12", authorities);

        assertThatExceptionOfType(InvalidOptionsException.class)
                .isThrownBy(() ->
                        load(Map.of("ssl.truststore.type", "PKCS12", "ssl.truststore.location", trust.toString())))
                .withMessageContaining("needs ssl.truststore.password");
    }

    static List<Arguments> unusableKeys() {
        return List.of(
                Arguments.of("CANARY", "holds no private key"),
                Arguments.of(block("RSA PRIVATE KEY", "DEK-Info: AES-256-CBC,CANARY"), "openssl pkcs8 -topk8"),
                Arguments.of(block("PRIVATE KEY", "CANARYCANARY"), "none of RSA, EC, EdDSA, DSA"),
                Arguments.of(block("ENCRYPTED PRIVATE KEY", "CANARYCANARY"), "give ssl.key.password"));
    }

    private static String block(String label, String body) {
        return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
    }

    @ParameterizedTest
    @MethodSource("unusableKeys")
    void should_say_what_is_wrong_with_a_key_without_quoting_it(String key, String problem) {
        Tls tls = Tls.trustingPem(AUTHORITY).identityPem(Secret.of(key), AUTHORITY);

        assertThat(problemOf(tls)).contains(problem).doesNotContain("CANARY");
    }

    @Test
    void should_name_everything_that_is_wrong_at_once() {
        assertThatExceptionOfType(InvalidOptionsException.class)
                .isThrownBy(() -> load(Map.of(
                        "ssl.truststore.type", "PEM",
                        "ssl.truststore.location", "/no/such/file.pem",
                        "ssl.keystore.type", "PKCS12",
                        "ssl.keystore.location", "/no/such/file.p12",
                        "ssl.keystore.password", "CANARY",
                        "ssl.enabled.protocols", "TLSv1.3,TLSv9",
                        "ssl.cipher.suites", "NONE_SUCH")))
                .withMessageContaining(
                        "ssl.truststore.location: /no/such/file.pem can't be read: there is no such file")
                .withMessageContaining("ssl.keystore.location: /no/such/file.p12 can't be read: there is no such file")
                .withMessageContaining("ssl.enabled.protocols: has [TLSv9]")
                .withMessageContaining("ssl.cipher.suites: has [NONE_SUCH]")
                .withMessageNotContaining("CANARY");
    }

    @ParameterizedTest
    @CsvSource({
        "ssl.protocol,TLSv9",
        "ssl.provider,NoSuchProvider",
        "ssl.keymanager.algorithm,None",
        "ssl.trustmanager.algorithm,None",
        "ssl.truststore.type,NONE"
    })
    void should_name_the_option_that_the_jdk_does_not_know(String option, String value) {
        Map<String, String> settings = new HashMap<>(Map.of(
                "ssl.keystore.type",
                "PEM",
                "ssl.keystore.key",
                CLIENT.getPrivateKeyPEM(),
                "ssl.keystore.certificate.chain",
                CLIENT.getCertificatePathPEM(),
                "ssl.truststore.location",
                "/no/such/file"));
        settings.put(option, value);

        assertThatExceptionOfType(InvalidOptionsException.class)
                .isThrownBy(() -> load(settings))
                .withMessageContaining(option);
    }

    private Path store(String type, KeyStore content) throws Exception {
        KeyStore store = KeyStore.getInstance(type);
        store.load(null, null);
        for (String alias : Collections.list(content.aliases())) {
            if (content.isKeyEntry(alias)) {
                char[] password = PASSWORD.reveal().toCharArray();
                store.setKeyEntry(alias, content.getKey(alias, password), password, content.getCertificateChain(alias));
            } else {
                store.setCertificateEntry(alias, content.getCertificate(alias));
            }
        }
        Path file = Files.createTempFile(directory, "store", "." + type);
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, PASSWORD.reveal().toCharArray());
        }
        return file;
    }

    private static String problemOf(Tls tls) {
        try {
            load(tls);
            return "none";
        } catch (InvalidOptionsException e) {
            return e.getMessage();
        }
    }

    private static TlsEngines load(Tls tls) {
        return TlsEngines.load(ClientOptions.builder()
                .bootstrapServers("a:1")
                .security(Security.tls(tls))
                .build()
                .security()
                .tls());
    }

    private static TlsEngines load(Map<String, String> settings) {
        return TlsEngines.load(ClientOptions.builder()
                .config(KafkaConfig.of(Map.of("bootstrap.servers", "a:1", "security.protocol", "SSL")))
                .config(KafkaConfig.of(settings))
                .build()
                .security()
                .tls());
    }
}
