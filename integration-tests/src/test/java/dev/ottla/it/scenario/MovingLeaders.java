package dev.ottla.it.scenario;

import dev.ottla.testkit.RealKafka;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;

/** Gives partitions other leaders, with kafka-clients' admin. */
final class MovingLeaders implements AutoCloseable {
    /** The leaders of its partitions coordinate groups. */
    static final String COORDINATORS = "__consumer_offsets";

    /** The leaders of its partitions coordinate transactions. */
    static final String TRANSACTION_COORDINATORS = "__transaction_state";

    private static final long PATIENCE_SECONDS = 60;

    private final Admin admin;

    MovingLeaders(RealKafka brokers) {
        this.admin = Admin.create(Map.of("bootstrap.servers", brokers.bootstrapServers()));
    }

    /**
     * Has each partition of a topic led by the next of its replicas. Returns how many have moved: a replica that is not in sync
     * is passed over.
     */
    int move(String topic) throws InterruptedException, ExecutionException, TimeoutException {
        Map<TopicPartition, Optional<NewPartitionReassignment>> orders = new HashMap<>();
        for (TopicPartitionInfo partition : admin.describeTopics(List.of(topic))
                .allTopicNames()
                .get(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .get(topic)
                .partitions()) {
            List<Integer> replicas =
                    new ArrayList<>(partition.replicas().stream().map(Node::id).toList());
            Collections.rotate(replicas, -1);
            orders.put(
                    new TopicPartition(topic, partition.partition()),
                    Optional.of(new NewPartitionReassignment(replicas)));
        }
        // The first of them is the one that is preferred.
        admin.alterPartitionReassignments(orders).all().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        return (int) admin
                .electLeaders(ElectionType.PREFERRED, orders.keySet())
                .partitions()
                .get(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .values()
                .stream()
                .filter(Optional::isEmpty)
                .count();
    }

    @Override
    public void close() {
        admin.close();
    }
}
