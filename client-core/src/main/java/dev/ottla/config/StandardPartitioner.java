package dev.ottla.config;

import java.util.Map;

/** The partitioners that {@code partitioner.class} can name. */
public enum StandardPartitioner {

    /** Record after record to the next partition, keys ignored. */
    ROUND_ROBIN;

    static final Map<String, StandardPartitioner> BY_CLASS_NAME =
            Map.of("org.apache.kafka.clients.producer.RoundRobinPartitioner", ROUND_ROBIN);
}
