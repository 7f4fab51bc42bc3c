package dev.ottla.modules;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;

/** One module with one main class beside the library on the module path, compiled here and run by a JVM of its own. */
final class ModularApplication {
    private static final String IMPORTS = """
            package application;

            import dev.ottla.KafkaClient;
            import dev.ottla.admin.*;
            import dev.ottla.common.*;
            import dev.ottla.config.*;
            import dev.ottla.producer.*;
            import dev.ottla.serialization.*;
            import java.time.Duration;

            """;

    private final Path directory;
    private final LibraryModules library;

    record Run(int exitValue, String output) {}

    private ModularApplication(Path directory, LibraryModules library) {
        this.directory = directory;
        this.library = library;
    }

    static ModularApplication in(Path directory, LibraryModules library) throws IOException {
        ModularApplication application = new ModularApplication(directory, library);
        StringBuilder declaration = new StringBuilder("module application {\n");
        LibraryModules.ENTRIES.forEach(
                name -> declaration.append("    requires ").append(name).append(";\n"));
        application.write("module-info.java", declaration.append("}\n").toString());
        return application;
    }

    ModularApplication withMain(String statements) throws IOException {
        return write(
                "application/Main.java",
                IMPORTS + "public class Main {\n    public static void main(String[] arguments) throws Exception {\n"
                        + statements.indent(8) + "    }\n}\n");
    }

    private ModularApplication write(String name, String source) throws IOException {
        Path file = directory.resolve("sources").resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, source);
        return this;
    }

    /** What the compiler complains about; empty when it does not. */
    String compile() {
        StringWriter complaints = new StringWriter();
        PrintWriter output = new PrintWriter(complaints);
        Path sources = directory.resolve("sources");
        ToolProvider.findFirst("javac")
                .orElseThrow()
                .run(
                        output,
                        output,
                        "-classpath",
                        "",
                        "--module-path",
                        library.path(),
                        "-d",
                        classes().toString(),
                        sources.resolve("module-info.java").toString(),
                        sources.resolve("application/Main.java").toString());
        return complaints.toString();
    }

    Run run() throws IOException, InterruptedException {
        Path output = directory.resolve("output.txt");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx128m");
        command.add("--module-path");
        command.add(library.path() + System.getProperty("path.separator") + classes());
        command.add("--module");
        command.add("application/application.Main");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("The application does not end: " + Files.readString(output));
        }
        return new Run(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
    }

    private Path classes() {
        return directory.resolve("classes");
    }
}
