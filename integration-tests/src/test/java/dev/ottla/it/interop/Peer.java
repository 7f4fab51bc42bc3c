package dev.ottla.it.interop;

import java.util.List;

/** A client that writes and reads topics: Ottla, and those that it has to get along with. */
interface Peer {
    /** Skips the test if this client is not installed. */
    default void assumeInstalled() {}

    /** Whether it can give a record another timestamp than the time of the send. */
    default boolean setsTimestamps() {
        return true;
    }

    /**
     * Writes the messages in their order, at least within each partition, and returns when all are acknowledged.
     *
     * @param codec a value of {@code compression.type}
     */
    void write(Topic topic, String codec, List<Message> messages);

    /** Reads all messages that the topic has now; those of a partition are in their order. */
    List<Message> read(Topic topic);
}
