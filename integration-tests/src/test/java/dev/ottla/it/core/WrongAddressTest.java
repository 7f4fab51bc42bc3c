package dev.ottla.it.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import dev.ottla.KafkaClient;
import dev.ottla.config.ClientOptions;
import dev.ottla.errors.ConnectionException;
import dev.ottla.testkit.RealKafka;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Whoever connects to the wrong place reads within ten seconds what is wrong with it; all of them wait at the same time. */
class WrongAddressTest {
    /** The client gives up after less than 10 s; the rest is for a machine that does other things as well. */
    private static final Duration AT_MOST = Duration.ofSeconds(25);

    private static final Duration PATIENCE = Duration.ofSeconds(4);

    private static final String PASSWORD = "test-only";

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void should_name_a_tls_listener_that_is_spoken_to_in_plain_text(@TempDir Path directory) throws Exception {
        Path keyStore = keyStore(directory);
        try (RealKafka kafka = RealKafka.builder()
                .listener("TLS", "SSL")
                .config("listener.name.tls.ssl.keystore.type", "PKCS12")
                .config("listener.name.tls.ssl.keystore.location", keyStore.toString())
                .config("listener.name.tls.ssl.keystore.password", PASSWORD)
                .config("listener.name.tls.ssl.key.password", PASSWORD)
                .start()) {
            assertThat(failureInBackground(kafka.bootstrapServers("TLS")))
                    .contains("TLS")
                    .contains("security.protocol");
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void should_name_an_advertised_listener_that_can_not_be_reached() throws IOException {
        String nowhere = "127.0.0.1:" + closedPort();
        try (RealKafka kafka = RealKafka.builder()
                .brokerConfig(1, "advertised.listeners", "PLAINTEXT://" + nowhere)
                .start()) {
            assertThat(failureInBackground(kafka.bootstrapServers()))
                    .contains("advertised.listeners")
                    .contains(nowhere)
                    .contains("refused");
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void should_name_an_http_server() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.start();
        try {
            String address = "127.0.0.1:" + server.getAddress().getPort();

            assertThat(failureOf(address)).contains(address).contains("ApiVersions");
        } finally {
            server.stop(0);
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void should_name_an_address_where_nobody_listens() throws IOException {
        String address = "127.0.0.1:" + closedPort();

        assertThat(failureOf(address)).contains(address).contains("refused");
    }

    private static String failureOf(String bootstrapServers) {
        long startNanos = System.nanoTime();
        ConnectionException failure =
                catchThrowableOfType(ConnectionException.class, () -> KafkaClient.connect(bootstrapServers));
        assertThat(failure).isNotNull();
        assertThat(Duration.ofNanos(System.nanoTime() - startNanos)).isLessThan(AT_MOST);
        return failure.getMessage();
    }

    private static String failureInBackground(String bootstrapServers) {
        try (KafkaClient client = KafkaClient.create(
                ClientOptions.builder().bootstrapServers(bootstrapServers).build())) {
            CompletionException failure = catchThrowableOfType(
                    CompletionException.class,
                    () -> client.whenReachable(PATIENCE).join());
            assertThat(failure).hasCauseInstanceOf(ConnectionException.class);
            return failure.getCause().getMessage();
        }
    }

    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static Path keyStore(Path directory) throws Exception {
        Path keyStore = directory.resolve("broker.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "broker",
                        "-keyalg",
                        "RSA",
                        "-dname",
                        "CN=localhost",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        keyStore.toString(),
                        "-storepass",
                        PASSWORD)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("keytool.log").toFile())
                .start();
        assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(keytool.exitValue()).isZero();
        return keyStore;
    }
}
