package dev.ottla.testkit;

import java.util.List;

/**
 * A Kafka cluster for tests, whether its brokers are processes ({@link RealKafka}) or a container ({@link ContainerKafka}).
 * Thread-safe.
 */
public interface KafkaCluster extends AutoCloseable {
    /** The addresses of all brokers, running or not, as {@code bootstrap.servers} takes them. */
    String bootstrapServers();

    /** The version of Apache Kafka that runs, such as {@code 4.3.1}. */
    String version();

    /** All brokers, by id. */
    List<? extends KafkaBroker> brokers();

    /**
     * One broker.
     *
     * @param id counted from 1
     * @throws IllegalArgumentException if there is no such broker
     */
    KafkaBroker broker(int id);

    /**
     * Ends all brokers, blocks until that is done, and removes what they have left, unless it is to be kept. Calling it again
     * does nothing.
     *
     * @throws RealKafkaException if a broker can't be made to end
     */
    @Override
    void close();
}
