package dev.ottla.generator;

/** A build that cannot go on: the message tells the developer which file is at fault and what to do. */
final class GenerationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    GenerationException(String message) {
        super(message);
    }
}
