package dev.ottla.consumer.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.common.TopicPartition;
import dev.ottla.config.ConsumerOptions;
import dev.ottla.consumer.internal.delivery.RecordSink;
import dev.ottla.consumer.internal.offsets.StartingPoint;
import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.protocol.message.ApiKey;
import dev.ottla.internal.protocol.message.FetchRequest;
import dev.ottla.internal.protocol.message.FetchResponse;
import dev.ottla.internal.protocol.message.FetchResponse.PartitionData;
import dev.ottla.internal.record.RecordCursor;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;

/** What the engine's tests share: a consumer with assigned partitions, in one thread on a virtual clock. */
abstract class ConsumerEngineScenario {
    static final String TOPIC = "orders";
    static final TopicPartition FIRST = new TopicPartition(TOPIC, 0);
    static final TopicPartition SECOND = new TopicPartition(TOPIC, 1);
    static final Duration A_WHILE = Duration.ofSeconds(2);

    static final RebalanceCallbacks NO_CALLBACKS = new RebalanceCallbacks() {
        @Override
        public void onAssigned(Set<TopicPartition> partitions) {}

        @Override
        public void onRevoking(Set<TopicPartition> partitions, Duration remaining) {}

        @Override
        public void onLost(Set<TopicPartition> partitions) {}
    };

    /** Collects the offsets of records, after checking that their values say the same. */
    private static final class Offsets implements RecordSink {
        private final List<Long> kept = new ArrayList<>();
        private final List<Long> current = new ArrayList<>();

        @Override
        public void begin(TopicPartition partition) {
            current.clear();
        }

        @Override
        public void accept(RecordCursor record, int leaderEpoch) {
            assertThat(new String(record.valueBytes(), StandardCharsets.US_ASCII))
                    .isEqualTo("" + record.offset());
            assertThat(leaderEpoch).isEqualTo(5);
            current.add(record.offset());
        }

        @Override
        public void keep() {
            kept.addAll(current);
        }

        @Override
        public void drop() {
            current.clear();
        }
    }

    final ScriptedCluster kafka = new ScriptedCluster();
    final TestLog log = new TestLog();

    ConsumerEngineScenario() {
        kafka.partitions.put(TOPIC, 2);
        kafka.leaderEpoch = 5;
    }

    ConsumerOptions.Builder options() {
        return ConsumerOptions.builder();
    }

    ConsumerEngine engine(ConsumerOptions.Builder options, StartingPoint start, TopicPartition... partitions) {
        ConsumerSetup setup = new ConsumerSetup(
                options.build(kafka.cluster.options()), Set.of(), Set.of(partitions), start, List.of(), NO_CALLBACKS);
        ConsumerEngine engine = new ConsumerEngine(kafka.cluster, setup);
        engine.start();
        kafka.loop.advance(A_WHILE);
        return engine;
    }

    ConsumerEngine engine(TopicPartition... partitions) {
        return engine(options(), new StartingPoint.AtOffset(0), partitions);
    }

    List<Long> poll(ConsumerEngine engine) {
        Offsets offsets = new Offsets();
        engine.poll(offsets, Duration.ZERO);
        kafka.loop.advance(A_WHILE);
        return offsets.kept;
    }

    static List<Long> range(long from, long to) {
        return LongStream.range(from, to).boxed().toList();
    }

    ScriptedCluster.Request fetch() {
        return kafka.next(ApiKey.FETCH);
    }

    static FetchRequest.FetchPartition asked(ScriptedCluster.Request request, TopicPartition partition) {
        return ((FetchRequest) request.message)
                .topics().stream()
                        .flatMap(topic -> topic.partitions().stream())
                        .filter(each -> each.partition() == partition.partition())
                        .findFirst()
                        .orElseThrow(() -> new AssertionError(partition + " was not asked for"));
    }

    static PartitionData.Builder answer(TopicPartition partition) {
        return PartitionData.builder().partitionIndex(partition.partition());
    }

    static FetchResponse response(PartitionData... partitions) {
        return FetchResponse.builder()
                .responses(List.of(new FetchResponse.FetchableTopicResponse(
                        "", ScriptedCluster.topicId(TOPIC), List.of(partitions))))
                .build();
    }

    FetchResponse fromLog(long offset) {
        return response(answer(FIRST).records(log.from(offset)).build());
    }

    static FetchResponse refusal(ErrorCode error) {
        return response(answer(FIRST).errorCode(error.code()).build());
    }
}
