package dev.ottla.generator;

import dev.ottla.generator.MessageSchema.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** One line per schema file, under version control, so that a new release of the schemas shows in review. */
final class Manifest {
    private static final String HEAD =
            "# name | API key | versions | flexible versions | SHA-256 of the schema, first 16 digits";

    private Manifest() {}

    static List<String> lines(List<MessageSchema> schemas) {
        List<String> lines = new ArrayList<>();
        lines.add(HEAD);
        schemas.stream()
                .sorted(Comparator.comparing(MessageSchema::name))
                .map(Manifest::line)
                .forEach(lines::add);
        return lines;
    }

    private static String line(MessageSchema schema) {
        String apiKey = schema.kind() == Kind.REQUEST || schema.kind() == Kind.RESPONSE
                ? Integer.toString(schema.apiKey())
                : "-";
        String unstable = schema.latestVersionUnstable() ? " (latest unstable)" : "";
        return String.join(
                " | ",
                schema.name(),
                apiKey,
                schema.validVersions() + unstable,
                schema.flexibleVersions().toString(),
                schema.digest());
    }

    /** Fails with all differences between what the schemas say and what is under version control. */
    static void requireEqual(List<String> actual, List<String> committed, String file) {
        Set<String> missing = new LinkedHashSet<>(actual);
        committed.forEach(missing::remove);
        Set<String> gone = new LinkedHashSet<>(committed);
        actual.forEach(gone::remove);
        if (missing.isEmpty() && gone.isEmpty()) {
            return;
        }
        StringBuilder text = new StringBuilder("The message schemas are not those of ")
                .append(file)
                .append(":\n");
        gone.forEach(line -> text.append("- ").append(line).append('\n'));
        missing.forEach(line -> text.append("+ ").append(line).append('\n'));
        text.append("If the schema version was changed on purpose, review these lines and update the file:\n")
                .append("  mvn -pl client-core -am compile -Dprotocol.manifest=update");
        throw new GenerationException(text.toString());
    }
}
