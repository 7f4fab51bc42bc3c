package dev.ottla.testkit;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** The end of a broker's log, for the message of an error. */
final class LogTail {
    private static final int LINES = 25;
    private static final int BYTES_MAX = 16 << 10;

    private LogTail() {}

    static String of(Path logFile) {
        try (RandomAccessFile file = new RandomAccessFile(logFile.toFile(), "r")) {
            int size = (int) Math.min(file.length(), BYTES_MAX);
            byte[] tail = new byte[size];
            file.seek(file.length() - size);
            file.readFully(tail);
            List<String> lines =
                    new String(tail, StandardCharsets.UTF_8).lines().toList();
            List<String> last = lines.subList(Math.max(0, lines.size() - LINES), lines.size());
            return "The end of " + logFile + ":\n" + String.join("\n", last);
        } catch (IOException e) {
            return "It has no readable log: " + e.getMessage();
        }
    }
}
