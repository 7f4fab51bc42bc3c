package dev.ottla.internal.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.config.ClientOptions;
import dev.ottla.config.Secret;
import dev.ottla.config.Security;
import dev.ottla.config.Tls;
import dev.ottla.errors.AuthenticationException;
import dev.ottla.errors.ConnectionException;
import dev.ottla.errors.KafkaException;
import dev.ottla.internal.security.TestCertificates;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections over TLS: which become ready, and what is said of those that do not. */
class TlsConnectionTest {
    private static final X509Bundle BROKER = TestCertificates.broker();
    private static final X509Bundle CLIENT = TestCertificates.client();
    private static final Tls TRUSTING = Tls.trustingPem(TestCertificates.AUTHORITY.getCertificatePEM());
    private static final long TIMEOUT_MILLIS = 10_000;

    private static Tls withIdentity(Tls tls) {
        return tls.identityPem(Secret.of(CLIENT.getPrivateKeyPEM()), CLIENT.getCertificatePathPEM());
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void should_be_ready_when_both_have_proved_themselves(String version) {
        SslContext tls = TestCertificates.brokerSide(BROKER, ClientAuth.REQUIRE, version);

        assertThat(outcome(tls, withIdentity(TRUSTING), "127.0.0.1")).isNull();
    }

    @Test
    void should_refuse_a_broker_that_nobody_vouches_for() {
        Tls trustingOthers = Tls.trustingPem(TestCertificates.OTHER_AUTHORITY.getCertificatePEM());

        assertThat(outcome(plainTls(BROKER), trustingOthers, "127.0.0.1"))
                .isInstanceOf(AuthenticationException.class)
                .hasMessageContaining("trusts nobody who vouches for")
                .hasMessageContaining("CN=broker, issued by CN=test authority")
                .hasMessageContaining("ssl.truststore");
    }

    @Test
    void should_refuse_an_expired_certificate() {
        assertThat(outcome(plainTls(TestCertificates.expiredBroker()), TRUSTING, "127.0.0.1"))
                .isInstanceOf(AuthenticationException.class)
                .hasMessageContaining("has expired (CN=broker, valid until 20")
                .hasMessageContaining("Renew");
    }

    @Test
    void should_refuse_a_certificate_for_another_host() {
        SslContext tls = plainTls(TestCertificates.brokerNamed("broker-1.example.com"));

        assertThat(outcome(tls, TRUSTING, "localhost"))
                .isInstanceOf(AuthenticationException.class)
                .hasMessageContaining("for another host (CN=broker, for the hosts [broker-1.example.com])")
                .hasMessageContaining("\"localhost\"");
        assertThat(outcome(tls, TRUSTING, "127.0.0.1"))
                .isInstanceOf(AuthenticationException.class)
                .hasMessageContaining("another host");
    }

    @Test
    void should_accept_a_certificate_for_another_host_when_told_to() {
        SslContext tls = plainTls(TestCertificates.brokerNamed("broker-1.example.com"));

        assertThat(outcome(tls, TRUSTING.withoutHostnameVerification(), "127.0.0.1"))
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "localhost.", "127.0.0.1"})
    void should_accept_a_certificate_that_names_the_host(String host) {
        assertThat(outcome(plainTls(BROKER), TRUSTING, host)).isNull();
    }

    @Test
    void should_accept_a_wildcard_for_one_label() {
        SslContext tls = plainTls(TestCertificates.brokerWithSubject("CN=*.example.com"));

        assertThat(outcome(tls, TRUSTING, "broker-1.example.com")).isNull();
        assertThat(outcome(tls, TRUSTING, "rack-1.broker-1.example.com"))
                .isInstanceOf(AuthenticationException.class)
                .hasMessageContaining("another host");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void should_say_that_the_broker_asks_for_a_certificate(String version) {
        SslContext tls = TestCertificates.brokerSide(BROKER, ClientAuth.REQUIRE, version);

        assertThat(outcome(tls, TRUSTING, "127.0.0.1"))
                .isInstanceOf(AuthenticationException.class)
                // With TLS 1.2 some JDKs give no reason but handshake_failure (RFC 5246, section 7.4.6).
                .hasMessageFindingMatch("asks for (a certificate, and this client has none|one)")
                .hasMessageContaining("ssl.keystore.location");
    }

    @Test
    void should_say_that_there_is_no_version_in_common() {
        SslContext tls = TestCertificates.brokerSide(BROKER, ClientAuth.NONE, "TLSv1.2");

        assertThat(outcome(tls, TRUSTING.enabledProtocols("TLSv1.3"), "127.0.0.1"))
                .isInstanceOf(AuthenticationException.class)
                .hasMessageContaining("protocol_version")
                .hasMessageContaining("[TLSv1.3]");
    }

    @Test
    void should_say_that_the_peer_speaks_plain_text() throws IOException {
        assertThat(outcomeWithPeerThatSays("HTTP/1.1 400 Bad Request\r\n\r\n"))
                .isInstanceOf(ConnectionException.class)
                .hasMessageContaining("not an SSL/TLS record")
                .hasMessageContaining("security.protocol");
    }

    @Test
    void should_say_that_the_peer_hung_up() throws IOException {
        assertThat(outcomeWithPeerThatSays(""))
                .isInstanceOf(ConnectionException.class)
                .hasMessageContaining("broke off")
                .hasMessageContaining("may not speak TLS");
    }

    @Test
    void should_give_up_a_handshake_that_stalls_when_the_time_is_up() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(outcome(TRUSTING, new BrokerAddress("127.0.0.1", silent.getLocalPort()), 300))
                    .isInstanceOf(ConnectionException.class)
                    .hasMessageContaining("TLS handshake with 127.0.0.1");
        }
    }

    private static SslContext plainTls(X509Bundle broker) {
        return TestCertificates.brokerSide(broker, ClientAuth.NONE, "TLSv1.3", "TLSv1.2");
    }

    private static KafkaException outcomeWithPeerThatSays(String greeting) throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Void> peer = CompletableFuture.runAsync(() -> {
                try (Socket socket = server.accept()) {
                    assertThat(socket.getInputStream().read(new byte[1024])).isPositive();
                    socket.getOutputStream().write(greeting.getBytes(StandardCharsets.ISO_8859_1));
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            KafkaException outcome =
                    outcome(TRUSTING, new BrokerAddress("127.0.0.1", server.getLocalPort()), TIMEOUT_MILLIS);
            peer.join();
            return outcome;
        }
    }

    /** What the connection failed with, or null if it became ready and answered. */
    private static KafkaException outcome(SslContext brokerSide, Tls tls, String host) {
        try (ScriptedBroker broker = new ScriptedBroker(brokerSide)) {
            return outcome(tls, new BrokerAddress(host, broker.port()), TIMEOUT_MILLIS);
        }
    }

    /** Every host name stands for this machine. */
    private static KafkaException outcome(Tls tls, BrokerAddress address, long timeoutMillis) {
        ClientOptions options = ClientOptions.builder()
                .bootstrapServers("127.0.0.1:1")
                .security(Security.tls(tls))
                .build();
        NettyRuntime runtime = new NettyRuntime(options);
        Connector connector = new NettyConnector(
                options,
                SocketTransport.best().channelFactory(),
                host -> CompletableFuture.completedFuture(List.of(InetAddress.getLoopbackAddress())),
                ConnectionSecurity.load(options.security(), ForkJoinPool.commonPool()));
        try {
            CompletableFuture<KafkaException> outcome = new CompletableFuture<>();
            runtime.homeLoop()
                    .execute(() -> connector.connect(
                            runtime.homeLoop(),
                            address,
                            TimeUnit.MILLISECONDS.toNanos(timeoutMillis),
                            new FirstNews(outcome)));
            return outcome.orTimeout(15, TimeUnit.SECONDS).join();
        } finally {
            runtime.shutdown();
        }
    }

    private record FirstNews(CompletableFuture<KafkaException> outcome) implements ConnectionListener {
        @Override
        public void onReady(BrokerConnection connection) {
            outcome.complete(null);
        }

        @Override
        public void onIdle(BrokerConnection connection, KafkaException cause) {
            throw new AssertionError("not idle");
        }

        @Override
        public void onClosed(KafkaException cause) {
            outcome.complete(cause);
        }
    }
}
