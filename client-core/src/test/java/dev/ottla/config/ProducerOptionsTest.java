package dev.ottla.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.ottla.common.ByteSize;
import dev.ottla.errors.InvalidOptionsException;
import dev.ottla.serialization.Serializers;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ProducerOptionsTest {
    private static final ClientOptions CLIENT =
            ClientOptions.builder().bootstrapServers("a:1").build();

    @Test
    void should_have_the_official_defaults() {
        // when
        ProducerOptions options = ProducerOptions.builder().build(CLIENT);

        // then
        assertThat(options.acks()).isEqualTo(Acks.ALL);
        assertThat(options.linger()).isEqualTo(Duration.ofMillis(5));
        assertThat(options.batchSize()).isEqualTo(ByteSize.kib(16));
        assertThat(options.maxBatchRecords()).isEqualTo(Integer.MAX_VALUE);
        assertThat(options.bufferMemory()).isEqualTo(ByteSize.mib(32));
        assertThat(options.maxRequestSize()).isEqualTo(ByteSize.mib(1));
        assertThat(options.maxInFlight()).isEqualTo(5);
        assertThat(options.deliveryTimeout()).isEqualTo(Duration.ofMinutes(2));
        assertThat(options.maxBlock()).isEqualTo(Duration.ofMinutes(1));
        assertThat(options.compression()).isEqualTo(Compression.none());
        assertThat(options.partitioner()).isEmpty();
        assertThat(options.keySerializer()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"all,ALL", "-1,ALL", "1,LEADER", "0,NONE", " 1 ,LEADER"})
    void should_read_acks_in_every_form(String text, Acks acks) {
        assertThat(build(Map.of("acks", text)).acks()).isEqualTo(acks);
    }

    @Test
    void should_map_official_class_names_without_loading_them() {
        // when
        ProducerOptions options = build(Map.of(
                "key.serializer",
                StringSerializer.class,
                "value.serializer",
                "org.apache.kafka.common.serialization.ByteArraySerializer",
                "partitioner.class",
                RoundRobinPartitioner.class.getName()));

        // then
        assertThat(options.keySerializer()).containsSame(Serializers.utf8());
        assertThat(options.valueSerializer()).containsSame(Serializers.bytes());
        assertThat(options.partitioner()).contains(StandardPartitioner.ROUND_ROBIN);
    }

    @Test
    void should_take_the_level_of_the_codec_in_use() {
        assertThat(build(Map.of(
                                "compression.type",
                                "zstd",
                                "compression.zstd.level",
                                "7",
                                "compression.lz4.level",
                                "2"))
                        .compression())
                .isEqualTo(Compression.zstd(7));
        assertThat(ProducerOptions.builder()
                        .compression(Compression.gzip(9))
                        .build(CLIENT)
                        .compression())
                .isEqualTo(Compression.gzip(9));
        assertThat(build(Map.of("compression.type", "snappy")).compression()).isEqualTo(Compression.snappy());
    }

    static Stream<Map<String, Object>> idempotenceSettings() {
        return Stream.of("", "true", "false")
                .flatMap(idempotence -> Stream.of("", "all", "1", "0")
                        .flatMap(acks -> Stream.of("", "0", "1")
                                .flatMap(retries -> Stream.of("", "1", "5", "6")
                                        .map(inFlight -> settings(idempotence, acks, retries, inFlight)))));
    }

    private static Map<String, Object> settings(String idempotence, String acks, String retries, String inFlight) {
        Map<String, Object> settings = new HashMap<>(Map.of(
                "enable.idempotence",
                idempotence,
                "acks",
                acks,
                "retries",
                retries,
                "max.in.flight.requests.per.connection",
                inFlight));
        settings.values().removeIf(""::equals);
        return settings;
    }

    @ParameterizedTest
    @MethodSource("idempotenceSettings")
    void should_be_idempotent_or_refuse_where_the_official_client_does(Map<String, Object> settings) {
        // given
        Map<String, Object> official = new HashMap<>(settings);
        official.put("bootstrap.servers", "a:1");
        official.put("key.serializer", StringSerializer.class);
        official.put("value.serializer", StringSerializer.class);

        // when
        Optional<Boolean> expected = Optional.empty();
        try {
            expected = Optional.of(new ProducerConfig(official).getBoolean("enable.idempotence"));
        } catch (ConfigException refused) {
            // Then it is refused here too.
        }

        // then
        if (expected.isPresent()) {
            assertThat(build(settings).idempotence()).isEqualTo(expected.get());
        } else {
            assertThatExceptionOfType(InvalidOptionsException.class).isThrownBy(() -> build(settings));
        }
    }

    @Test
    void should_name_all_that_contradicts_idempotence_at_once() {
        assertRefused(
                Map.of(
                        "enable.idempotence",
                        "true",
                        "acks",
                        "1",
                        "retries",
                        "0",
                        "max.in.flight.requests.per.connection",
                        "6"),
                "acks: must be all",
                "retries: must not be 0",
                "max.in.flight.requests.per.connection: must be at most 5");
    }

    @Test
    void should_refuse_a_delivery_timeout_below_linger_and_request() {
        assertRefused(
                Map.of("delivery.timeout.ms", "30004"),
                "delivery.timeout.ms: PT30.004S must not be below linger.ms (PT0.005S) + request.timeout.ms (PT30S)");
        assertThat(build(Map.of("delivery.timeout.ms", "30005")).deliveryTimeout())
                .isEqualTo(Duration.ofMillis(30_005));
    }

    @Test
    void should_let_the_default_delivery_timeout_give_way_to_a_long_linger() {
        assertThat(build(Map.of("linger.ms", "600000")).deliveryTimeout()).isEqualTo(Duration.ofSeconds(630));
    }

    @Test
    void should_refuse_what_is_not_implemented_with_the_reason() {
        assertRefused(Map.of("interceptor.classes", "com.example.I"), "No class is loaded by name");
        assertRefused(Map.of("partitioner.class", "com.example.P"), "partitioner.class");
    }

    @Test
    void should_name_transactions_and_bound_them_to_a_minute() {
        ProducerOptions options = build(Map.of("transactional.id", "tx"));

        assertThat(options.transactionalId()).hasValue("tx");
        assertThat(options.transactionTimeout()).isEqualTo(Duration.ofMinutes(1));
        assertThat(build(Map.of()).transactionalId()).isEmpty();
    }

    @Test
    void should_refuse_transactions_that_could_lose_or_double_records() {
        assertRefused(Map.of("transactional.id", "tx", "acks", "1"), "transactional.id: needs enable.idempotence");
        assertRefused(Map.of("transactional.id", "tx", "retries", "0"), "transactional.id: needs enable.idempotence");
        assertRefused(
                Map.of("transactional.id", "tx", "enable.idempotence", "false"),
                "transactional.id: needs enable.idempotence");
        assertRefused(Map.of("transaction.timeout.ms", "0"), "transaction.timeout.ms: must be at least 1 ms");
    }

    @Test
    void should_refuse_a_buffer_below_one_batch() {
        assertRefused(Map.of("buffer.memory", "16383"), "buffer.memory: 16383 B must not be below batch.size (16 KiB)");
    }

    private static void assertRefused(Map<String, ?> config, String... messages) {
        assertThatExceptionOfType(InvalidOptionsException.class)
                .isThrownBy(() -> build(config))
                .withMessageContainingAll(messages);
    }

    private static ProducerOptions build(Map<String, ?> config) {
        return ProducerOptions.builder().config(KafkaConfig.of(config)).build(CLIENT);
    }
}
