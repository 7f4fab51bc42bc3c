package dev.ottla.internal.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.config.ClientOptions;
import dev.ottla.errors.ConnectionException;
import dev.ottla.errors.KafkaException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a user reads who got the address wrong. */
class ConnectFailureTest {
    private final NettyRuntime runtime = new NettyRuntime(
            ClientOptions.builder().bootstrapServers("127.0.0.1:1").build());

    @AfterEach
    void close() {
        runtime.shutdown();
    }

    @Test
    void should_name_the_address_that_refuses() throws IOException {
        int port = freePort();

        assertThat(failureOf(new BrokerAddress("127.0.0.1", port), 5_000))
                .isInstanceOf(ConnectionException.class)
                .hasMessageContaining("127.0.0.1:" + port)
                .hasMessageContaining("refused");
    }

    @Test
    void should_name_the_host_that_does_not_resolve() {
        assertThat(failureOf(new BrokerAddress("no-such-host.invalid", 9092), 10_000))
                .isInstanceOf(ConnectionException.class)
                .hasMessageContaining("no-such-host.invalid:9092")
                .hasMessageContaining("resolve");
    }

    @Test
    void should_say_what_it_waited_for_when_the_peer_is_silent() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(failureOf(new BrokerAddress("127.0.0.1", silent.getLocalPort()), 300))
                    .isInstanceOf(ConnectionException.class)
                    .hasMessageContaining("ApiVersions");
        }
    }

    @Test
    void should_recognise_a_peer_that_hangs_up() throws IOException {
        assertThat(failureOfPeerThatSays(""))
                .isInstanceOf(ConnectionException.class)
                .hasMessageContaining("closed it without an answer")
                .hasMessageContaining("TLS");
    }

    @Test
    void should_recognise_an_http_server() throws IOException {
        assertThat(failureOfPeerThatSays("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"))
                .hasMessageContaining("answers in HTTP")
                .hasMessageContaining("HTTP/1.1 400 Bad Request");
    }

    @Test
    void should_recognise_a_tls_port() throws IOException {
        assertThat(failureOfPeerThatSays("\u0015\u0003\u0003\0\u0002\u0002P")).hasMessageContaining("speaks TLS");
    }

    @Test
    void should_try_all_addresses_of_a_host() throws Exception {
        // given a broker that listens on the second address of the host only
        try (ScriptedBroker broker = new ScriptedBroker()) {
            Life life = new Life();
            InetAddress refusing = InetAddress.getByName("127.0.0.2");
            HostResolver resolver =
                    host -> CompletableFuture.completedFuture(List.of(refusing, InetAddress.getLoopbackAddress()));
            NettyConnector connector = new NettyConnector(
                    ClientOptions.builder().bootstrapServers("x:1").build(),
                    SocketTransport.best().channelFactory(),
                    resolver,
                    ConnectionSecurity.load(
                            ClientOptions.builder()
                                    .bootstrapServers("x:1")
                                    .build()
                                    .security(),
                            Runnable::run));

            // when
            runtime.homeLoop()
                    .execute(() -> connector.connect(
                            runtime.homeLoop(),
                            new BrokerAddress("two-addresses", broker.port()),
                            TimeUnit.SECONDS.toNanos(10),
                            life));

            // then
            assertThat(life.ready.orTimeout(15, TimeUnit.SECONDS).join()).isNotNull();
        }
    }

    private KafkaException failureOfPeerThatSays(String greeting) throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread peer = new Thread(() -> {
                try (Socket socket = server.accept();
                        OutputStream out = socket.getOutputStream()) {
                    byte[] request = new byte[16];
                    assertThat(socket.getInputStream().read(request)).isPositive();
                    out.write(greeting.getBytes(StandardCharsets.ISO_8859_1));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            peer.start();
            return failureOf(new BrokerAddress("127.0.0.1", server.getLocalPort()), 10_000);
        }
    }

    private KafkaException failureOf(BrokerAddress address, long timeoutMillis) {
        Life life = new Life();
        runtime.homeLoop()
                .execute(() -> runtime.connector()
                        .connect(runtime.homeLoop(), address, TimeUnit.MILLISECONDS.toNanos(timeoutMillis), life));
        return life.closed.orTimeout(15, TimeUnit.SECONDS).join();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static final class Life implements ConnectionListener {
        private final CompletableFuture<BrokerConnection> ready = new CompletableFuture<>();
        private final CompletableFuture<KafkaException> closed = new CompletableFuture<>();

        @Override
        public void onReady(BrokerConnection connection) {
            ready.complete(connection);
        }

        @Override
        public void onIdle(BrokerConnection connection, KafkaException cause) {
            throw new AssertionError("not idle");
        }

        @Override
        public void onClosed(KafkaException cause) {
            ready.completeExceptionally(cause);
            closed.complete(cause);
        }
    }
}
