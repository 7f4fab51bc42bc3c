package dev.ottla.benchmarks.process;

/** A peer does not offer what the scenario asks for; the message is its own. */
public final class PeerRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public PeerRefusedException(String message) {
        super(message);
    }
}
