package dev.ottla.it.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.KafkaClient;
import dev.ottla.admin.Admin;
import dev.ottla.config.ClientOptions;
import dev.ottla.config.Secret;
import dev.ottla.config.Security;
import dev.ottla.config.Tls;
import dev.ottla.errors.AuthenticationException;
import dev.ottla.errors.ConnectionException;
import dev.ottla.errors.KafkaException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS with a real broker; the official client is the judge of which configurations connect. */
@Tag("jdk")
class TlsTest {
    private final SecuredBroker broker = SecuredBroker.get();

    @ParameterizedTest
    @ValueSource(strings = {"PKCS12", "JKS"})
    void should_connect_by_stores_as_the_official_client_does(String type) throws Exception {
        Map<String, String> config = broker.tls(SecuredBroker.MUTUAL);
        config.remove("ssl.truststore.certificates");
        config.put("ssl.truststore.type", type);
        config.put("ssl.truststore.location", broker.trustStore(type).toString());
        config.put("ssl.truststore.password", SecuredBroker.STORE_PASSWORD);
        config.put("ssl.keystore.type", type);
        config.put("ssl.keystore.location", broker.clientKeyStore(type).toString());
        config.put("ssl.keystore.password", SecuredBroker.STORE_PASSWORD);

        assertThat(BothClients.ottla(config)).isNull();
        assertThat(BothClients.officialConnects(config)).isTrue();
    }

    @Test
    void should_connect_by_pem_in_files_and_in_the_configuration() {
        Map<String, String> inFiles = broker.tls(SecuredBroker.MUTUAL);
        inFiles.remove("ssl.truststore.certificates");
        inFiles.put(
                "ssl.truststore.location",
                broker.file("ca.pem", broker.authorityPem()).toString());
        inFiles.put("ssl.keystore.type", "PEM");
        inFiles.put(
                "ssl.keystore.location",
                broker.file("client.pem", broker.clientKeyPem() + broker.clientCertificatesPem())
                        .toString());
        Map<String, String> inline = broker.tls(SecuredBroker.MUTUAL);
        inline.put("ssl.keystore.type", "PEM");
        inline.put("ssl.keystore.key", broker.clientKeyPem());
        inline.put("ssl.keystore.certificate.chain", broker.clientCertificatesPem());

        assertThat(BothClients.ottla(inFiles)).isNull();
        assertThat(BothClients.officialConnects(inFiles)).isTrue();
        assertThat(BothClients.ottla(inline)).isNull();
        assertThat(BothClients.officialConnects(inline)).isTrue();
    }

    @Test
    void should_connect_by_typed_options() {
        Tls tls = Tls.trustingPem(broker.authorityPem())
                .identityPem(Secret.of(broker.clientKeyPem()), broker.clientCertificatesPem());

        try (KafkaClient client = KafkaClient.connect(ClientOptions.builder()
                        .bootstrapServers(broker.kafka().bootstrapServers(SecuredBroker.MUTUAL))
                        .security(Security.tls(tls))
                        .build());
                Admin admin = Admin.create(client)) {
            assertThat(admin.cluster().describe().join().nodes()).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void should_say_that_the_broker_asks_for_a_certificate(String version) {
        assertRefused(SecuredBroker.MUTUAL, config -> config.put("ssl.enabled.protocols", version))
                // With TLS 1.2 some JDKs give no reason but handshake_failure (RFC 5246, section 7.4.6).
                .hasMessageFindingMatch("asks for (a certificate, and this client has none|one)");
    }

    @Test
    void should_say_that_nobody_trusted_vouches_for_the_broker() {
        assertRefused(SecuredBroker.TLS, config -> {
                    config.remove("ssl.truststore.type");
                    config.remove("ssl.truststore.certificates");
                })
                .hasMessageContaining("trusts nobody who vouches for")
                .hasMessageContaining("ssl.truststore.location");
    }

    @Test
    void should_say_that_the_certificate_has_expired() {
        assertRefused(SecuredBroker.EXPIRED, config -> {}).hasMessageContaining("has expired (CN=expired");
    }

    @Test
    void should_check_the_host_unless_that_is_switched_off() {
        assertRefused(SecuredBroker.ELSEWHERE, config -> {})
                .hasMessageContaining("for the hosts [elsewhere.example.com]");
        Map<String, String> unchecked = broker.tls(SecuredBroker.ELSEWHERE);
        unchecked.put("ssl.endpoint.identification.algorithm", "");

        assertThat(BothClients.ottla(unchecked)).isNull();
        assertThat(BothClients.officialConnects(unchecked)).isTrue();
    }

    @Test
    void should_say_that_the_listener_may_not_speak_tls() {
        Map<String, String> config = broker.tls(SecuredBroker.TLS);
        config.put("bootstrap.servers", broker.kafka().bootstrapServers());

        assertThat(BothClients.ottla(config))
                .isInstanceOf(ConnectionException.class)
                .hasMessageContaining("TLS handshake")
                .hasMessageContaining("may not speak TLS");
    }

    /** Refused at once, not after a wait for the cluster; and the official client does not connect either. */
    private AbstractThrowableAssert<?, ? extends Throwable> assertRefused(
            String listener, Consumer<Map<String, String>> change) {
        Map<String, String> config = new HashMap<>(broker.tls(listener));
        change.accept(config);
        long start = System.nanoTime();
        KafkaException failure = BothClients.ottla(config);
        assertThat(System.nanoTime() - start).isLessThan(9_000_000_000L);
        assertThat(BothClients.officialConnects(config)).isFalse();
        return assertThat(failure).isInstanceOf(AuthenticationException.class);
    }
}
