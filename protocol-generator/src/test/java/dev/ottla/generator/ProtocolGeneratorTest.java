package dev.ottla.generator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProtocolGeneratorTest {
    private static final FileTime LONG_AGO = FileTime.fromMillis(1_000_000_000_000L);

    @TempDir
    private Path folder;

    private Path schemas;
    private Path allowList;
    private Path manifest;
    private Path messages;

    @BeforeEach
    void writeSchemas() throws IOException {
        schemas = Files.createDirectory(folder.resolve("schemas"));
        allowList = Files.writeString(folder.resolve("messages.txt"), "# both\nPing\nMarker # control\n");
        manifest = folder.resolve("manifest.txt");
        messages = folder.resolve("sources/dev/ottla/internal/protocol/message");
        writeApi("Ping", 3, "0-1");
        writeApi("Secret", 4, "0");
        writeApi("Gone", 5, "none");
        write("Marker", "\"type\": \"data\", \"validVersions\": \"0\", \"flexibleVersions\": \"none\"");
    }

    @Test
    void should_generate_what_the_allow_list_names_and_list_every_schema_in_the_manifest() throws IOException {
        generate("update");

        assertThat(messages).isDirectoryContaining("glob:**/PingRequest.java");
        try (var files = Files.list(messages)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("ApiKey.java", "Marker.java", "PingRequest.java", "PingResponse.java");
        }
        assertThat(Files.readAllLines(manifest))
                .hasSize(1 + 7)
                .anyMatch(line -> line.matches("PingRequest \\| 3 \\| 0-1 \\| 1\\+ \\| [0-9a-f]{16}"))
                .anyMatch(line -> line.startsWith("GoneRequest | 5 | none | 1+ | "))
                .anyMatch(line -> line.startsWith("Marker | - | 0 | none | "));
    }

    @Test
    void should_fail_with_the_differences_when_the_schemas_are_not_those_of_the_manifest() throws IOException {
        generate("update");
        writeApi("Ping", 3, "0-2");

        assertThatThrownBy(() -> generate("check"))
                .isInstanceOf(GenerationException.class)
                .hasMessageContaining("- PingRequest | 3 | 0-1 | ")
                .hasMessageContaining("+ PingRequest | 3 | 0-2 | ")
                .hasMessageContaining("-Dprotocol.manifest=update");
    }

    @Test
    void should_touch_only_what_changed() throws IOException {
        generate("update");
        Path request = messages.resolve("PingRequest.java");
        Path marker = messages.resolve("Marker.java");
        Files.setLastModifiedTime(request, LONG_AGO);
        Files.setLastModifiedTime(marker, LONG_AGO);

        writeApi("Ping", 3, "0-2");
        generate("update");

        assertThat(Files.getLastModifiedTime(marker)).isEqualTo(LONG_AGO);
        assertThat(Files.getLastModifiedTime(request)).isNotEqualTo(LONG_AGO);
    }

    @Test
    void should_generate_again_when_a_source_was_changed_or_lost() throws IOException {
        generate("update");
        Path request = messages.resolve("PingRequest.java");
        String source = Files.readString(request);

        Files.writeString(request, "changed");
        Files.delete(messages.resolve("Marker.java"));
        Files.writeString(messages.resolve("Stale.java"), "");
        generate("check");

        assertThat(request).hasContent(source);
        assertThat(messages.resolve("Marker.java")).exists();
        assertThat(messages.resolve("Stale.java")).doesNotExist();
    }

    @Test
    void should_skip_all_work_when_nothing_changed() throws IOException {
        generate("update");
        // A manifest that the check would refuse, marked as seen: only a run that skips the check passes.
        Files.write(manifest, List.of());
        new UpToDateMarker(folder.resolve("sources.inputs")).write(inputs(), new SourceFolder(messages));

        generate("check");

        assertThat(manifest).isEmptyFile();
    }

    @Test
    void should_fail_when_the_allow_list_names_what_does_not_exist() throws IOException {
        Files.writeString(allowList, "Ping\nGone\n");

        assertThatThrownBy(() -> generate("update"))
                .hasMessage("the allow-list names Gone, which has no schema with a valid version");
    }

    @Test
    void should_fail_when_request_and_response_disagree_about_versions() throws IOException {
        write(
                "PingResponse",
                "\"apiKey\": 3, \"type\": \"response\", \"validVersions\": \"0\", \"flexibleVersions\": \"1+\"");

        assertThatThrownBy(() -> generate("update"))
                .hasMessage("Ping: request and response must exist and have the same versions");
    }

    private void generate(String manifestMode) throws IOException {
        ProtocolGenerator.main(new String[] {
            schemas.toString(),
            folder.resolve("sources").toString(),
            allowList.toString(),
            manifest.toString(),
            manifestMode
        });
    }

    private List<Path> inputs() throws IOException {
        try (var files = Files.list(schemas)) {
            List<Path> inputs = new ArrayList<>(files.sorted().toList());
            inputs.add(allowList);
            inputs.add(manifest);
            return inputs;
        }
    }

    private void writeApi(String api, int key, String versions) throws IOException {
        String common =
                "\"apiKey\": " + key + ", \"validVersions\": \"" + versions + "\", \"flexibleVersions\": \"1+\"";
        write(api + "Request", "\"type\": \"request\", " + common);
        write(api + "Response", "\"type\": \"response\", " + common);
    }

    private void write(String name, String properties) throws IOException {
        Files.writeString(
                schemas.resolve(name + ".json"), "{ \"name\": \"" + name + "\", " + properties + ", \"fields\": [] }");
    }
}
