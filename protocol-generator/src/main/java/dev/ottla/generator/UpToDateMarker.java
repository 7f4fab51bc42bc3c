package dev.ottla.generator;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Remembers what the sources were generated from, this generator's own code included, so that a build can skip it. */
final class UpToDateMarker {
    private final Path file;

    UpToDateMarker(Path file) {
        this.file = file;
    }

    /** Whether inputs, code and the generated files are those of the last run. */
    boolean matches(List<Path> inputs, SourceFolder sources) throws IOException {
        return Files.exists(file) && Files.readString(file).equals(fingerprint(inputs, sources));
    }

    void write(List<Path> inputs, SourceFolder sources) throws IOException {
        Files.writeString(file, fingerprint(inputs, sources));
    }

    private static String fingerprint(List<Path> inputs, SourceFolder sources) throws IOException {
        Digest digest = new Digest();
        for (List<Path> files : List.of(inputs, ownCode(), sources.files())) {
            for (Path each : files) {
                if (Files.exists(each)) {
                    digest.add(each.getFileName().toString(), Files.readAllBytes(each));
                }
            }
        }
        return digest.hex();
    }

    /** The classes of this module: a folder in a build of the whole project, else its jar. */
    private static List<Path> ownCode() throws IOException {
        Path code;
        try {
            code = Path.of(UpToDateMarker.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException("a class path entry is always a valid location", e);
        }
        try (Stream<Path> files = Files.walk(code)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }
}
