package dev.ottla.errors;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The options can not work. Thrown while a client is built, before any connection is opened, and names everything that
 * is
 * wrong at once.
 */
public final class InvalidOptionsException extends KafkaException {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // always an immutable list, which is serializable
    private final List<InvalidOption> problems;

    /** Lists what is wrong, in the order found; at least one. */
    public InvalidOptionsException(List<InvalidOption> problems) {
        super(describe(problems), null);
        this.problems = List.copyOf(problems);
    }

    private static String describe(List<InvalidOption> problems) {
        String head = problems.size() == 1 ? "1 option is invalid: " : problems.size() + " options are invalid: ";
        return problems.stream().map(InvalidOption::toString).collect(Collectors.joining("; ", head, ""));
    }

    /** What is wrong, in the order found. */
    public List<InvalidOption> problems() {
        return problems;
    }
}
