package dev.ottla.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.ottla.common.ByteSize;
import dev.ottla.errors.InvalidOptionsException;
import dev.ottla.serialization.Deserializers;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.common.serialization.LongDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConsumerOptionsTest {
    private static final ClientOptions CLIENT =
            ClientOptions.builder().bootstrapServers("a:1").build();

    @Test
    void should_have_the_official_defaults() {
        // when
        ConsumerOptions options = ConsumerOptions.builder().groupId("g").build(CLIENT);

        // then
        assertThat(options.groupProtocol()).isEqualTo(GroupProtocol.CLASSIC);
        assertThat(options.assignors()).containsExactly(Assignor.RANGE, Assignor.COOPERATIVE_STICKY);
        assertThat(options.sessionTimeout()).isEqualTo(Duration.ofSeconds(45));
        assertThat(options.heartbeatInterval()).isEqualTo(Duration.ofSeconds(3));
        assertThat(options.maxPollInterval()).isEqualTo(Duration.ofMinutes(5));
        assertThat(options.autoOffsetReset()).isEqualTo(AutoOffsetReset.latest());
        assertThat(options.enableAutoCommit()).isTrue();
        assertThat(options.isolationLevel()).isEqualTo(IsolationLevel.READ_UNCOMMITTED);
        assertThat(options.fetchMaxBytes()).isEqualTo(ByteSize.mib(50));
        assertThat(options.maxPartitionFetchBytes()).isEqualTo(ByteSize.mib(1));
        assertThat(options.maxPollRecords()).isEqualTo(500);
        assertThat(options.checkCrcs()).isTrue();
    }

    @Test
    void should_read_the_keys_of_the_official_consumer() {
        // when
        ConsumerOptions options = build(Map.of(
                "group.id", "g",
                "group.protocol", "Consumer",
                "partition.assignment.strategy", CooperativeStickyAssignor.class.getName() + ", range",
                "auto.offset.reset", "by_duration:P3D",
                "isolation.level", "read_committed",
                "key.deserializer", LongDeserializer.class));

        // then
        assertThat(options.groupProtocol()).isEqualTo(GroupProtocol.CONSUMER);
        assertThat(options.assignors()).containsExactly(Assignor.COOPERATIVE_STICKY, Assignor.RANGE);
        assertThat(options.autoOffsetReset()).isEqualTo(AutoOffsetReset.byDuration(Duration.ofDays(3)));
        assertThat(options.isolationLevel()).isEqualTo(IsolationLevel.READ_COMMITTED);
        assertThat(options.keyDeserializer()).containsSame(Deserializers.int64());
    }

    @Test
    void should_not_commit_without_a_group() {
        assertThat(build(Map.of()).enableAutoCommit()).isFalse();
        assertRefused(Map.of("enable.auto.commit", "true"), "enable.auto.commit: needs group.id");
        assertRefused(Map.of("group.instance.id", "i"), "group.instance.id: needs group.id");
    }

    @ParameterizedTest
    @ValueSource(strings = {"45000", "50000"})
    void should_refuse_heartbeats_that_come_too_late(String interval) {
        assertRefused(Map.of("heartbeat.interval.ms", interval), "must be below session.timeout.ms (PT45S)");
    }

    @ParameterizedTest
    @CsvSource({
        "fetch.min.bytes,52428801,fetch.max.bytes: 50 MiB must not be below fetch.min.bytes",
        "fetch.max.bytes,104857600,must be below ottla.max.frame.bytes (100 MiB)",
        "fetch.max.wait.ms,30000,must be below request.timeout.ms (PT30S)",
        "ottla.max.decompressed.batch.bytes,0,must be at least 1",
        "ottla.consumer.memory.bytes,4194303,is below 4 MiB",
        "ottla.consumer.memory.bytes,0,is below 4 MiB",
        "partition.assignment.strategy,com.example.MyAssignor,no class is loaded by name",
        "auto.offset.reset,by_duration:three,ISO-8601"
    })
    void should_refuse_what_can_not_work(String key, String value, String message) {
        assertRefused(Map.of(key, value), message);
    }

    private static void assertRefused(Map<String, String> config, String message) {
        assertThatExceptionOfType(InvalidOptionsException.class)
                .isThrownBy(() -> build(config))
                .withMessageContaining(message);
    }

    private static ConsumerOptions build(Map<String, ?> config) {
        return ConsumerOptions.builder().config(KafkaConfig.of(config)).build(CLIENT);
    }
}
