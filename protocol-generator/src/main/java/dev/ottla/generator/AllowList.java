package dev.ottla.generator;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The APIs, headers and data schemas to generate, one name a line, {@code #} for comments. */
final class AllowList {
    private final Set<String> names = new LinkedHashSet<>();

    AllowList(List<String> lines) {
        for (String line : lines) {
            String name = line.replaceFirst("#.*", "").strip();
            if (!name.isEmpty() && !names.add(name)) {
                throw new GenerationException("the allow-list names " + name + " twice");
            }
        }
    }

    /** The messages that are alive and allowed; fails on a name that has no message, or a request without its response. */
    List<MessageSchema> select(List<MessageSchema> schemas) {
        List<MessageSchema> selected = new ArrayList<>();
        for (String name : names) {
            List<MessageSchema> found = schemas.stream()
                    .filter(schema -> schema.isAlive() && schema.apiName().equals(name))
                    .toList();
            if (found.isEmpty()) {
                throw new GenerationException(
                        "the allow-list names " + name + ", which has no schema with a valid version");
            }
            if (found.get(0).apiKey() >= 0) {
                requirePair(name, found);
            }
            selected.addAll(found);
        }
        return selected;
    }

    private static void requirePair(String name, List<MessageSchema> found) {
        boolean agree = found.size() == 2
                && found.get(0).validVersions().equals(found.get(1).validVersions())
                && found.get(0).flexibleVersions().equals(found.get(1).flexibleVersions());
        if (!agree) {
            throw new GenerationException(name + ": request and response must exist and have the same versions");
        }
    }
}
