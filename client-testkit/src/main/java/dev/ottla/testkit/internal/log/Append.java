package dev.ottla.testkit.internal.log;

import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.concurrent.Immutable;
import java.util.List;

/** What came of appending a producer's batch. */
@Immutable
public sealed interface Append {

    /**
     * The batch is in the log.
     *
     * @param logAppendTime -1 if the records keep their own timestamps
     */
    record Appended(long baseOffset, long nextOffset, long logAppendTime) implements Append {}

    /** The batch was in the log already (KIP-98): the answer is the one that the first sending got. */
    record Duplicate(long baseOffset, long nextOffset, long logAppendTime) implements Append {}

    /**
     * Nothing was appended.
     *
     * @param reachedLog whether the log itself refuses, so that the answer tells where it starts
     * @param recordErrors the records at fault, where single records are (KIP-467)
     */
    record Refused(ErrorCode error, String message, boolean reachedLog, List<RecordError> recordErrors)
            implements Append {
        public Refused {
            recordErrors = List.copyOf(recordErrors);
        }

        /** By the log. */
        public static Refused because(ErrorCode error, String message) {
            return new Refused(error, message, true, List.of());
        }

        /** Before the log. */
        static Refused early(ErrorCode error, String message) {
            return new Refused(error, message, false, List.of());
        }
    }

    /** A record at fault, by its index in the batch. */
    record RecordError(int batchIndex, String message) {}
}
