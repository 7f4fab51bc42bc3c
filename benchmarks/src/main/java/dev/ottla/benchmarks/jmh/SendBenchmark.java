package dev.ottla.benchmarks.jmh;

import dev.ottla.KafkaClient;
import dev.ottla.benchmarks.nullbroker.NullBrokerMain;
import dev.ottla.benchmarks.process.ChildProcess;
import dev.ottla.benchmarks.workload.Payloads;
import dev.ottla.benchmarks.workload.TopicShape;
import dev.ottla.config.ClientOptions;
import dev.ottla.config.KafkaConfig;
import dev.ottla.producer.Producer;
import dev.ottla.producer.ProducerRecord;
import dev.ottla.producer.RecordMetadata;
import dev.ottla.producer.SendCallback;
import dev.ottla.serialization.Serializers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.infra.Blackhole;

/**
 * The whole producer, with all that its threads do, against a null broker in a process of its own. One operation is 1,000
 * records that were made before, but for {@link #sync}; they go to the partitions in turn. While the buffer is full a send
 * waits, so in the long run an operation takes as long as its records take to be acknowledged.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class SendBenchmark {
    private static final int RECORDS = 1000;
    private static final int VALUE_BYTES = 100;
    private static final SendCallback IGNORING = (metadata, error) -> {};

    /** How many partitions there are. */
    @Param({"6", "1", "100"})
    public int partitions = 6;

    private final List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    private @Nullable Path log;
    private @Nullable ChildProcess broker;
    private @Nullable KafkaClient kafka;
    private @Nullable Producer<byte[], byte[]> producer;

    /** Starts the null broker and a producer. */
    @Setup
    public void open() throws IOException {
        log = Files.createTempFile("null-broker", ".log");
        broker = new ChildProcess("null broker", ChildProcess.java(List.of("-Xmx256m"), NullBrokerMain.class), log);
        Map<String, String> config = Map.of(
                "bootstrap.servers", broker.await("ready").getOrDefault("bootstrap", ""),
                "acks", "1",
                "enable.idempotence", "false",
                "batch.size", "65536",
                "linger.ms", "5",
                "buffer.memory", "67108864");
        kafka = KafkaClient.connect(
                ClientOptions.builder().config(KafkaConfig.of(config)).build());
        producer = Producer.builder(kafka)
                .config(config)
                .keySerializer(Serializers.bytes())
                .valueSerializer(Serializers.bytes())
                .build();
        String topic = TopicShape.empty(partitions).topic();
        byte[][] values = Payloads.values(VALUE_BYTES);
        records.clear();
        for (int i = 0; i < RECORDS; i++) {
            records.add(ProducerRecord.<byte[], byte[]>of(topic, values[i]).partition(i % partitions));
        }
    }

    /** Ends both. */
    @TearDown
    public void close() throws IOException {
        producer().close();
        if (kafka != null) {
            kafka.close();
        }
        if (broker != null) {
            broker.close();
        }
        if (log != null) {
            Files.delete(log);
        }
    }

    private Producer<byte[], byte[]> producer() {
        if (producer == null) {
            throw new IllegalStateException("JMH opens before it measures");
        }
        return producer;
    }

    /** One thread; the same callback for all. */
    @Benchmark
    public void callback() {
        send();
    }

    private void send() {
        for (ProducerRecord<byte[], byte[]> each : records) {
            producer().send(each, IGNORING);
        }
    }

    /** One thread; a future for each record. */
    @Benchmark
    public void future(Blackhole blackhole) {
        for (ProducerRecord<byte[], byte[]> each : records) {
            blackhole.consume(producer().send(each));
        }
    }

    /** One thread; one future for all records of a list. */
    @Benchmark
    public void list(Blackhole blackhole) {
        blackhole.consume(producer().sendAll(records));
    }

    /** One thread; one record, and its acknowledgement is waited for: a round trip and two hand-overs. */
    @Benchmark
    public RecordMetadata sync() {
        return producer().sendSync(records.get(0));
    }

    /** Two threads on the same partitions. */
    @Benchmark
    @Threads(2)
    public void contendedBy2() {
        send();
    }

    /** Four threads on the same partitions. */
    @Benchmark
    @Threads(4)
    public void contendedBy4() {
        send();
    }

    /** Eight threads on the same partitions. */
    @Benchmark
    @Threads(8)
    public void contendedBy8() {
        send();
    }

    /** Sixteen threads on the same partitions. */
    @Benchmark
    @Threads(16)
    public void contendedBy16() {
        send();
    }
}
