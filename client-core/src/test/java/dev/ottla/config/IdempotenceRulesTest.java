package dev.ottla.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.errors.InvalidOptionsException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every combination of the keys that idempotence depends on, compared with the official client. */
class IdempotenceRulesTest {
    private static final String ABSENT = "absent";
    private static final ClientOptions CLIENT =
            ClientOptions.builder().bootstrapServers("a:1").build();

    @ParameterizedTest
    @MethodSource("combinations")
    void should_decide_as_the_official_producer_does(Map<String, Object> config) {
        assertThat(idempotence(config)).isEqualTo(officialIdempotence(config));
    }

    private static Optional<Boolean> idempotence(Map<String, Object> config) {
        try {
            return Optional.of(ProducerOptions.builder()
                    .config(KafkaConfig.of(config))
                    .build(CLIENT)
                    .idempotence());
        } catch (InvalidOptionsException e) {
            return Optional.empty();
        }
    }

    private static Optional<Boolean> officialIdempotence(Map<String, Object> config) {
        Map<String, Object> complete = new HashMap<>(config);
        complete.put("bootstrap.servers", "a:1");
        complete.put("key.serializer", ByteArraySerializer.class);
        complete.put("value.serializer", ByteArraySerializer.class);
        try {
            return Optional.of(new ProducerConfig(complete).getBoolean("enable.idempotence"));
        } catch (ConfigException e) {
            return Optional.empty();
        }
    }

    static Stream<Map<String, Object>> combinations() {
        Stream<Map<String, Object>> all = Stream.of(Map.of());
        all = with(all, "enable.idempotence", List.of(ABSENT, "true", "false"));
        all = with(all, "acks", List.of(ABSENT, "all", "-1", "1", "0"));
        all = with(all, "retries", List.of(ABSENT, "0", "3"));
        return with(all, "max.in.flight.requests.per.connection", List.of(ABSENT, "5", "6"));
    }

    private static Stream<Map<String, Object>> with(
            Stream<Map<String, Object>> combinations, String key, List<String> values) {
        return combinations.flatMap(combination -> values.stream().map(value -> {
            Map<String, Object> longer = new HashMap<>(combination);
            if (!value.equals(ABSENT)) {
                longer.put(key, value);
            }
            return longer;
        }));
    }
}
