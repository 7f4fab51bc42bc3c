package dev.ottla.producer;

import dev.ottla.config.ProducerOptions;
import dev.ottla.internal.cluster.Cluster;
import dev.ottla.serialization.Serializer;

/** Everything that a {@link ProducerBuilder} has collected and checked. */
record ProducerSetup<K, V>(
        Cluster cluster,
        ProducerOptions options,
        boolean sendsWhenIdle,
        Backpressure backpressure,
        Partitioner partitioner,
        Serializer<K> keySerializer,
        Serializer<V> valueSerializer,
        SendListeners listeners) {}
