package dev.ottla.consumer;

import dev.ottla.common.TopicNames;

/**
 * What becomes of a record that failed and is not tried again. Errors of the virtual machine other than a stack overflow, such
 * as that memory has run out, and of classes that can't be loaded, are not taken for failures of the record: the processor ends
 * as with {@link #stop}. Immutable.
 */
public sealed interface FailurePolicy {

    /**
     * The processor ends, with the failure: see {@link Processor#ended}. The record is not committed, so whoever reads next
     * begins with it. The default.
     */
    static FailurePolicy stop() {
        return new Stop();
    }

    /** The record is left out: a warning is logged, and its offset committed as if it had been handled. */
    static FailurePolicy skip() {
        return new Skip();
    }

    /**
     * The record is written to this topic, and committed once all in-sync replicas have it. Its partition there has the number
     * of the one it was read from, or, if there are fewer, that number modulo how many there are: so letters of one partition
     * stay together and in the order in which they failed. Key, value, timestamp and headers are as they were read, byte for
     * byte, with these headers added, all text: {@code ottla.error.topic}, {@code .partition}, {@code .offset} and
     * {@code .group} say where it came from, {@code .exception} (class), {@code .message} and {@code .attempts} why it is here. If an
     * answer of the broker is lost it may be written twice. If it can't be written the processor ends as with {@link #stop}.
     *
     * @throws IllegalArgumentException if no topic can be called so
     */
    static FailurePolicy deadLetter(String topic) {
        return new DeadLetter(topic);
    }

    /** See {@link #stop()}. */
    record Stop() implements FailurePolicy {}

    /** See {@link #skip()}. */
    record Skip() implements FailurePolicy {}

    /**
     * See {@link #deadLetter(String)}.
     *
     * @param topic a legal name of a topic
     */
    record DeadLetter(String topic) implements FailurePolicy {

        /** Checks the name. */
        public DeadLetter {
            TopicNames.requireLegal(topic);
        }
    }
}
