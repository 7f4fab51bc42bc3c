package dev.ottla.benchmarks.process;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A child that is spoken to line by line: null broker or peer. It ends with its input. Owned by one thread. */
public final class ChildProcess implements AutoCloseable {
    private static final String REFUSED = "refused ";
    private static final String ENDED = "(it has ended)";
    private static final long END_SECONDS = 20;
    private static final long ANSWER_SECONDS = 120;

    private final String name;
    private final Path log;
    private final Process process;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final long answerSeconds;
    private final BufferedWriter input;

    /** Starts it; what it prints as errors is appended to the log. An answer may take two minutes. */
    public ChildProcess(String name, List<String> command, Path log) {
        this(name, command, log, ANSWER_SECONDS);
    }

    /** As the other constructor, with so much time for each answer. */
    ChildProcess(String name, List<String> command, Path log, long answerSeconds) {
        this.answerSeconds = answerSeconds;
        this.name = name;
        this.log = log;
        try {
            this.process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(name + " can not be started", e);
        }
        Thread reader = new Thread(this::readLines, name + " output");
        reader.setDaemon(true);
        reader.start();
        this.input = process.outputWriter(StandardCharsets.UTF_8);
    }

    /** The command for a program of this module in a JVM like this one. */
    public static List<String> java(List<String> jvmArguments, Class<?> main) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmArguments);
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(main.getName());
        return command;
    }

    public long pid() {
        return process.pid();
    }

    /**
     * Waits for a line that begins with this word, and returns its {@code name=value} pairs.
     *
     * @throws IllegalStateException if it says something else, ends, or says nothing for too long
     * @throws PeerRefusedException if it says instead that it does not offer what it was started for
     */
    public Map<String, String> await(String word) {
        String line = nextLine();
        if (line.startsWith(REFUSED)) {
            throw new PeerRefusedException(line.substring(REFUSED.length()));
        }
        if (!line.startsWith(word)) {
            throw new IllegalStateException(name + " said \"" + line + "\" instead of " + word + "; see " + log);
        }
        Map<String, String> values = new HashMap<>();
        for (String pair : line.substring(word.length()).strip().split(" ", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                values.put(pair.substring(0, equals), pair.substring(equals + 1));
            }
        }
        return values;
    }

    private String nextLine() {
        try {
            String line = lines.poll(answerSeconds, TimeUnit.SECONDS);
            if (line == null) {
                throw new IllegalStateException(name + " said nothing for " + answerSeconds + " s; see " + log);
            }
            return line;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + name, e);
        }
    }

    /** Its output waits here, so that who asks can stop waiting. */
    private void readLines() {
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                lines.add(line);
            }
            lines.add(ENDED);
        } catch (IOException e) {
            lines.add(ENDED + ": " + e);
        }
    }

    /** Says a line, and waits for the answer. */
    public Map<String, String> ask(String line, String answer) {
        try {
            input.write(line);
            input.newLine();
            input.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(name + " can not be written to; see " + log, e);
        }
        return await(answer);
    }

    /** Ends its input and waits for its end; ends it the hard way if that takes too long. */
    @Override
    public void close() {
        try {
            input.close();
        } catch (IOException e) {
            // It has ended already.
        }
        try {
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
