package dev.ottla.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.ottla.errors.InvalidOptionsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaConfigTest {

    @Test
    void should_take_the_later_value_and_remember_where_it_came_from(@TempDir Path directory) throws IOException {
        // given
        Path file =
                Files.writeString(directory.resolve("client.properties"), "linger.ms=5\nacks=all\nclient.id=file\n");

        // when
        KafkaConfig config = KafkaConfig.load(file)
                .overriddenBy(KafkaConfig.fromEnv(Map.of("KAFKA_ACKS", "1", "KAFKA_CLIENT_ID", "env")))
                .overriddenBy(KafkaConfig.of(Map.of("client.id", "code")));

        // then
        assertThat(config.value("linger.ms")).contains("5");
        assertThat(config.origin("linger.ms").map(ConfigOrigin::toString)).contains("file " + file);
        assertThat(config.value("acks")).contains("1");
        assertThat(config.origin("acks").map(ConfigOrigin::toString)).contains("environment variable KAFKA_ACKS");
        assertThat(config.value("client.id")).contains("code");
        assertThat(config.origin("client.id").map(ConfigOrigin::source)).contains(ConfigOrigin.Source.CODE);
        assertThat(config.value("retries")).isEmpty();
    }

    @Test
    void should_take_values_as_the_official_client_takes_them() {
        // given
        Properties defaults = new Properties();
        defaults.setProperty("acks", "1");
        Properties properties = new Properties(defaults);
        properties.put("linger.ms", 7);
        properties.put("key.serializer", StringSerializer.class);
        properties.put("bootstrap.servers", List.of("a:1", "b:2"));
        properties.put("check.crcs", false);

        // when
        KafkaConfig config = KafkaConfig.of(properties);

        // then
        assertThat(config.value("acks")).contains("1");
        assertThat(config.value("linger.ms")).contains("7");
        assertThat(config.value("key.serializer")).contains(StringSerializer.class.getName());
        assertThat(config.value("bootstrap.servers")).contains("a:1,b:2");
        assertThat(config.value("check.crcs")).contains("false");
    }

    @Test
    void should_refuse_values_that_are_no_text() {
        assertThatExceptionOfType(InvalidOptionsException.class)
                .isThrownBy(() -> KafkaConfig.of(Map.of("acks", new Object(), 5, "x")))
                .satisfies(e -> assertThat(e.problems()).hasSize(2));
    }

    @Test
    void should_name_a_file_that_can_not_be_read() {
        assertThatExceptionOfType(InvalidOptionsException.class)
                .isThrownBy(() -> KafkaConfig.load(Path.of("no/such/file.properties")))
                .withMessageContaining("file.properties");
    }

    @ParameterizedTest
    @CsvSource({
        "KAFKA_BOOTSTRAP_SERVERS,bootstrap.servers",
        "KAFKA_LINGER_MS,linger.ms",
        "KAFKA_ACKS,acks",
        "KAFKA_SASL_JAAS_CONFIG,sasl.jaas.config",
        "KAFKA_LINGER_MSS,linger.mss",
        "KAFKA_CONFIG_PROVIDERS_A___B__C_CLASS,config.providers.a-b_c.class"
    })
    void should_name_keys_in_the_environment_as_the_container_image_does(String variable, String key) {
        assertThat(KafkaConfig.fromEnv(Map.of(variable, "v")).keys()).containsExactly(key);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"KAFKA_HOME", "KAFKA_OPTS", "KAFKA_PORT", "KAFKA_SERVICE_HOST", "KAFKA_", "PATH", "kafka_acks"})
    void should_leave_variables_of_other_programs_alone(String variable) {
        assertThat(KafkaConfig.fromEnv(Map.of(variable, "v")).keys()).isEmpty();
    }

    @Test
    void should_dump_every_key_with_its_origin_and_no_secret() {
        // given
        KafkaConfig config = KafkaConfig.of(Map.of(
                "ssl.keystore.password", "CANARY-1",
                "sasl.jaas.config", "CANARY-2",
                "schema.registry.basic.auth.user.info", "CANARY-3",
                "linger.ms", "7"));

        // when
        String dump = config.redacted();

        // then
        assertThat(dump)
                .doesNotContain("CANARY")
                .contains("linger.ms = 7   # code\n")
                .contains("batch.size = 16384   # default\n")
                .contains("ssl.keystore.password = [hidden]   # code\n")
                .contains("schema.registry.basic.auth.user.info = [hidden]   # code\n");
        assertThat(dump.lines()).hasSize(ConfigKeys.all().size() + 1).isSorted();
        assertThat(config.toString()).doesNotContain("CANARY");
    }

    @Test
    void should_report_each_key_once_however_many_clients_are_built() {
        // given
        KafkaConfig config = KafkaConfig.of(Map.of("foo", "bar"));

        // then
        assertThat(config.isFirstReportOf("foo")).isTrue();
        assertThat(config.isFirstReportOf("foo")).isFalse();
        assertThat(config.isFirstReportOf("other")).isTrue();
    }
}
