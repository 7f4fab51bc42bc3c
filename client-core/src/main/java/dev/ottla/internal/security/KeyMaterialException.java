package dev.ottla.internal.security;

import dev.ottla.errors.InvalidOption;
import dev.ottla.internal.concurrent.Immutable;

/** A key or certificate that can't be used, with the option that names it. Never quotes the material. */
@Immutable
final class KeyMaterialException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String option;

    KeyMaterialException(String option, String problem) {
        super(problem);
        this.option = option;
    }

    InvalidOption toProblem() {
        return new InvalidOption(option, String.valueOf(getMessage()));
    }
}
