package dev.ottla.benchmarks.jmh;

import dev.ottla.KafkaClient;
import dev.ottla.benchmarks.nullbroker.InProcessBroker;
import dev.ottla.benchmarks.workload.Payloads;
import dev.ottla.benchmarks.workload.TopicShape;
import dev.ottla.config.ClientOptions;
import dev.ottla.config.KafkaConfig;
import dev.ottla.internal.client.ConnectedKafkaClient;
import dev.ottla.internal.net.NettyRuntime;
import dev.ottla.internal.protocol.FrameBuilder;
import dev.ottla.internal.protocol.RequestBody;
import dev.ottla.internal.protocol.message.ApiKey;
import dev.ottla.internal.protocol.message.RequestHeader;
import dev.ottla.producer.Producer;
import dev.ottla.producer.ProducerRecord;
import dev.ottla.serialization.Serializers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

/**
 * The encoder that a producer sends with, which leaves batches where they lie: a request of a real producer, caught on its way and
 * written again and again. How large the batches are makes no difference to it. One operation is one request.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ProduceRequestBenchmark {
    private static final int FIELDS_BYTES = 512;

    /** A batch with less would be copied among the fields. */
    private static final int VALUE_BYTES = 4096;

    private static final short VERSION = ApiKey.PRODUCE.highestVersion();

    /** How many batches the request has, each of a partition of its own. */
    @Param({"6", "1", "50"})
    public int batches = 6;

    private @Nullable KafkaClient kafka;
    private @Nullable Producer<byte[], byte[]> producer;
    private @Nullable RequestBody request;

    /** Has a producer send one record to each partition, and keeps the request; it is never answered. */
    @Setup
    public void open() {
        Map<String, String> config = Map.of(
                "bootstrap.servers", InProcessBroker.ADDRESS,
                "acks", "1",
                "enable.idempotence", "false",
                "linger.ms", "500");
        ClientOptions options =
                ClientOptions.builder().config(KafkaConfig.of(config)).build();
        InProcessBroker broker = new InProcessBroker(false);
        kafka = new ConnectedKafkaClient(options, new NettyRuntime(options), broker);
        producer = Producer.builder(kafka)
                .config(config)
                .keySerializer(Serializers.bytes())
                .valueSerializer(Serializers.bytes())
                .build();
        String topic = TopicShape.empty(batches).topic();
        byte[] value = Payloads.values(VALUE_BYTES)[0];
        for (int i = 0; i < batches; i++) {
            producer.send(ProducerRecord.<byte[], byte[]>of(topic, value).partition(i), (metadata, error) -> {});
        }
        request = broker.firstProduced().join();
        int parts = 1 + 2 * batches;
        List<ByteBuf> frame = frame();
        frame.forEach(ByteBuf::release);
        if (frame.size() != parts) {
            throw new IllegalStateException("a request of " + frame.size() + " parts instead of " + parts);
        }
    }

    /** Gives the records up. */
    @TearDown
    public void close() {
        Objects.requireNonNull(producer).close(Duration.ZERO);
        Objects.requireNonNull(kafka).close();
    }

    /** Header, fields, and batches from where they lie: the parts that a connection writes. */
    @Benchmark
    public int encode() {
        int bytes = 0;
        List<ByteBuf> frame = frame();
        for (ByteBuf part : frame) {
            bytes += part.readableBytes();
            part.release();
        }
        return bytes;
    }

    private List<ByteBuf> frame() {
        FrameBuilder frame = new FrameBuilder(PooledByteBufAllocator.DEFAULT.directBuffer(FIELDS_BYTES));
        new RequestHeader(ApiKey.PRODUCE.id(), VERSION, 1, "benchmark")
                .write(frame.fields(), ApiKey.PRODUCE.requestHeaderVersion(VERSION));
        Objects.requireNonNull(request).write(frame, VERSION);
        return frame.finish();
    }
}
