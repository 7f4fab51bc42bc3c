package dev.ottla.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.ottla.common.ByteSize;
import dev.ottla.errors.InvalidOption;
import dev.ottla.errors.InvalidOptionsException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientOptionsTest {

    @Test
    void should_have_the_official_defaults() {
        // when
        ClientOptions options =
                ClientOptions.builder().bootstrapServers("b1:9092").build();

        // then
        assertThat(options.requestTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(options.defaultApiTimeout()).isEqualTo(Duration.ofSeconds(60));
        assertThat(options.connectionsMaxIdle()).isEqualTo(Duration.ofMinutes(9));
        assertThat(options.metadataRecoveryStrategy()).isEqualTo(MetadataRecoveryStrategy.REBOOTSTRAP);
        assertThat(options.dnsLookup()).isEqualTo(DnsLookup.USE_ALL_DNS_IPS);
        assertThat(options.maxFrameBytes()).isEqualTo(ByteSize.mib(100));
        assertThat(options.ioThreads()).isEqualTo(1);
        assertThat(options.sendBuffer()).contains(ByteSize.kib(128));
        assertThat(options.security().protocol()).isEqualTo(SecurityProtocol.PLAINTEXT);
        assertThat(options.security().tls().enabledProtocols()).containsExactly("TLSv1.2", "TLSv1.3");
        assertThat(options.security().sasl().mechanism()).isEqualTo(SaslMechanism.GSSAPI);
        assertThat(options.security().sasl().oauthBearer().assertionAlgorithm()).isEqualTo("RS256");
    }

    @Test
    void should_read_addresses_of_every_form() {
        // when
        ClientOptions options = ClientOptions.builder()
                .bootstrapServers("b1:9092", "PLAINTEXT://b2.example.com:9093", "[::1]:9094", "10.0.0.1:9095")
                .build();

        // then
        assertThat(options.bootstrapServers())
                .containsExactly(
                        InetSocketAddress.createUnresolved("b1", 9092),
                        InetSocketAddress.createUnresolved("b2.example.com", 9093),
                        InetSocketAddress.createUnresolved("::1", 9094),
                        InetSocketAddress.createUnresolved("10.0.0.1", 9095));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"b1", "b1:", ":9092", "b1:0", "b1:65536", "b1:http", "b1:9092;b2:9092", "b1:9092,", "::1:9092"})
    void should_refuse_what_is_no_address(String address) {
        assertThatExceptionOfType(InvalidOptionsException.class)
                .isThrownBy(
                        () -> ClientOptions.builder().bootstrapServers(address).build())
                .withMessageContaining("bootstrap.servers");
    }

    @Test
    void should_let_typed_options_win_whatever_the_order() {
        // given
        KafkaConfig config = KafkaConfig.of(Map.of("bootstrap.servers", "a:1", "request.timeout.ms", "1000"));

        // when
        ClientOptions options = ClientOptions.builder()
                .requestTimeout(Duration.ofSeconds(2))
                .config(config)
                .config(KafkaConfig.of(Map.of("client.id", "x")))
                .build();

        // then
        assertThat(options.requestTimeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(options.clientId()).isEqualTo("x");
        assertThat(options).hasToString("ClientOptions{bootstrap.servers=a:1, client.id=x, request.timeout.ms=2000}");
    }

    @Test
    void should_name_all_problems_at_once() {
        // given
        ClientOptions.Builder builder = ClientOptions.builder()
                .config(KafkaConfig.of(Map.of(
                        "request.timeout.ms", "soon", "reconnect.backoff.ms", "9", "reconnect.backoff.max.ms", "5")))
                .retryBackoff(Duration.ofMillis(-1))
                .ioThreads(0);

        // then
        assertThatExceptionOfType(InvalidOptionsException.class)
                .isThrownBy(builder::build)
                .satisfies(e -> assertThat(e.problems())
                        .extracting(InvalidOption::name)
                        .containsExactlyInAnyOrder(
                                "bootstrap.servers",
                                "request.timeout.ms",
                                "reconnect.backoff.max.ms",
                                "retry.backoff.ms",
                                "ottla.io.threads"))
                .withMessageContaining("request.timeout.ms: value soon, set in code, is not a number")
                .withMessageContaining("PT0.005S must not be below reconnect.backoff.ms (PT0.009S)");
    }

    @Test
    void should_let_the_default_of_an_upper_bound_give_way() {
        // when
        ClientOptions options = ClientOptions.builder()
                .bootstrapServers("a:1")
                .retryBackoff(Duration.ofSeconds(3))
                .requestTimeout(Duration.ofMinutes(2))
                .build();

        // then
        assertThat(options.retryBackoffMax()).isEqualTo(Duration.ofSeconds(3));
        assertThat(options.defaultApiTimeout()).isEqualTo(Duration.ofMinutes(2));
        assertThat(options.reconnectBackoffMax()).isEqualTo(Duration.ofSeconds(1));
    }

    @ParameterizedTest
    @EnumSource(names = {"SASL_PLAINTEXT", "SASL_SSL"})
    void should_refuse_protection_that_is_not_implemented_yet(SecurityProtocol protocol) {
        assertThatExceptionOfType(InvalidOptionsException.class)
                .isThrownBy(() -> ClientOptions.builder()
                        .bootstrapServers("a:1")
                        .securityProtocol(protocol)
                        .build())
                .withMessageContaining("security.protocol: " + protocol + " is not implemented yet");
    }

    @Test
    void should_show_no_secret_in_text_or_errors() {
        // given
        KafkaConfig config = KafkaConfig.of(Map.of(
                "bootstrap.servers", "a:1",
                "security.protocol", "SASL_SSL",
                "ssl.truststore.password", "CANARY-1",
                "sasl.jaas.config", "PlainLoginModule required password=\"CANARY-2\";"));

        // then
        assertThatExceptionOfType(InvalidOptionsException.class)
                .isThrownBy(() -> ClientOptions.builder().config(config).build())
                .satisfies(e -> assertThat(e).hasMessageNotContaining("CANARY"));
        assertThat(ClientOptions.builder()
                        .bootstrapServers("a:1")
                        .config(KafkaConfig.of(Map.of("ssl.key.password", "CANARY-3")))
                        .build()
                        .toString())
                .doesNotContain("CANARY");
    }

    @Test
    void should_leave_unknown_keys_to_a_warning_unless_strict() {
        // given
        KafkaConfig config = KafkaConfig.of(Map.of("bootstrap.servers", "a:1", "linger.mss", "5", "acks", "1"));

        // when
        ClientOptions options = ClientOptions.builder().config(config).build();

        // then
        assertThat(options.bootstrapServers()).hasSize(1);
        assertThat(config.isFirstReportOf("linger.mss")).isFalse();
        assertThat(config.isFirstReportOf("acks")).isTrue();
        assertThatExceptionOfType(InvalidOptionsException.class)
                .isThrownBy(() -> ClientOptions.builder()
                        .config(config.overriddenBy(KafkaConfig.of(Map.of("config.strict", true))))
                        .build())
                .withMessageContaining("did you mean linger.ms?");
    }

    @Test
    void should_take_a_negative_buffer_for_the_systems_own_and_negative_idle_time_for_never() {
        // when
        ClientOptions options = ClientOptions.builder()
                .config(KafkaConfig.of(
                        Map.of("bootstrap.servers", "a:1", "send.buffer.bytes", -1, "connections.max.idle.ms", -1)))
                .build();

        // then
        assertThat(options.sendBuffer()).isEmpty();
        assertThat(options.connectionsMaxIdle()).isGreaterThan(Duration.ofDays(100_000));
        assertThat(options.connectionsMaxIdle().toNanos()).isPositive();
    }
}
