package dev.ottla.errors;

/**
 * What became of a call that changes the cluster. Every such call ends in exactly one of these; a failure whose outcome
 * is {@link #UNKNOWN} must not be treated as "did not happen".
 */
public enum Outcome {

    /** It happened: the cluster confirmed it. */
    ACKED,

    /** It did not happen and never will, so repeating it can not duplicate anything. */
    REJECTED,

    /** It may have happened or may still happen: the answer was lost, came too late, or left it open. */
    UNKNOWN
}
