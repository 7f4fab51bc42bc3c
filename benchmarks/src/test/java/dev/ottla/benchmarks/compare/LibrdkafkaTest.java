package dev.ottla.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.benchmarks.compare.Librdkafka.Driver;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LibrdkafkaTest {
    @TempDir
    private Path directory;

    @Test
    void should_say_why_librdkafka_is_skipped() throws Exception {
        // given
        Path source = Files.writeString(directory.resolve("peer.c"), "#include <librdkafka/there-is-no-such-file.h>\n");

        // when
        Driver driver = Librdkafka.compile(source, directory, null);

        // then
        assertThat(driver.isPresent()).isFalse();
        assertThat(driver.note()).startsWith("librdkafka is skipped: ");
        assertThat(Librdkafka.version(driver)).isEqualTo("absent");
    }
}
