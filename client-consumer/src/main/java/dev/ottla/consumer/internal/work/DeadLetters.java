package dev.ottla.consumer.internal.work;

import dev.ottla.common.Headers;
import dev.ottla.common.TopicPartition;
import dev.ottla.consumer.internal.offsets.CappedRequest;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.ErrorDetails;
import dev.ottla.internal.cluster.Call;
import dev.ottla.internal.cluster.Cluster;
import dev.ottla.internal.cluster.RetrySafety;
import dev.ottla.internal.cluster.Route;
import dev.ottla.internal.cluster.TopicMetadata;
import dev.ottla.internal.concurrent.ThreadSafe;
import dev.ottla.internal.protocol.RequestMessage;
import dev.ottla.internal.protocol.message.ApiKey;
import dev.ottla.internal.protocol.message.ProduceRequest;
import dev.ottla.internal.protocol.message.ProduceRequest.PartitionProduceData;
import dev.ottla.internal.protocol.message.ProduceRequest.TopicProduceData;
import dev.ottla.internal.protocol.message.ProduceResponse;
import dev.ottla.internal.protocol.message.ProduceResponse.PartitionProduceResponse;
import dev.ottla.internal.record.FreeListSegmentPool;
import dev.ottla.internal.record.ProducerStamp;
import dev.ottla.internal.record.RecordBatchBuilder;
import dev.ottla.internal.record.RecordBatchHeader;
import dev.ottla.internal.record.SealedBatch;
import dev.ottla.internal.record.Segment;
import dev.ottla.internal.record.compression.BatchCompressor;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Writes records that could not be handled to another topic (Produce), each in a batch of its own: it happens seldom, and the
 * record is to be safe before anything else is committed. Without idempotence, so a lost answer may lead to a second copy.
 * Called by whichever thread a handler failed on.
 */
@ThreadSafe
public final class DeadLetters {
    private static final short LAST_VERSION_WITH_NAMES = 12;
    private static final short ACKS_ALL = -1;

    private final Cluster cluster;
    private final String topic;

    /** Writes to this topic, whose metadata are kept fresh until {@link #close}. */
    public DeadLetters(Cluster cluster, String topic) {
        this.cluster = cluster;
        this.topic = topic;
        cluster.track(topic);
    }

    /** A record to write. */
    public record Letter(
            int partition,
            long timestamp,
            @Nullable ByteBuffer key,
            @Nullable ByteBuffer value,
            Headers headers) {}

    /** Completes, on the home loop, when all in-sync replicas have the record. */
    public CompletableFuture<Void> write(Letter letter) {
        long timeoutNanos = cluster.options().defaultApiTimeout().toNanos();
        return cluster.topic(topic, timeoutNanos).thenCompose(found -> write(letter, found));
    }

    private CompletableFuture<Void> write(Letter letter, TopicMetadata found) {
        int partition = letter.partition() % Math.max(1, found.partitions().size());
        TopicPartition target = new TopicPartition(topic, partition);
        ProduceRequest request = new ProduceRequest(
                null,
                ACKS_ALL,
                (int) cluster.options().requestTimeout().toMillis(),
                List.of(new TopicProduceData(
                        topic, found.topicId(), List.of(new PartitionProduceData(partition, batchOf(letter))))));
        RequestMessage<ProduceResponse> message = found.topicId().equals(TopicMetadata.NO_ID)
                ? new CappedRequest<>(request, LAST_VERSION_WITH_NAMES)
                : request;
        return cluster.call(new Call<>(
                        Route.leader(target),
                        message,
                        RetrySafety.REPEATABLE,
                        DeadLetters::errorOf,
                        cluster.options().defaultApiTimeout()))
                .thenAccept(response -> check(response, target));
    }

    /** On the heap, as every attempt reads it and nobody can tell which is the last. */
    private static ByteBuf batchOf(Letter letter) {
        int bytesMax = Math.toIntExact(
                RecordBatchBuilder.batchBytesMax(length(letter.key()), length(letter.value()), letter.headers()));
        Segment segment = Objects.requireNonNull(
                new FreeListSegmentPool(RecordBatchHeader.BYTES + 1, Integer.MAX_VALUE).tryTake(bytesMax));
        RecordBatchBuilder batch = new RecordBatchBuilder(segment);
        batch.tryAppend(letter.timestamp(), letter.key(), letter.value(), letter.headers());
        SealedBatch sealed = batch.seal(ProducerStamp.NONE, BatchCompressor.none());
        ByteBuf buffer = sealed.retainedBuffer();
        try {
            return Unpooled.copiedBuffer(buffer);
        } finally {
            buffer.release();
            sealed.release();
        }
    }

    private static int length(@Nullable ByteBuffer bytes) {
        return bytes == null ? 0 : bytes.remaining();
    }

    private static ErrorCode errorOf(ProduceResponse response) {
        return ErrorCode.of(answerOf(response).errorCode());
    }

    private static PartitionProduceResponse answerOf(ProduceResponse response) {
        return response.responses().stream()
                .flatMap(each -> each.partitionResponses().stream())
                .findFirst()
                .orElseGet(() -> PartitionProduceResponse.builder()
                        .errorCode(ErrorCode.UNKNOWN_SERVER_ERROR.code())
                        .build());
    }

    private static void check(ProduceResponse response, TopicPartition target) {
        ErrorCode error = errorOf(response);
        if (error != ErrorCode.NONE) {
            throw ErrorDetails.ofCode(error)
                    .api(ApiKey.PRODUCE.toString())
                    .topicPartition(target)
                    .brokerMessage(answerOf(response).errorMessage())
                    .toException();
        }
    }

    /** Ends the interest in the topic. */
    public void close() {
        cluster.untrack(topic);
    }
}
