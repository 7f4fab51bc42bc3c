package dev.ottla.producer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.common.ByteSize;
import dev.ottla.config.ClientOptions;
import dev.ottla.config.ProducerOptions;
import dev.ottla.errors.KafkaException;
import dev.ottla.internal.cluster.Cluster;
import dev.ottla.serialization.Serializers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

/** A transactional producer on fake brokers and a virtual clock. Topic {@code t} has three partitions, led by nodes 1, 2 and 1. */
final class TransactionHarness {
    static final Duration MAX_BLOCK = Duration.ofSeconds(60);

    final ManualRuntime runtime = new ManualRuntime();
    final FakeNetwork network = new FakeNetwork();
    final FakeCoordinator coordinator = network.coordinator;
    final PooledTransactionalProducer<String, String> producer;

    private TransactionHarness(boolean isV2, int concurrentMax) {
        this(isV2, concurrentMax, options -> options, Backpressure.fail(), Partitioners.hash());
    }

    private TransactionHarness(
            boolean isV2,
            int concurrentMax,
            UnaryOperator<ProducerOptions.Builder> more,
            Backpressure backpressure,
            Partitioner partitioner) {
        if (isV2) {
            coordinator.speakV2();
        }
        network.topics.create("t", 1, 2, 1);
        ClientOptions clientOptions = ClientOptions.builder()
                .bootstrapServers("bootstrap:" + FakeNetwork.BOOTSTRAP_PORT)
                .build();
        Cluster cluster = new Cluster(clientOptions, runtime, network);
        cluster.start();
        runtime.run();
        ProducerOptions options = more.apply(
                        ProducerOptions.builder().transactionalId("tx").batchSize(ByteSize.bytes(256)))
                .build(clientOptions);
        producer = new PooledTransactionalProducer<>(
                new ProducerSetup<>(
                        cluster,
                        options,
                        Map.of(),
                        true,
                        backpressure,
                        partitioner,
                        Serializers.utf8(),
                        Serializers.utf8(),
                        new SendListeners(clientOptions.clientId(), failure -> {}, null)),
                concurrentMax);
    }

    static TransactionHarness v1() {
        return new TransactionHarness(false, 1);
    }

    static TransactionHarness v2() {
        return new TransactionHarness(true, 1);
    }

    static TransactionHarness v2(int concurrentMax) {
        return new TransactionHarness(true, concurrentMax);
    }

    static TransactionHarness v2(Partitioner partitioner) {
        return new TransactionHarness(true, 1, options -> options, Backpressure.fail(), partitioner);
    }

    /** With room for two batches; who sends more is blocked. */
    static TransactionHarness v2WithSmallBuffer() {
        return new TransactionHarness(
                true,
                1,
                ProducerHarness.smallBuffer(512),
                Backpressure.block(Duration.ofMinutes(5)),
                Partitioners.hash());
    }

    Transaction<String, String> begin() {
        CompletableFuture<Transaction<String, String>> begun = producer.beginAsync();
        runtime.run();
        assertThat(begun).isCompleted();
        return begun.join();
    }

    CompletableFuture<RecordMetadata> send(Transaction<String, String> transaction, int partition, String value) {
        CompletableFuture<RecordMetadata> sent =
                transaction.send(ProducerRecord.<String, String>of("t", value).partition(partition));
        runtime.run();
        return sent;
    }

    CompletableFuture<Void> commit(Transaction<String, String> transaction) {
        CompletableFuture<Void> committed = transaction.commitAsync();
        runtime.run();
        return committed;
    }

    CompletableFuture<Void> abort(Transaction<String, String> transaction) {
        CompletableFuture<Void> aborted = transaction.abortAsync();
        runtime.run();
        return aborted;
    }

    /** Acknowledges the oldest produce request. */
    FakeProduce ack() {
        FakeProduce produce = network.next();
        produce.ack();
        runtime.run();
        return produce;
    }

    static KafkaException failureOf(CompletableFuture<?> future) {
        return ProducerHarness.failureOf(future);
    }
}
