package dev.ottla.testkit;

import java.io.File;
import java.io.IOException;
import java.io.Writer;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How {@link BrokerMain} is started in a JVM of its own, and the files in a server's directory that it reads then. */
record ServerCommand(KafkaVersion version, List<Path> jars, List<String> jvmArguments) {
    private static final String PROPERTIES = "server.properties";

    /** One per line, with tabs; a file, since credentials on a command line are for all to see. */
    private static final String TOOLS = "tools-before-start";

    /**
     * Writes the files.
     *
     * @param tools main class and arguments of each tool that prepares the storage
     */
    void write(Path directory, Map<String, String> properties, List<List<String>> tools) throws IOException {
        Properties file = new Properties();
        file.putAll(properties);
        Files.createDirectories(directory);
        try (Writer out = Files.newBufferedWriter(directory.resolve(PROPERTIES), StandardCharsets.UTF_8)) {
            file.store(out, null);
        }
        Files.write(
                directory.resolve(TOOLS),
                tools.stream().map(tool -> String.join("\t", tool)).toList());
    }

    List<String> of(String mainClass, Path directory) {
        String classPath = Stream.concat(Stream.of(ownClasses()), jars.stream())
                .map(Path::toString)
                .collect(Collectors.joining(File.pathSeparator));
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // Half of a young broker's CPU would go into the second compiler.
        command.addAll(List.of("-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.addAll(jvmArguments);
        command.add(
                version.logsThroughLog4j1()
                        ? "-Dlog4j.configuration=dev/ottla/testkit/broker-log4j.properties"
                        : "-Dlog4j2.configurationFile=dev/ottla/testkit/broker-log4j2.properties");
        command.addAll(List.of("-cp", classPath, BrokerMain.class.getName()));
        command.addAll(List.of(
                mainClass,
                directory.resolve(PROPERTIES).toString(),
                directory.resolve(TOOLS).toString()));
        return command;
    }

    static String propertiesFile(Path directory) {
        return directory.resolve(PROPERTIES).toString();
    }

    private static Path ownClasses() {
        try {
            return Path.of(BrokerMain.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException("the class path has an entry that is no URI", e);
        }
    }
}
