package dev.ottla.consumer.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.common.OffsetAndMetadata;
import dev.ottla.common.TopicPartition;
import dev.ottla.config.ConsumerOptions;
import dev.ottla.consumer.internal.delivery.RecordSink;
import dev.ottla.consumer.internal.offsets.StartingPoint;
import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.protocol.RequestMessage;
import dev.ottla.internal.protocol.ResponseMessage;
import dev.ottla.internal.protocol.message.ApiKey;
import dev.ottla.internal.protocol.message.FetchRequest;
import dev.ottla.internal.protocol.message.FetchResponse;
import dev.ottla.internal.protocol.message.FetchResponse.PartitionData;
import dev.ottla.internal.protocol.message.ListOffsetsResponse;
import dev.ottla.internal.protocol.message.OffsetCommitRequest;
import dev.ottla.internal.protocol.message.OffsetCommitResponse;
import dev.ottla.internal.protocol.message.OffsetFetchResponse;
import dev.ottla.internal.record.RecordCursor;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** One consumer with assigned partitions, from the broker's answer to the record, in one thread on a virtual clock. */
class EngineFixture {
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
    static final class Offsets implements RecordSink {
        private final List<Long> kept = new ArrayList<>();
        private final List<Long> current = new ArrayList<>();

        List<Long> kept() {
            return kept;
        }

        @Override
        public void begin(TopicPartition partition, int recordsMax) {
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

    final ScriptedCluster kafka;

    final TestLog log = new TestLog();

    EngineFixture() {
        this(new ScriptedCluster());
    }

    EngineFixture(ScriptedCluster kafka) {
        this.kafka = kafka;
        kafka.partitions.put(TOPIC, 2);
        kafka.leaderEpoch = 5;
    }

    ConsumerOptions.Builder options() {
        return ConsumerOptions.builder();
    }

    ConsumerEngine engine(ConsumerOptions.Builder options, StartingPoint start, TopicPartition... partitions) {
        return engine(options, start, NO_CALLBACKS, partitions);
    }

    ConsumerEngine engine(
            ConsumerOptions.Builder options,
            StartingPoint start,
            RebalanceCallbacks callbacks,
            TopicPartition... partitions) {
        ConsumerSetup setup = new ConsumerSetup(
                options.build(kafka.cluster.options()),
                TopicSelection.none(),
                Set.of(partitions),
                start,
                List.of(),
                Duration.ofMinutes(1),
                callbacks);
        ConsumerEngine engine = ConsumerEngine.create(kafka.cluster, setup);
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

    TopicPartition firstAsked() {
        return new TopicPartition(
                TOPIC,
                ((FetchRequest) fetch().message)
                        .topics()
                        .get(0)
                        .partitions()
                        .get(0)
                        .partition());
    }

    static ListOffsetsResponse listed(long offset) {
        return new ListOffsetsResponse(
                0,
                List.of(new ListOffsetsResponse.ListOffsetsTopicResponse(
                        TOPIC,
                        List.of(ListOffsetsResponse.ListOffsetsPartitionResponse.builder()
                                .partitionIndex(0)
                                .offset(offset)
                                .build()))));
    }

    static OffsetFetchResponse committed(long offset, ErrorCode error) {
        return new OffsetFetchResponse(
                0,
                List.of(),
                ErrorCode.NONE.code(),
                List.of(new OffsetFetchResponse.OffsetFetchResponseGroup(
                        "g",
                        List.of(new OffsetFetchResponse.OffsetFetchResponseTopics(
                                "",
                                ScriptedCluster.topicId(TOPIC),
                                List.of(OffsetFetchResponse.OffsetFetchResponsePartitions.builder()
                                        .partitionIndex(0)
                                        .committedOffset(offset)
                                        .errorCode(error.code())
                                        .build()))),
                        ErrorCode.NONE.code())));
    }

    ConsumerEngine committing() {
        return committing(FIRST);
    }

    ConsumerEngine committing(TopicPartition... partitions) {
        kafka.script.put(ApiKey.OFFSET_FETCH, request -> committed(0, ErrorCode.NONE));
        return engine(options().groupId("g").enableAutoCommit(false), StartingPoint.earliest(), partitions);
    }

    static Map<TopicPartition, OffsetAndMetadata> offset(long offset) {
        return Map.of(FIRST, new OffsetAndMetadata(offset));
    }

    static long committed(RequestMessage<?> request) {
        return ((OffsetCommitRequest) request)
                .topics()
                .get(0)
                .partitions()
                .get(0)
                .committedOffset();
    }

    /** With an error for each partition from the first on. */
    static ResponseMessage commitAnswer(ErrorCode... errors) {
        return new OffsetCommitResponse(
                0,
                List.of(new OffsetCommitResponse.OffsetCommitResponseTopic(
                        "",
                        ScriptedCluster.topicId(TOPIC),
                        IntStream.range(0, errors.length)
                                .mapToObj(partition -> new OffsetCommitResponse.OffsetCommitResponsePartition(
                                        partition, errors[partition].code()))
                                .toList())));
    }

    CompletableFuture<Void> commit(ConsumerEngine engine, long offset) {
        CompletableFuture<Void> commit = engine.commits().offsets(offset(offset), Duration.ofSeconds(60));
        kafka.loop.run();
        return commit;
    }
}
