package dev.ottla.errors;

/**
 * A compression codec is asked for whose library is not on the class path, or does not run on this machine. Add the
 * artifact that the message names; the codecs are optional dependencies, so that only those who use one carry it.
 */
public final class MissingCodecException extends KafkaException {
    private static final long serialVersionUID = 1L;

    private final String artifact;

    /** Names the codec, and the artifact ({@code group:name}) that brings it. */
    public MissingCodecException(String codec, String artifact, Throwable cause) {
        super(
                "compression codec " + codec + " can not be loaded (" + cause + "); add " + artifact
                        + " to the class path",
                cause);
        this.artifact = artifact;
    }

    /** The artifact that brings the codec, as {@code group:name}. */
    public String artifact() {
        return artifact;
    }
}
