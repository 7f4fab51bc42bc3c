package dev.ottla.errors;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import org.junit.jupiter.api.Test;

/** Keeps docs/errors.md equal to the table of codes; {@code -Dottla.docs.write=true} writes it anew. */
class ErrorDocsTest {
    private static final Path FILE = Path.of("..", "docs", "errors.md");

    @Test
    void should_have_the_table_of_codes_in_the_documentation() throws IOException {
        // given
        String expected = document();
        if (Boolean.getBoolean("ottla.docs.write")) {
            Files.writeString(FILE, expected);
        }

        // then
        assertThat(Files.readString(FILE)).isEqualTo(expected);
    }

    private static String document() {
        StringBuilder text = new StringBuilder("""
                # Errors

                The error codes of Kafka's protocol, the exception of `dev.ottla.errors` that each becomes, and what to do.
                *Retriable* and *refreshes metadata* are Kafka's own flags. *Outcome* is what became of a change that was
                answered with the code: it happened (ACKED), it never will (REJECTED), or it may have (UNKNOWN).
                A code that this version does not know becomes UNKNOWN_SERVER_ERROR, with its number in the message.

                This file is generated from `ErrorCode`. After a change there, write it anew with
                `mvn -pl client-core -am test -Dtest=ErrorDocsTest -Dsurefire.failIfNoSpecifiedTests=false -Dottla.docs.write=true`.

                | Code | Name | Exception | Retriable | Refreshes metadata | Outcome | What it means | What to do |
                |---:|---|---|---|---|---|---|---|
                """);
        Arrays.stream(ErrorCode.values())
                .sorted(Comparator.comparingInt(ErrorCode::code))
                .filter(code -> code != ErrorCode.NONE)
                .forEach(code -> text.append(row(code)));
        return text.toString();
    }

    private static String row(ErrorCode code) {
        return "| %d | `%s` | %s | %s | %s | %s | %s | %s |%n"
                .formatted(
                        code.code(),
                        code,
                        ErrorDetails.ofCode(code).toException().getClass().getSimpleName(),
                        code.isRetriable() ? "yes" : "",
                        code.needsMetadataRefresh() ? "yes" : "",
                        code.outcome(),
                        code.text(),
                        code.hint())
                .replace(System.lineSeparator(), "\n");
    }
}
