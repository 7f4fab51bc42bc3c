package dev.ottla.common;

import java.util.Objects;
import java.util.regex.Pattern;

/** Kafka's rule for topic names, so that a name that no broker would take fails before anything is sent. */
public final class TopicNames {

    /** The longest name that Kafka allows: the partition's directory must fit into a file name of 255 characters. */
    public static final int MAX_LENGTH = 249;

    private static final Pattern LEGAL = Pattern.compile("[a-zA-Z0-9._-]+");

    private TopicNames() {}

    /**
     * Returns the name unchanged.
     *
     * @throws IllegalArgumentException if the name is empty, {@code "."}, {@code ".."}, longer than {@link
     * #MAX_LENGTH},
     *     or has other characters than ASCII letters, digits, dot, underscore and hyphen
     */
    public static String requireLegal(String topic) {
        Objects.requireNonNull(topic, "topic");
        if (topic.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "topic name must have at most " + MAX_LENGTH + " characters, has " + topic.length());
        }
        if (topic.equals(".") || topic.equals("..") || !LEGAL.matcher(topic).matches()) {
            throw new IllegalArgumentException("topic name \"" + printable(topic)
                    + "\" is not legal: use ASCII letters, digits, '.', '_' and '-'");
        }
        return topic;
    }

    private static String printable(String topic) {
        return topic.replaceAll("\\p{Cntrl}", "?");
    }
}
