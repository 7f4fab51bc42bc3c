package dev.ottla.generator;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The entry: schemas in, Java out. Run by the build of {@code client-core}; see the module's README.
 *
 * <p>Arguments: the folder of schemas, the source root to fill, the allow-list, the manifest, and {@code check} or {@code
 * update} for what to do with the manifest.
 */
public final class ProtocolGenerator {
    private static final int DIGEST_DIGITS = 16;

    private final Path schemaFolder;
    private final Path sourceRoot;
    private final Path allowList;
    private final Path manifest;

    ProtocolGenerator(Path schemaFolder, Path sourceRoot, Path allowList, Path manifest) {
        this.schemaFolder = schemaFolder;
        this.sourceRoot = sourceRoot;
        this.allowList = allowList;
        this.manifest = manifest;
    }

    /** Generates, or fails the build with what is wrong. */
    public static void main(String[] args) throws IOException {
        if (args.length != 5) {
            throw new GenerationException("expected: schemas source-root allow-list manifest check|update");
        }
        ProtocolGenerator generator =
                new ProtocolGenerator(Path.of(args[0]), Path.of(args[1]), Path.of(args[2]), Path.of(args[3]));
        generator.run(args[4].equals("update"));
    }

    void run(boolean updateManifest) throws IOException {
        UpToDateMarker marker = new UpToDateMarker(sourceRoot.resolveSibling(sourceRoot.getFileName() + ".inputs"));
        SourceFolder sources = new SourceFolder(sourceRoot.resolve(MessageEmitter.PACKAGE.replace('.', '/')));
        if (!updateManifest && marker.matches(inputs(), sources)) {
            return;
        }
        List<MessageSchema> schemas = parseAll();
        List<String> lines = Manifest.lines(schemas);
        if (updateManifest) {
            Files.write(manifest, lines);
        } else {
            Manifest.requireEqual(
                    lines, Files.exists(manifest) ? Files.readAllLines(manifest) : List.of(), manifest.toString());
        }
        sources.replaceWith(sourcesOf(new AllowList(Files.readAllLines(allowList)).select(schemas)));
        marker.write(inputs(), sources);
    }

    private static Map<String, String> sourcesOf(List<MessageSchema> messages) {
        Map<String, String> sources = new TreeMap<>();
        sources.put("ApiKey.java", ApiKeyEmitter.emit(messages));
        messages.forEach(message -> sources.put(message.name() + ".java", MessageEmitter.emit(message)));
        return sources;
    }

    private List<MessageSchema> parseAll() throws IOException {
        List<MessageSchema> schemas = new ArrayList<>();
        for (Path file : schemaFiles()) {
            byte[] content = Files.readAllBytes(file);
            String digest = new Digest().add(content).hex().substring(0, DIGEST_DIGITS);
            schemas.add(SchemaParser.parse(
                    file.getFileName().toString(), new String(content, StandardCharsets.UTF_8), digest));
        }
        return schemas;
    }

    private List<Path> inputs() throws IOException {
        List<Path> inputs = new ArrayList<>(schemaFiles());
        inputs.add(allowList);
        inputs.add(manifest);
        return inputs;
    }

    private List<Path> schemaFiles() throws IOException {
        if (!Files.isDirectory(schemaFolder)) {
            throw new GenerationException(schemaFolder + " is no folder; the build unpacks the schemas there");
        }
        try (Stream<Path> files = Files.list(schemaFolder)) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        }
    }
}
