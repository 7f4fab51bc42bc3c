package dev.ottla.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokerJarsTest {
    @TempDir
    Path cache;

    private BrokerJars jars;

    @BeforeEach
    void resolveIntoAnEmptyCache() {
        jars = new BrokerJars(KafkaVersion.parse(RealKafka.Builder.DEFAULT_VERSION), cache);
    }

    @Test
    void should_find_kafka_and_one_slf4j_binding() {
        List<String> names =
                jars.resolve().stream().map(jar -> jar.getFileName().toString()).toList();

        assertThat(names).contains("kafka_2.13-4.3.1.jar", "kafka-clients-4.3.1.jar", "log4j-slf4j-impl-2.25.4.jar");
        assertThat(names).filteredOn(name -> name.startsWith("slf4j-")).containsExactly("slf4j-api-1.7.36.jar");
    }

    @Test
    void should_read_the_list_back_when_all_its_jars_exist() throws IOException {
        jars.resolve();
        Path jar = Files.createFile(cache.resolve("only.jar"));
        Files.writeString(listFile(), jar.toString());

        List<Path> again = jars.resolve();

        assertThat(again).containsExactly(jar);
    }

    @Test
    void should_resolve_anew_when_a_listed_jar_is_gone() throws IOException {
        List<Path> resolved = jars.resolve();
        Files.writeString(listFile(), cache.resolve("gone.jar").toString());

        List<Path> again = jars.resolve();

        assertThat(again).isEqualTo(resolved);
        assertThat(Files.readAllLines(listFile())).hasSameSizeAs(resolved);
    }

    private Path listFile() throws IOException {
        try (var files = Files.list(cache)) {
            return files.filter(file -> file.toString().endsWith(".classpath"))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
