package dev.ottla.producer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.common.ByteSize;
import dev.ottla.config.ClientOptions;
import dev.ottla.config.ProducerOptions;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.KafkaException;
import dev.ottla.internal.cluster.Cluster;
import dev.ottla.serialization.Serializer;
import dev.ottla.serialization.Serializers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

/** A producer on fake brokers and a virtual clock. Topic {@code t} has three partitions, led by nodes 1, 2 and 1. */
final class ProducerHarness {
    static final Duration DELIVERY_TIMEOUT = Duration.ofMinutes(2);

    final ManualRuntime runtime = new ManualRuntime();
    final FakeNetwork network = new FakeNetwork();
    final ClientOptions clientOptions = ClientOptions.builder()
            .bootstrapServers("bootstrap:" + FakeNetwork.BOOTSTRAP_PORT)
            .build();
    final Cluster cluster = new Cluster(clientOptions, runtime, network);
    final List<String> completed = new ArrayList<>();
    final List<KafkaException> failures = new ArrayList<>();
    final List<BatchResult> batches = new ArrayList<>();
    final RecordProducer<String, String> producer;

    ProducerHarness() {
        this(options -> options);
    }

    /** Without {@code linger.ms}. */
    ProducerHarness(UnaryOperator<ProducerOptions.Builder> options) {
        this(options, true, Backpressure.fail());
    }

    ProducerHarness(Partitioner partitioner) {
        this(options -> options, true, Backpressure.fail(), partitioner, Map.of());
    }

    ProducerHarness(UnaryOperator<ProducerOptions.Builder> options, boolean sendsWhenIdle, Backpressure backpressure) {
        this(options, sendsWhenIdle, backpressure, Partitioners.hash(), Map.of());
    }

    ProducerHarness(
            UnaryOperator<ProducerOptions.Builder> options,
            boolean sendsWhenIdle,
            Backpressure backpressure,
            Partitioner partitioner,
            Map<String, TopicOptions> topicOptions) {
        network.topics.create("t", 1, 2, 1);
        cluster.start();
        runtime.run();
        this.producer = new RecordProducer<>(new ProducerSetup<>(
                cluster,
                options.apply(ProducerOptions.builder()).build(clientOptions),
                topicOptions,
                sendsWhenIdle,
                backpressure,
                partitioner,
                Serializers.utf8(),
                Serializers.utf8(),
                new SendListeners(clientOptions.clientId(), failures::add, batches::add)));
        runtime.run();
    }

    /** Another producer on the same brokers, whose keys and values are bytes. */
    RecordProducer<byte[], byte[]> bytesProducer(
            UnaryOperator<ProducerOptions.Builder> options, Partitioner partitioner) {
        return new RecordProducer<>(new ProducerSetup<>(
                cluster,
                options.apply(ProducerOptions.builder()).build(clientOptions),
                Map.of(),
                true,
                Backpressure.fail(),
                partitioner,
                Serializers.bytes(),
                Serializers.bytes(),
                new SendListeners(clientOptions.clientId(), failures::add, batches::add)));
    }

    /** Another producer on the same brokers, with a serializer of its own. */
    RecordProducer<String, String> producer(Serializer<String> valueSerializer) {
        return new RecordProducer<>(new ProducerSetup<>(
                cluster,
                ProducerOptions.builder().build(clientOptions),
                Map.of(),
                true,
                Backpressure.fail(),
                Partitioners.hash(),
                Serializers.utf8(),
                valueSerializer,
                new SendListeners(clientOptions.clientId(), failures::add, batches::add)));
    }

    static UnaryOperator<ProducerOptions.Builder> smallBuffer(int bytes) {
        return options -> options.batchSize(ByteSize.bytes(256)).bufferMemory(ByteSize.bytes(bytes));
    }

    /** Small batches: each value of {@link #filler} makes one full. */
    static UnaryOperator<ProducerOptions.Builder> smallBatches() {
        return options -> options.batchSize(ByteSize.bytes(256));
    }

    /** A value that fills a small batch, so that it is sent at once. */
    static String filler(int number) {
        return number + " " + "x".repeat(150);
    }

    /** A harness whose topic is known and whose connections to nodes 1 and 2 are open. */
    ProducerHarness warm() {
        network.answersAtOnce = ErrorCode.NONE;
        List<CompletableFuture<RecordMetadata>> sends = List.of(send(0, "warm"), send(1, "warm"), send(2, "warm"));
        runtime.run();
        assertThat(sends).allMatch(CompletableFuture::isDone);
        network.answersAtOnce = null;
        completed.clear();
        return this;
    }

    CompletableFuture<RecordMetadata> send(int partition, String value) {
        CompletableFuture<RecordMetadata> future =
                producer.send(ProducerRecord.<String, String>of("t", value).partition(partition));
        future.whenComplete((metadata, error) -> completed.add(value));
        return future;
    }

    static KafkaException failureOf(CompletableFuture<?> future) {
        assertThat(future).isCompletedExceptionally();
        return (KafkaException) future.handle((value, error) -> error).join();
    }

    /** Frees what its compressors have. */
    void close() {
        cluster.homeLoop().execute(() -> producer.close(Duration.ZERO));
        runtime.run();
    }

    void assertMemoryIsBack() {
        assertThat(producer.usedBytes()).isZero();
    }
}
