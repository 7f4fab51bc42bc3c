package dev.ottla;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.config.ClientOptions;
import dev.ottla.errors.ClosedException;
import dev.ottla.errors.ConnectionException;
import dev.ottla.errors.InvalidOptionsException;
import dev.ottla.internal.net.ScriptedBroker;
import dev.ottla.internal.protocol.message.ApiKey;
import dev.ottla.internal.protocol.message.MetadataResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KafkaClientTest {
    /** The client gives up after less than 10 s; the rest is for a machine that does other things as well. */
    private static final Duration AT_MOST = Duration.ofSeconds(25);

    private final ScriptedBroker broker = new ScriptedBroker();

    @AfterEach
    void close() {
        broker.close();
    }

    @Test
    void should_connect_to_a_broker_that_advertises_itself() {
        broker.on(ApiKey.METADATA, request -> clusterOfOne(broker.port()));

        try (KafkaClient kafka = KafkaClient.connect("127.0.0.1:" + broker.port())) {
            assertThat(kafka.options().bootstrapServers()).hasSize(1);
        }
    }

    @Test
    void should_use_the_bootstrap_server_that_answers() throws IOException {
        broker.on(ApiKey.METADATA, request -> clusterOfOne(broker.port()));

        KafkaClient.connect("no-such-host.invalid:1", "127.0.0.1:" + closedPort(), "127.0.0.1:" + broker.port())
                .close();

        assertThat(broker.requests(ApiKey.METADATA)).isNotEmpty();
    }

    @Test
    void should_name_every_bootstrap_server_that_can_not_be_reached() throws IOException {
        int port = closedPort();

        assertThat(failureOf("127.0.0.1:" + port, "no-such-host.invalid:9092"))
                .isInstanceOf(ConnectionException.class)
                .hasMessageContaining("127.0.0.1:" + port)
                .hasMessageContaining("refused")
                .hasMessageContaining("no-such-host.invalid:9092 can't be resolved");
    }

    @Test
    void should_say_that_an_advertised_listener_can_not_be_reached() throws IOException {
        // given a broker that tells its clients to go where nobody listens
        int advertised = closedPort();
        broker.on(ApiKey.METADATA, request -> clusterOfOne(advertised));

        // when, then
        assertThat(failureOf("127.0.0.1:" + broker.port()))
                .isInstanceOf(ConnectionException.class)
                .hasMessageContaining("127.0.0.1:" + advertised)
                .hasMessageContaining("advertised.listeners");
    }

    @Test
    void should_name_the_stage_at_which_a_silent_peer_was_given_up() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            long startNanos = System.nanoTime();

            assertThatThrownBy(() -> KafkaClient.connect("127.0.0.1:" + silent.getLocalPort()))
                    .isInstanceOf(ConnectionException.class)
                    .hasMessageContaining("ApiVersions");
            assertThat(Duration.ofNanos(System.nanoTime() - startNanos)).isLessThan(AT_MOST);
        }
    }

    @Test
    void should_refuse_an_address_that_is_none_before_anything_is_sent() {
        assertThatThrownBy(() -> KafkaClient.connect("localhost"))
                .isInstanceOf(InvalidOptionsException.class)
                .hasMessageContaining("bootstrap.servers");
    }

    @Test
    void should_wait_for_brokers_that_start_later_when_created_without_waiting() {
        // given a broker that does not answer yet
        try (KafkaClient kafka = KafkaClient.create(options())) {
            CompletableFuture<Void> reachable = kafka.whenReachable(AT_MOST);

            // when it does
            broker.on(ApiKey.METADATA, request -> clusterOfOne(broker.port()));
            broker.connections().forEach(connection -> connection.close());

            // then
            assertThat(reachable.orTimeout(25, TimeUnit.SECONDS)).succeedsWithin(AT_MOST);
        }
    }

    @Test
    void should_fail_what_waits_when_closed_and_close_twice() {
        KafkaClient kafka = KafkaClient.create(options());
        CompletableFuture<Void> reachable = kafka.whenReachable(AT_MOST);

        kafka.close();
        kafka.close();

        assertThat(reachable).failsWithin(AT_MOST).withThrowableThat().withCauseInstanceOf(ClosedException.class);
    }

    @Test
    void should_say_that_it_is_closed_when_used_after_its_threads_have_ended() {
        KafkaClient kafka = KafkaClient.create(options());
        kafka.close();

        CompletableFuture<Void> reachable = kafka.whenReachable(Duration.ofSeconds(Long.MAX_VALUE));

        assertThat(reachable).failsWithin(AT_MOST).withThrowableThat().withCauseInstanceOf(ClosedException.class);
    }

    private static Throwable failureOf(String... bootstrapServers) {
        ClientOptions options =
                ClientOptions.builder().bootstrapServers(bootstrapServers).build();
        try (KafkaClient kafka = KafkaClient.create(options)) {
            CompletableFuture<Void> reachable = kafka.whenReachable(Duration.ofSeconds(2));
            return reachable
                    .handle((nothing, failure) -> failure)
                    .orTimeout(25, TimeUnit.SECONDS)
                    .join();
        }
    }

    private ClientOptions options() {
        return ClientOptions.builder()
                .bootstrapServers("127.0.0.1:" + broker.port())
                .build();
    }

    private static MetadataResponse clusterOfOne(int port) {
        return MetadataResponse.builder()
                .brokers(List.of(new MetadataResponse.MetadataResponseBroker(1, "127.0.0.1", port, null)))
                .clusterId("test-cluster")
                .controllerId(1)
                .build();
    }

    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
