package dev.ottla.benchmarks.jmh;

import dev.ottla.KafkaClient;
import dev.ottla.benchmarks.nullbroker.InProcessBroker;
import dev.ottla.benchmarks.workload.Payloads;
import dev.ottla.benchmarks.workload.TopicShape;
import dev.ottla.config.ClientOptions;
import dev.ottla.config.KafkaConfig;
import dev.ottla.internal.client.ConnectedKafkaClient;
import dev.ottla.internal.net.NettyRuntime;
import dev.ottla.producer.Producer;
import dev.ottla.producer.ProducerRecord;
import dev.ottla.producer.SendCallback;
import dev.ottla.producer.TopicProducer;
import dev.ottla.serialization.Serializers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.infra.ThreadParams;

/**
 * Threads that append to the same producer at full speed: its own queues, memory and loop, which takes the batches, encodes the
 * requests and gives the memory back; only there is no socket behind it, so what is seen is what threads cost each other. One
 * operation is one record; operations per microsecond are those of all threads together.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class ContendedAppendBenchmark {
    private static final int RECORDS = 1000;
    private static final int VALUE_BYTES = 100;
    private static final SendCallback IGNORING = (metadata, error) -> {};

    /** How many partitions there are. */
    @Param({"6", "1", "100"})
    public int partitions = 6;

    /**
     * {@code turn}: each record names its partition, one after the other, and each thread begins at another one. {@code
     * sticky}: the client chooses, so that all threads are at the same partition until its batch is full.
     */
    @Param({"turn", "sticky"})
    public String spread = "turn";

    private final byte[][] values = Payloads.values(VALUE_BYTES);
    private final List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    private @Nullable KafkaClient kafka;
    private @Nullable Producer<byte[], byte[]> producer;
    private @Nullable TopicProducer<byte[], byte[]> handle;

    /** Where a thread begins. */
    @State(Scope.Thread)
    public static class Place {
        private int first;

        /** Apart from the others, so that threads do not march in step. */
        @Setup
        public void begin(ThreadParams thread) {
            first = RECORDS * thread.getThreadIndex() / thread.getThreadCount();
        }
    }

    /** Starts a producer. */
    @Setup
    public void open() {
        Map<String, String> config = Map.of(
                "bootstrap.servers", InProcessBroker.ADDRESS,
                "acks", "1",
                "enable.idempotence", "false",
                "batch.size", "65536",
                "linger.ms", "5",
                "buffer.memory", "67108864");
        ClientOptions options =
                ClientOptions.builder().config(KafkaConfig.of(config)).build();
        kafka = new ConnectedKafkaClient(options, new NettyRuntime(options), new InProcessBroker(true));
        producer = Producer.builder(kafka)
                .config(config)
                .keySerializer(Serializers.bytes())
                .valueSerializer(Serializers.bytes())
                .build();
        String topic = TopicShape.empty(partitions).topic();
        handle = producer.topic(topic);
        records.clear();
        for (int i = 0; i < RECORDS; i++) {
            records.add(ProducerRecord.<byte[], byte[]>of(topic, values[i]).partition(i % partitions));
        }
    }

    /** Ends it. */
    @TearDown
    public void close() {
        Objects.requireNonNull(producer).close();
        Objects.requireNonNull(kafka).close();
    }

    /** One thread, to compare with. */
    @Benchmark
    @Threads(1)
    @OperationsPerInvocation(RECORDS)
    public void by1(Place place) {
        send(place);
    }

    /** Two threads. */
    @Benchmark
    @Threads(2)
    @OperationsPerInvocation(RECORDS)
    public void by2(Place place) {
        send(place);
    }

    /** Four threads. */
    @Benchmark
    @Threads(4)
    @OperationsPerInvocation(RECORDS)
    public void by4(Place place) {
        send(place);
    }

    /** Eight threads. */
    @Benchmark
    @Threads(8)
    @OperationsPerInvocation(RECORDS)
    public void by8(Place place) {
        send(place);
    }

    /** Sixteen threads. */
    @Benchmark
    @Threads(16)
    @OperationsPerInvocation(RECORDS)
    public void by16(Place place) {
        send(place);
    }

    private void send(Place place) {
        if (spread.equals("sticky")) {
            TopicProducer<byte[], byte[]> to = Objects.requireNonNull(handle);
            for (int i = 0; i < RECORDS; i++) {
                to.send(null, values[i], IGNORING);
            }
        } else {
            Producer<byte[], byte[]> to = Objects.requireNonNull(producer);
            for (int i = place.first; i < RECORDS; i++) {
                to.send(records.get(i), IGNORING);
            }
            for (int i = 0; i < place.first; i++) {
                to.send(records.get(i), IGNORING);
            }
        }
    }
}
