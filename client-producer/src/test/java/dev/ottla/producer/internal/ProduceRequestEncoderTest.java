package dev.ottla.producer.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.common.Headers;
import dev.ottla.common.TopicPartition;
import dev.ottla.config.Acks;
import dev.ottla.config.ClientOptions;
import dev.ottla.config.Compression;
import dev.ottla.config.ProducerOptions;
import dev.ottla.errors.RetriableException;
import dev.ottla.internal.cluster.TopicMetadata;
import dev.ottla.internal.protocol.FrameBuilder;
import dev.ottla.internal.protocol.message.ApiKey;
import dev.ottla.internal.protocol.message.ProduceRequest;
import dev.ottla.internal.protocol.message.ProduceRequest.PartitionProduceData;
import dev.ottla.internal.protocol.message.ProduceRequest.TopicProduceData;
import dev.ottla.internal.record.FreeListSegmentPool;
import dev.ottla.internal.record.ProducerStamp;
import dev.ottla.internal.record.RecordBatchBuilder;
import dev.ottla.producer.internal.ProduceRequestEncoder.Topic;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ProduceRequestEncoderTest {
    private static final ProducerIdentity NOBODY = new ProducerIdentity(-1, (short) -1);

    private static final UUID ORDERS_ID = UUID.fromString("4f6d8f6e-3ec1-4e0a-9d1b-0c9d8a7b6c5d");
    private static final UUID LOGS_ID = UUID.fromString("00000000-0000-0001-0000-000000000002");

    private final FreeListSegmentPool pool = new FreeListSegmentPool(4096, 1 << 20);
    private final FlushBarrier barrier = new FlushBarrier();

    static Stream<Short> versions() {
        return IntStream.rangeClosed(ApiKey.PRODUCE.lowestVersion(), ApiKey.PRODUCE.highestVersion())
                .mapToObj(version -> (short) version);
    }

    @ParameterizedTest
    @MethodSource("versions")
    void should_write_the_same_bytes_as_the_generated_request(short version) {
        // given
        List<Topic> topics = List.of(
                new Topic("orders", ORDERS_ID, List.of(attempt("orders", 0, 10), attempt("orders", 7, 3000))),
                new Topic("logs", LOGS_ID, List.of(attempt("logs", 300, 130))));
        ProduceRequestEncoder encoder =
                new ProduceRequestEncoder(options(Acks.ALL, Compression.none()), Acks.ALL, NOBODY, topics);

        // when
        byte[] written = write(encoder, version);

        // then
        assertThat(written).isEqualTo(generated(topics, version));
        topics.forEach(
                topic -> topic.attempts().forEach(attempt -> attempt.batch().discard(barrier)));
        assertThat(pool.takenBytes()).as("sending has not kept the memory").isZero();
    }

    @Test
    void should_write_nothing_of_a_batch_that_has_ended_while_the_request_was_held_back() {
        // given
        Attempt going = attempt("orders", 0, 10);
        Attempt abandoned = attempt("orders", 1, 10);
        Attempt ended = attempt("orders", 2, 10);

        // when
        abandoned.abandon();
        ended.batch().discard(barrier);

        // then
        assertThat(write(encoderOf(going), (short) 13)).isNotEmpty();
        for (Attempt over : List.of(abandoned, ended)) {
            assertThatThrownBy(() -> write(encoderOf(going, over), (short) 13))
                    .isInstanceOf(RetriableException.class)
                    .hasMessageContaining(over.batch().topicPartition().toString());
        }
    }

    private static ProduceRequestEncoder encoderOf(Attempt... attempts) {
        return new ProduceRequestEncoder(
                options(Acks.ALL, Compression.none()),
                Acks.ALL,
                NOBODY,
                List.of(new Topic("orders", ORDERS_ID, List.of(attempts))));
    }

    @Test
    void should_not_use_topic_ids_when_a_topic_has_none() {
        // given
        Topic old = new Topic("old", TopicMetadata.NO_ID, List.of(attempt("old", 0, 10)));
        Topic recent = new Topic("orders", ORDERS_ID, List.of(attempt("orders", 0, 10)));

        // when
        SendingOptions options = options(Acks.ALL, Compression.none());

        // then
        assertThat(new ProduceRequestEncoder(options, Acks.ALL, NOBODY, List.of(old, recent)).highestVersion())
                .isEqualTo((short) 12);
        assertThat(new ProduceRequestEncoder(options, Acks.ALL, NOBODY, List.of(recent)).highestVersion())
                .isEqualTo((short) 13);
    }

    @Test
    void should_ask_for_version_7_with_zstd_and_for_no_answer_without_acks() {
        // given
        List<Topic> topics = List.of();

        // when
        ProduceRequestEncoder zstd =
                new ProduceRequestEncoder(options(Acks.LEADER, Compression.zstd()), Acks.LEADER, NOBODY, topics);
        ProduceRequestEncoder none =
                new ProduceRequestEncoder(options(Acks.NONE, Compression.lz4()), Acks.NONE, NOBODY, topics);

        // then
        assertThat(zstd.lowestVersion()).isEqualTo((short) 7);
        assertThat(zstd.expectsResponse()).isTrue();
        assertThat(none.lowestVersion()).isEqualTo((short) 3);
        assertThat(none.expectsResponse()).isFalse();
    }

    private static SendingOptions options(Acks acks, Compression compression) {
        ClientOptions client =
                ClientOptions.builder().bootstrapServers("host:1").build();
        ProducerOptions options =
                ProducerOptions.builder().acks(acks).compression(compression).build(client);
        return SendingOptions.of(options, client, true);
    }

    private static SendingOptions options() {
        return options(Acks.ALL, Compression.none());
    }

    private Attempt attempt(String topic, int partition, int valueBytes) {
        PartitionQueue queue = new PartitionQueue(
                null,
                new TopicPartition(topic, partition),
                null,
                new SendWindow(1, PartitionSequence.unnumbered()),
                null);
        ProducerBatch batch = new ProducerBatch(
                queue,
                new RecordBatchBuilder(pool.tryTake(0), 4096, options().batchRecordsMax()),
                new Completions(1),
                barrier.enter(),
                new CreateTime(() -> 1_000, true),
                new ProducerBatch.Times(0, 0, options().deliveryTimeoutNanos()));
        EncodedRecord record = new EncodedRecord();
        record.with(0, 1_000, Headers.empty(), this);
        record.bytes(new byte[valueBytes], EncodedRecord.NULL, valueBytes);
        assertThat(batch.tryAppend(record)).isTrue();
        batch.seal(new BatchCompressors(Compression.none()));
        batch.stamp(ProducerStamp.NONE);
        return batch.beginAttempt();
    }

    private static byte[] write(ProduceRequestEncoder encoder, short version) {
        FrameBuilder frame = new FrameBuilder(Unpooled.buffer());
        encoder.write(frame, version);
        ByteBuf all = Unpooled.buffer();
        for (ByteBuf part : frame.finish()) {
            all.writeBytes(part);
            part.release();
        }
        assertThat(all.readInt()).as("length of the frame").isEqualTo(all.readableBytes());
        return ByteBufUtil.getBytes(all);
    }

    private static byte[] generated(List<Topic> topics, short version) {
        boolean byId = version >= 13;
        List<TopicProduceData> data = topics.stream()
                .map(topic -> new TopicProduceData(
                        byId ? "" : topic.name(),
                        byId ? topic.topicId() : new UUID(0, 0),
                        topic.attempts().stream()
                                .map(ProduceRequestEncoderTest::generated)
                                .toList()))
                .toList();
        ByteBuf out = Unpooled.buffer();
        new ProduceRequest(null, (short) -1, 30_000, data).write(out, version);
        return ByteBufUtil.getBytes(out);
    }

    private static PartitionProduceData generated(Attempt attempt) {
        ProducerBatch batch = attempt.batch();
        ByteBuf bytes = batch.sealed().retainedBuffer();
        ByteBuf copy = Unpooled.copiedBuffer(bytes);
        bytes.release();
        return new PartitionProduceData(batch.topicPartition().partition(), copy);
    }
}
