package dev.ottla.generator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The folder of generated sources. Touches only files whose text changed, so that the compiler has no reason to run. */
final class SourceFolder {
    private final Path folder;

    SourceFolder(Path folder) {
        this.folder = folder;
    }

    /** Makes the folder hold exactly these files. */
    void replaceWith(Map<String, String> textByFileName) throws IOException {
        Files.createDirectories(folder);
        for (Path stale : files()) {
            if (!textByFileName.containsKey(stale.getFileName().toString())) {
                Files.delete(stale);
            }
        }
        for (Map.Entry<String, String> file : textByFileName.entrySet()) {
            Path path = folder.resolve(file.getKey());
            if (!Files.exists(path) || !Files.readString(path).equals(file.getValue())) {
                Files.writeString(path, file.getValue());
            }
        }
    }

    List<Path> files() throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }
}
