package dev.ottla.internal.protocol.message;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A line of the manifest that the allow-list lets through: the tests run over these, so nothing can be left out unseen. */
record ListedMessage(String name, int lowestVersion, int highestVersion) {
    private static final Path FOLDER = Path.of("src/main/protocol");

    static List<ListedMessage> all() {
        Set<String> allowed = lines("messages.txt")
                .map(line -> line.replaceFirst("#.*", "").strip())
                .collect(Collectors.toSet());
        return lines("manifest.txt")
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split(" \\| "))
                .filter(columns -> !columns[2].equals("none") && isAllowed(columns, allowed))
                .map(ListedMessage::of)
                .toList();
    }

    private static Stream<String> lines(String file) {
        try {
            return Files.readAllLines(FOLDER.resolve(file)).stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isAllowed(String[] columns, Set<String> allowed) {
        boolean ofApi = !columns[1].equals("-");
        return allowed.contains(ofApi ? columns[0].replaceFirst("(Request|Response)$", "") : columns[0]);
    }

    private static ListedMessage of(String[] columns) {
        String[] ends = columns[2].replace(" (latest unstable)", "").split("-", 2);
        return new ListedMessage(columns[0], Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]));
    }

    /** How many message-versions all lines make together. */
    static int versionCount() {
        return all().stream().mapToInt(message -> message.versions().length).sum();
    }

    int[] versions() {
        return IntStream.rangeClosed(lowestVersion, highestVersion).toArray();
    }

    @Override
    public String toString() {
        return name;
    }
}
