package dev.ottla.errors;

import java.io.Serializable;

/**
 * One thing that is wrong with a client's options. Immutable.
 *
 * @param name the standard key of the option, such as {@code linger.ms}
 * @param problem the value, the rule that it breaks, and where it was set; secrets are masked
 */
public record InvalidOption(String name, String problem) implements Serializable {

    @Override
    public String toString() {
        return name + ": " + problem;
    }
}
