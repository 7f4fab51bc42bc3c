package dev.ottla.documentation;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One block of Java code in a document. {@code ```java} is a whole file; {@code ```java fragment} is statements, which may
 * use what a comment above the block gives them: {@code <!-- given KafkaClient kafka, Path file -->}, and types from
 * {@code <!-- with record Order(String id) {} -->}.
 *
 * @param file where it is
 * @param line of its first line of code, from 1
 */
record CodeBlock(Path file, int line, boolean isFragment, String given, String types, String code) {
    private static final Pattern FENCE = Pattern.compile("^ {0,3}```+\\s*java\\b(?<rest>.*)$");
    private static final Pattern GIVEN = Pattern.compile("^<!-- given (?<parameters>.+) -->$");
    private static final Pattern WITH = Pattern.compile("^<!-- with (?<types>.+) -->$");
    private static final Pattern PUBLIC_TYPE =
            Pattern.compile("(?m)^public (?:final |abstract |sealed )*(?:class|interface|record|enum) (?<name>\\w+)");

    static List<CodeBlock> allIn(Path file, String markdown) {
        List<String> lines = markdown.lines().toList();
        List<CodeBlock> blocks = new ArrayList<>();
        String given = "";
        StringBuilder types = new StringBuilder();
        for (int i = 0; i < lines.size(); i++) {
            Matcher fence = FENCE.matcher(lines.get(i));
            Matcher givenHere = GIVEN.matcher(lines.get(i));
            Matcher withHere = WITH.matcher(lines.get(i));
            if (givenHere.matches()) {
                given = givenHere.group("parameters");
            } else if (withHere.matches()) {
                types.append(withHere.group("types")).append(' ');
            } else if (fence.matches()) {
                int end = endOf(lines, i + 1);
                String code = String.join("\n", lines.subList(i + 1, end)) + "\n";
                blocks.add(new CodeBlock(file, i + 2, isFragment(file, i, fence), given, types.toString(), code));
                i = end;
                given = "";
                types.setLength(0);
            }
        }
        return blocks;
    }

    private static boolean isFragment(Path file, int line, Matcher fence) {
        String kind = fence.group("rest").strip();
        if (!kind.isEmpty() && !kind.equals("fragment")) {
            throw new IllegalArgumentException(
                    file + ":" + (line + 1) + ": a block is \"java\" or \"java fragment\", not \"java " + kind + "\"");
        }
        return kind.equals("fragment");
    }

    private static int endOf(List<String> lines, int start) {
        for (int i = start; i < lines.size(); i++) {
            if (lines.get(i).strip().startsWith("```")) {
                return i;
            }
        }
        return lines.size();
    }

    /** The block as a source file, with as many lines before the code as {@link #linesBeforeCode()}. */
    String source() {
        if (!isFragment) {
            return code;
        }
        return before() + code + "}\n}\n";
    }

    int linesBeforeCode() {
        return isFragment ? (int) before().lines().count() : 0;
    }

    private String before() {
        return """
                import dev.ottla.*;
                import dev.ottla.admin.*;
                import dev.ottla.common.*;
                import dev.ottla.config.*;
                import dev.ottla.consumer.*;
                import dev.ottla.consumer.assignor.*;
                import dev.ottla.errors.*;
                import dev.ottla.producer.*;
                import dev.ottla.serialization.*;
                import java.nio.file.*;
                import java.time.*;
                import java.util.*;
                import java.util.concurrent.*;
                """ + "class Fragment {\n" + types + "\nvoid run(" + given + ") throws Exception {\n";
    }

    String className() {
        Matcher type = PUBLIC_TYPE.matcher(code);
        return !isFragment && type.find() ? type.group("name") : "Fragment";
    }

    @Override
    public String toString() {
        return file + ":" + line;
    }
}
