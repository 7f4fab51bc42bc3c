package dev.ottla.internal.cluster;

import dev.ottla.errors.KafkaException;
import dev.ottla.internal.concurrent.EventLoopConfined;

/** Hears of every change of the cluster's metadata, on the home loop, after it is visible to all threads. */
@EventLoopConfined
@FunctionalInterface
public interface MetadataListener {

    /** The cluster is now known as {@code current}; before, it was {@code previous}. */
    void onMetadata(Metadata previous, Metadata current);

    /** The client is being closed: there will be no more news, and nothing can be sent any more. */
    default void onClosed(KafkaException cause) {}
}
