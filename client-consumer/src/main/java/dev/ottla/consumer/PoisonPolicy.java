package dev.ottla.consumer;

import dev.ottla.common.TopicNames;

/**
 * What {@link Consumer#poll} does with a record whose key or value can't be deserialized, before the application sees it.
 * Immutable. A cursor deserializes nothing before it is asked to, so this does not concern it; for handlers see
 * {@link FailurePolicy}. Nor does it concern errors of the virtual machine other than a stack overflow, such as that memory has
 * run out, and of classes that can't be loaded: the poll throws them as they are, and the next one comes to the record again.
 */
public sealed interface PoisonPolicy {

    /**
     * The poll throws a {@link dev.ottla.errors.RecordException} that names the record, and so does every later one when it
     * comes to the partition, until a {@code seek} past it. Other partitions go on. The default.
     */
    static PoisonPolicy fail() {
        return new Fail();
    }

    /** The record is left out, with a warning in the log. */
    static PoisonPolicy skip() {
        return new Skip();
    }

    /**
     * The partition is paused in front of the record, with a warning in the log. After a {@code seek} past it, or with a mended
     * deserializer in another consumer, it can be resumed.
     */
    static PoisonPolicy pause() {
        return new Pause();
    }

    /**
     * The record is written to this topic as {@link FailurePolicy#deadLetter} says, and left out once all in-sync replicas
     * have it; the poll waits for that. If it can't be written the poll throws as with {@link #fail}.
     *
     * @throws IllegalArgumentException if no topic can be called so
     */
    static PoisonPolicy deadLetter(String topic) {
        return new DeadLetter(topic);
    }

    /** See {@link #fail()}. */
    record Fail() implements PoisonPolicy {}

    /** See {@link #skip()}. */
    record Skip() implements PoisonPolicy {}

    /** See {@link #pause()}. */
    record Pause() implements PoisonPolicy {}

    /**
     * See {@link #deadLetter(String)}.
     *
     * @param topic a legal name of a topic
     */
    record DeadLetter(String topic) implements PoisonPolicy {

        /** Checks the name. */
        public DeadLetter {
            TopicNames.requireLegal(topic);
        }
    }
}
