package dev.ottla.generator;

/** Collects lines of Java and indents them by their braces. */
final class JavaWriter {
    private static final String INDENT = "    ";

    private final StringBuilder text = new StringBuilder();
    private int depth;

    /** Adds one line. A line that begins with a closing brace ends a block, one that ends with an opening one starts one. */
    JavaWriter line(String line) {
        if (line.startsWith("}")) {
            depth--;
        }
        text.append(line.isEmpty() ? "" : INDENT.repeat(depth)).append(line).append('\n');
        if (line.endsWith("{")) {
            depth++;
        }
        return this;
    }

    /** Adds a line that continues the one before. */
    JavaWriter continued(String line) {
        text.append(INDENT.repeat(depth + 2)).append(line).append('\n');
        if (line.endsWith("{")) {
            depth++;
        }
        return this;
    }

    /** Adds lines that have their indentation already. */
    JavaWriter block(String lines) {
        text.append(lines);
        return this;
    }

    /** Adds an empty line. */
    JavaWriter gap() {
        return line("");
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
