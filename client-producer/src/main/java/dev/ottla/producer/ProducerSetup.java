package dev.ottla.producer;

import dev.ottla.config.ProducerOptions;
import dev.ottla.internal.cluster.Cluster;
import dev.ottla.producer.internal.SendingOptions;
import dev.ottla.serialization.Serializer;
import java.util.HashMap;
import java.util.Map;

/** Everything that a {@link ProducerBuilder} has collected and checked. */
record ProducerSetup<K, V>(
        Cluster cluster,
        ProducerOptions options,
        Map<String, TopicOptions> topicOptions,
        boolean sendsWhenIdle,
        Backpressure backpressure,
        Partitioner partitioner,
        Serializer<K> keySerializer,
        Serializer<V> valueSerializer,
        SendListeners listeners) {

    /** The options in the units that sending counts in. */
    SendingOptions sendingOptions() {
        SendingOptions ofMost = SendingOptions.of(options, cluster.options(), sendsWhenIdle);
        Map<String, SendingOptions> ofTopics = new HashMap<>();
        topicOptions.forEach((topic, own) -> ofTopics.put(
                topic,
                ofMost.overridden(
                        own.acks(), own.compression(), own.linger(), own.batchSize(), own.maxBatchRecords())));
        return ofMost.withTopics(ofTopics);
    }
}
