package dev.ottla.benchmarks.compare;

/** A peer does not offer what the scenario asks for; the message is its own. */
final class PeerRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    PeerRefusedException(String message) {
        super(message);
    }
}
