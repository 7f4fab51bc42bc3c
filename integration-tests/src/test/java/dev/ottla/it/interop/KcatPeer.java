package dev.ottla.it.interop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.ottla.common.Header;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** kcat, a program on top of librdkafka, which shares no code with the clients for the JVM. */
final class KcatPeer implements Peer {
    private static final String KEY_DELIMITER = "\t";
    private static final long TIMEOUT_SECONDS = 60;
    private static final JsonMapper JSON = new JsonMapper();

    @Override
    public void assumeInstalled() {
        boolean found = Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, "kcat")));
        assumeTrue(found, "kcat is not on the PATH; install it, for instance with `apt-get install kcat`");
    }

    @Override
    public boolean setsTimestamps() {
        return false;
    }

    /** One process writes one partition, because partition and headers are arguments. */
    @Override
    public void write(Topic topic, String codec, List<Message> messages) {
        Message.byPartition(messages).forEach((partition, some) -> {
            List<String> arguments = new ArrayList<>(List.of("-P", "-t", topic.name(), "-z", codec));
            arguments.addAll(List.of("-Z", "-K", KEY_DELIMITER, "-X", "partitioner=murmur2_random"));
            if (partition != Message.BY_KEY) {
                arguments.addAll(List.of("-p", partition.toString()));
            }
            some.get(0).headers().forEach(header -> arguments.addAll(List.of("-H", argument(header))));
            run(topic, arguments, some.stream().map(KcatPeer::line));
        });
    }

    private static String argument(Header header) {
        return header.value() == null ? header.key() : header.key() + "=" + new String(header.value(), UTF_8);
    }

    /** With -Z what is empty is sent as null. */
    private static String line(Message message) {
        return (message.key() == null ? "" : message.key())
                + KEY_DELIMITER
                + (message.value() == null ? "" : message.value());
    }

    @Override
    public List<Message> read(Topic topic) {
        List<String> arguments =
                List.of("-C", "-t", topic.name(), "-o", "beginning", "-e", "-J", "-X", "check.crcs=true");
        return run(topic, arguments, Stream.empty()).stream()
                .map(KcatPeer::message)
                .toList();
    }

    private static Message message(String line) {
        try {
            JsonNode json = JSON.readTree(line);
            return new Message(
                    json.required("partition").asInt(),
                    json.required("ts").asLong(),
                    json.required("key").textValue(),
                    json.required("payload").textValue(),
                    headers(json.path("headers")));
        } catch (IOException e) {
            throw new UncheckedIOException("kcat wrote: " + line, e);
        }
    }

    /** One array: name, value, name, value, ... */
    private static List<Header> headers(JsonNode names) {
        List<Header> headers = new ArrayList<>();
        for (int i = 0; i < names.size(); i += 2) {
            String value = names.get(i + 1).textValue();
            headers.add(new Header(names.get(i).textValue(), value == null ? null : value.getBytes(UTF_8)));
        }
        return headers;
    }

    /** Runs kcat to its end and returns the lines that it wrote. */
    private static List<String> run(Topic topic, List<String> arguments, Stream<String> inputLines) {
        try {
            Path input = Files.createTempFile("kcat", ".in");
            Path output = Files.createTempFile("kcat", ".out");
            Path errors = Files.createTempFile("kcat", ".err");
            try {
                Files.writeString(input, inputLines.map(line -> line + "\n").collect(Collectors.joining()));
                List<String> command = new ArrayList<>(List.of("kcat", "-q", "-b", topic.bootstrapServers()));
                command.addAll(arguments);
                Process kcat = new ProcessBuilder(command)
                        .redirectInput(input.toFile())
                        .redirectOutput(output.toFile())
                        .redirectError(errors.toFile())
                        .start();
                boolean ended = kcat.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS);
                kcat.destroyForcibly().waitFor();
                assertThat(ended)
                        .as("%s ended: %s", command, Files.readString(errors))
                        .isTrue();
                assertThat(kcat.exitValue())
                        .as("%s: %s", command, Files.readString(errors))
                        .isZero();
                return Files.readAllLines(output);
            } finally {
                Files.delete(input);
                Files.delete(output);
                Files.delete(errors);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String toString() {
        return "kcat";
    }
}
