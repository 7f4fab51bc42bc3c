package dev.ottla.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.config.ConfigKey.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Keeps docs/config.md equal to the table of keys; {@code -Dottla.docs.write=true} writes it anew. */
class ConfigDocsTest {
    private static final Path FILE = Path.of("..", "docs", "config.md");

    @Test
    void should_have_the_table_of_keys_in_the_documentation() throws IOException {
        // given
        String expected = document();
        if (Boolean.getBoolean("ottla.docs.write")) {
            Files.writeString(FILE, expected);
        }

        // then
        assertThat(Files.readString(FILE)).isEqualTo(expected);
    }

    private static String document() {
        StringBuilder text =
                new StringBuilder("""
                # Configuration keys

                All %d keys of Kafka's producer, consumer and admin client (version 4.3.1), and Ottla's own. A key comes from
                `KafkaConfig` (a properties file, a map, the environment) or from a typed option of a builder; both are read
                and checked by this table. A typed option wins over its key.

                | Status | Meaning |
                |---|---|
                | implemented | has the effect that it has in Kafka's client, apart from what the note says |
                | ignored | is accepted and checked, and has no effect; one INFO line says so |
                | rejected | any other value than the default fails when the client is built; the note says why |

                A key that is not in the table gives one warning with the key that was probably meant; with
                `config.strict=true` it is an error. Every problem is reported at once, in one `InvalidOptionsException`.
                Where a default is an upper bound of another key (`retry.backoff.max.ms`, `reconnect.backoff.max.ms`,
                `socket.connection.setup.timeout.max.ms`, `default.api.timeout.ms`, `delivery.timeout.ms`), it gives way to
                a larger lower bound; set explicitly, it must not be below it.

                This file is generated from `ConfigKeys`. After a change there, write it anew with
                `mvn -pl client-core -am test -Dtest=ConfigDocsTest -Dsurefire.failIfNoSpecifiedTests=false -Dottla.docs.write=true`.
                """.formatted(KafkaConfigDefs.roles().size()));
        ConfigKeys.tables().forEach(table -> append(table, text));
        return text.toString();
    }

    private static void append(KeyTable table, StringBuilder text) {
        text.append("\n## ").append(table.title()).append("\n\n");
        text.append(
                "| Key | Clients | Status | Type | Default | What it is for | Note |\n|---|---|---|---|---|---|---|\n");
        table.rows().forEach(key -> text.append(row(key)));
    }

    private static String row(ConfigKey<?> key) {
        String clients = Arrays.stream(Role.values())
                .filter(key.roles()::contains)
                .map(role -> role.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
        return "| `" + key.name() + "` | " + (clients.isEmpty() ? "Ottla" : clients) + " | "
                + key.status().name().toLowerCase(Locale.ROOT) + " | " + key.typeName() + " | "
                + key.defaultText()
                        .filter(text -> !text.isEmpty())
                        .map(text -> "`" + text + "`")
                        .orElse("") + " | "
                + key.description() + " | " + key.note() + " |\n";
    }
}
