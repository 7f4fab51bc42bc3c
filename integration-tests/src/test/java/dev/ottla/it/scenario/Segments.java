package dev.ottla.it.scenario;

import dev.ottla.testkit.RealBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Where the records of a topic lie on a broker's disk. */
final class Segments {
    private Segments() {}

    /** The files of each partition's log, oldest first, by partition. */
    static Map<Integer, List<Path>> of(RealBroker broker, String topic) {
        Map<Integer, List<Path>> segments = new TreeMap<>();
        for (Path directory : list(broker.directory().resolve("data"))) {
            String name = directory.getFileName().toString();
            if (name.matches(topic + "-\\d+")) {
                segments.put(
                        Integer.valueOf(name.substring(topic.length() + 1)),
                        list(directory).stream()
                                .filter(file -> file.toString().endsWith(".log"))
                                .sorted()
                                .toList());
            }
        }
        return segments;
    }

    private static List<Path> list(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
