package dev.ottla.internal.cluster;

import dev.ottla.errors.KafkaException;
import dev.ottla.internal.concurrent.EventLoopConfined;

/** Hears of every change of the cluster's metadata, on the home loop, after it is visible to all threads. */
@EventLoopConfined
@FunctionalInterface
public interface MetadataListener {

    /** The cluster is now known as {@code current}; before, it was {@code previous}. */
    void onMetadata(Metadata previous, Metadata current);

    /** The client closes: nothing will change any more, and no timer that is set on the home loop from now on may run. */
    default void onClosed(KafkaException cause) {}
}
