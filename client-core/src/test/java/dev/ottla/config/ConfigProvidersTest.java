package dev.ottla.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.ottla.errors.InvalidOptionsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.provider.FileConfigProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigProvidersTest {
    @TempDir
    private Path directory;

    private Path file;

    @BeforeEach
    void writeFiles() throws IOException {
        file = Files.writeString(directory.resolve("secrets.properties"), "id=billing\nport=9093\n");
        Files.writeString(directory.resolve("name"), "from-directory");
    }

    @Test
    void should_replace_placeholders_of_declared_providers() {
        // when
        ClientOptions options = build(Map.of(
                "config.providers",
                "file, dir",
                "config.providers.file.class",
                FileConfigProvider.class.getName(),
                "bootstrap.servers",
                "a:${file:" + file + ":port},b:${file:" + file + ":port}",
                "client.id",
                "${dir:" + directory + ":name}"));

        // then
        assertThat(options.bootstrapServers())
                .extracting(address -> address.getPort())
                .containsExactly(9093, 9093);
        assertThat(options.clientId()).isEqualTo("from-directory");
    }

    @Test
    void should_read_variables_of_the_environment() {
        // given
        Map.Entry<String, String> variable = System.getenv().entrySet().stream()
                .filter(entry -> entry.getKey().equals("PATH"))
                .findFirst()
                .orElseThrow();

        // when
        ClientOptions options = build(Map.of(
                "config.providers", "env",
                "bootstrap.servers", "a:1",
                "client.id", "${env:" + variable.getKey() + "}"));

        // then
        assertThat(options.clientId()).isEqualTo(variable.getValue().strip());
    }

    @Test
    void should_leave_placeholders_alone_when_no_provider_is_declared() {
        // when
        ClientOptions options = build(Map.of("bootstrap.servers", "a:1", "client.id", "${file:" + file + ":id}"));

        // then
        assertThat(options.clientId()).isEqualTo("${file:" + file + ":id}");
    }

    @Test
    void should_name_the_key_whose_value_can_not_be_found() {
        assertThatExceptionOfType(InvalidOptionsException.class)
                .isThrownBy(() -> build(Map.of(
                        "config.providers", "file",
                        "bootstrap.servers", "a:1",
                        "client.id", "${file:" + file + ":nothing}")))
                .withMessageContaining("client.id")
                .withMessageContaining("nothing");
    }

    @Test
    void should_not_leave_the_allowed_paths() {
        // given
        Map<String, String> config = new HashMap<>(Map.of(
                "config.providers",
                "file",
                "config.providers.file.param.allowed.paths",
                directory.resolve("elsewhere").toString(),
                "bootstrap.servers",
                "a:1",
                "client.id",
                "${file:" + directory.resolve("elsewhere/../secrets.properties") + ":id}"));

        // then
        assertThatExceptionOfType(InvalidOptionsException.class)
                .isThrownBy(() -> build(config))
                .withMessageContaining("allowed.paths");
    }

    @Test
    void should_not_leave_the_directory() {
        assertThatExceptionOfType(InvalidOptionsException.class)
                .isThrownBy(() -> build(Map.of(
                        "config.providers", "dir",
                        "bootstrap.servers", "a:1",
                        "client.id", "${dir:" + directory.resolve("inner") + ":../name}")))
                .withMessageContaining("is not a file in");
    }

    @Test
    void should_keep_to_the_allowed_variables() {
        assertThatExceptionOfType(InvalidOptionsException.class)
                .isThrownBy(() -> build(Map.of(
                        "config.providers", "env",
                        "config.providers.env.param.allowlist.pattern", "KAFKA_.*",
                        "bootstrap.servers", "a:1",
                        "client.id", "${env:PATH}")))
                .withMessageContaining("allowlist.pattern");
    }

    @Test
    void should_load_no_class_of_a_provider() {
        assertThatExceptionOfType(InvalidOptionsException.class)
                .isThrownBy(() -> build(Map.of(
                        "config.providers", "vault",
                        "config.providers.vault.class", "com.example.VaultConfigProvider",
                        "bootstrap.servers", "a:1")))
                .withMessageContaining("config.providers.vault")
                .withMessageContaining("com.example.VaultConfigProvider");
    }

    private static ClientOptions build(Map<String, String> config) {
        return ClientOptions.builder().config(KafkaConfig.of(config)).build();
    }
}
