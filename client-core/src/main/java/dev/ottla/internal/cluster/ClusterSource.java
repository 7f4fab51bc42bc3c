package dev.ottla.internal.cluster;

import dev.ottla.internal.concurrent.ThreadSafe;

/**
 * The way from the public {@code KafkaClient} to its cluster, for the modules that build on it: every client implements this,
 * and none shows it.
 */
@ThreadSafe
@FunctionalInterface
public interface ClusterSource {

    /** The cluster that the client stands for. */
    Cluster cluster();

    /** The cluster behind a {@code KafkaClient}. */
    static Cluster of(Object kafkaClient) {
        return ((ClusterSource) kafkaClient).cluster();
    }
}
