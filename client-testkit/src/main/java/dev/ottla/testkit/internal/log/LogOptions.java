package dev.ottla.testkit.internal.log;

import dev.ottla.internal.concurrent.Immutable;

/** The settings of a topic that its logs obey; the names are those of the topic settings. */
@Immutable
public record LogOptions(
        int maxMessageBytes,
        boolean isCompacted,
        boolean usesLogAppendTime,
        long timestampBeforeMaxMillis,
        long timestampAfterMaxMillis) {

    /** Whether a producer's timestamp is within the bounds around the present (KIP-937). */
    boolean accepts(long timestamp, long now) {
        if (usesLogAppendTime || timestamp < 0) {
            return true;
        }
        long behind = now - timestamp;
        return behind <= timestampBeforeMaxMillis && -behind <= timestampAfterMaxMillis;
    }
}
