package dev.ottla.benchmarks.compare;

import dev.ottla.benchmarks.nullbroker.NullBrokerMain;
import dev.ottla.benchmarks.process.ChildProcess;
import dev.ottla.benchmarks.workload.Payloads;
import dev.ottla.benchmarks.workload.TopicShape;
import dev.ottla.testkit.RealKafka;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The brokers that the peers talk to; each started when it is first needed. Owned by the main thread. */
final class Clusters implements AutoCloseable {
    private static final List<String> BROKER_JVM = List.of("-Xmx512m", "-XX:+UseG1GC");

    private static final int FILL_BATCH_BYTES = 65_536;
    private static final int FILL_LINGER_MILLIS = 50;

    private final Path log;
    private final Map<Scenario.Target, ChildProcess> nullBrokers = new EnumMap<>(Scenario.Target.class);
    private final Map<Scenario.Target, String> bootstrapServers = new EnumMap<>(Scenario.Target.class);
    private final Set<String> filledTopics = new HashSet<>();
    private final Map<String, Long> deliveredBefore = new HashMap<>();
    private Optional<RealKafka> realKafka = Optional.empty();

    Clusters(Path log) {
        this.log = log;
    }

    /** The addresses of the scenario's brokers. */
    String bootstrapServers(Scenario.Target target) {
        String known = bootstrapServers.get(target);
        if (known == null) {
            known = start(target);
            bootstrapServers.put(target, known);
        }
        return known;
    }

    private String start(Scenario.Target target) {
        if (target == Scenario.Target.REAL_BROKER) {
            RealKafka kafka = RealKafka.builder()
                    .jvmArguments("-Xmx1g", "-XX:-UseSerialGC", "-XX:+UseG1GC", "-XX:TieredStopAtLevel=4")
                    .start();
            realKafka = Optional.of(kafka);
            return kafka.bootstrapServers();
        }
        List<String> command = ChildProcess.java(BROKER_JVM, NullBrokerMain.class);
        command.add("--threads=" + Math.max(1, Runtime.getRuntime().availableProcessors() / 2));
        command.add("--brokers=" + (target == Scenario.Target.THREE_NULL_BROKERS ? 3 : 1));
        ChildProcess broker = new ChildProcess("null broker", command, log);
        nullBrokers.put(target, broker);
        return broker.await("ready").getOrDefault("bootstrap", "");
    }

    /** Makes the topic, if that is not the name's doing; forgets what was counted before. */
    void prepare(Scenario scenario, String topic) throws InterruptedException {
        bootstrapServers(scenario.cluster());
        if (realKafka.isPresent() && scenario.cluster() == Scenario.Target.REAL_BROKER) {
            try (Admin admin = admin()) {
                if (filledTopics.add(topic)) {
                    admin.createTopics(
                                    List.of(new NewTopic(topic, scenario.shape().partitions(), (short) 1)))
                            .all()
                            .get();
                    fill(topic, scenario.shape());
                }
            } catch (ExecutionException e) {
                throw new IllegalStateException("topic " + topic + " can not be created", e);
            }
        }
    }

    /** Writes the records that the shape says are there, to each partition the same number. */
    private void fill(String topic, TopicShape shape) {
        byte[][] values = Payloads.values(Math.max(1, shape.valueBytes()));
        Map<String, Object> config = Map.of(
                "bootstrap.servers",
                bootstrapServers(Scenario.Target.REAL_BROKER),
                "batch.size",
                FILL_BATCH_BYTES,
                "linger.ms",
                FILL_LINGER_MILLIS,
                "compression.type",
                shape.codec());
        try (Producer<byte[], byte[]> producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (long i = 0; i < shape.records(); i++) {
                int partition = (int) (i % shape.partitions());
                producer.send(new ProducerRecord<>(topic, partition, null, values[(int) (i % values.length)]));
            }
        }
    }

    /** Lets the records of a paced scenario appear from now on. */
    void grow(Scenario scenario, String topic, long records, int perSecond) {
        ChildProcess broker = nullBrokers.get(scenario.cluster());
        if (scenario.isPaced() && broker != null) {
            broker.ask("grow " + topic + " " + records + " " + perSecond, "growing");
        }
    }

    /** What the scenario's null broker has used so far; empty with a real broker. */
    Optional<ProcessSample> sampleBroker(Scenario scenario) {
        return Optional.ofNullable(nullBrokers.get(scenario.cluster())).map(broker -> ProcessSample.of(broker.pid()));
    }

    /** What the brokers say that they were sent since the last question, {@code records} among it. */
    Map<String, String> takeDelivered(Scenario scenario, String topic) throws InterruptedException {
        if (scenario.cluster() != Scenario.Target.REAL_BROKER) {
            ChildProcess broker = nullBrokers.get(scenario.cluster());
            return broker == null ? Map.of() : broker.ask("tally", "tally");
        }
        long delivered = endOffsets(topic, scenario.shape());
        Long before = deliveredBefore.put(topic, delivered);
        return Map.of("records", Long.toString(delivered - (before == null ? 0 : before)));
    }

    private long endOffsets(String topic, TopicShape shape) throws InterruptedException {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        for (int i = 0; i < shape.partitions(); i++) {
            asked.put(new TopicPartition(topic, i), OffsetSpec.latest());
        }
        try (Admin admin = admin()) {
            return new ArrayList<>(admin.listOffsets(asked).all().get().values())
                    .stream().mapToLong(ListOffsetsResultInfo::offset).sum();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the end offsets of " + topic + " are not known", e);
        }
    }

    private Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", bootstrapServers(Scenario.Target.REAL_BROKER)));
    }

    @Override
    public void close() {
        nullBrokers.values().forEach(ChildProcess::close);
        realKafka.ifPresent(RealKafka::close);
    }
}
