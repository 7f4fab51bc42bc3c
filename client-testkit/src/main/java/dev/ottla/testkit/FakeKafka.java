package dev.ottla.testkit;

import dev.ottla.testkit.internal.api.ClusterOptions;
import dev.ottla.testkit.internal.tcp.TcpCluster;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** WIP. */
public final class FakeKafka implements AutoCloseable {
    private final TcpCluster cluster;
    private final int brokers;

    private FakeKafka(ClusterOptions options) {
        this.cluster = new TcpCluster(options);
        this.brokers = options.brokers();
    }

    public static FakeKafka start() {
        return new FakeKafka(ClusterOptions.builder(1).build());
    }

    public static FakeKafka start(int brokers) {
        return new FakeKafka(ClusterOptions.builder(brokers).build());
    }

    public String bootstrapServers() {
        return IntStream.rangeClosed(1, brokers).mapToObj(cluster::address).collect(Collectors.joining(","));
    }

    public void createTopic(String name, int partitions) {
        cluster.ask(c -> c.createTopic(name, partitions, 1, Map.of()));
    }

    @Override
    public void close() {
        cluster.close();
    }
}
