package dev.ottla.documentation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every block of Java in the README and under docs compiles as it stands. */
class DocumentedCodeTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path GUIDE = Path.of("guide.md");

    @TempDir
    Path classes;

    static List<CodeBlock> documented() throws IOException {
        try (Stream<Path> atRoot = Files.list(ROOT);
                Stream<Path> guides = Files.walk(ROOT.resolve("docs"))) {
            return Stream.concat(atRoot, guides)
                    .filter(file -> file.toString().endsWith(".md"))
                    .sorted()
                    .flatMap(file -> CodeBlock.allIn(ROOT.relativize(file), read(file)).stream())
                    .toList();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("documented")
    void should_compile_as_it_stands(CodeBlock block) {
        assertThat(new CodeBlockCompiler(classes).complaintsAbout(block)).isEmpty();
    }

    @Test
    void should_compile_a_whole_file_and_a_fragment_with_what_it_is_given() {
        List<CodeBlock> blocks = CodeBlock.allIn(GUIDE, """
                ```java
                import dev.ottla.KafkaClient;

                public final class Quickstart {
                    void close(KafkaClient kafka) {
                        kafka.close();
                    }
                }
                ```

                <!-- given KafkaClient kafka, Order order -->
                <!-- with record Order(String id) {} -->
                ```java fragment
                String id = order.id();
                kafka.whenReachable(Duration.ofSeconds(5)).join();
                ```
                """);

        assertThat(blocks).hasSize(2);
        assertThat(blocks)
                .allSatisfy(block -> assertThat(new CodeBlockCompiler(classes).complaintsAbout(block))
                        .isEmpty());
    }

    @Test
    void should_name_the_line_of_the_document_that_does_not_compile() {
        List<CodeBlock> blocks = CodeBlock.allIn(GUIDE, """
                # Guide

                ```java fragment
                Duration timeout = Duration.ofSeconds(5);
                timeout.grow();
                ```

                ```java
                class Whole {
                    int size = "five";
                }
                ```
                """);

        assertThat(blocks)
                .flatExtracting(block -> new CodeBlockCompiler(classes).complaintsAbout(block))
                .satisfiesExactly(
                        first -> assertThat(first).startsWith("guide.md:5: ").contains("grow"),
                        second -> assertThat(second).startsWith("guide.md:10: ").contains("incompatible types"));
    }

    @Test
    void should_refuse_a_block_that_asks_not_to_be_compiled() {
        assertThatThrownBy(() -> CodeBlock.allIn(GUIDE, "```java ignore\nnonsense\n```\n"))
                .hasMessageContaining("guide.md:1");
    }
}
