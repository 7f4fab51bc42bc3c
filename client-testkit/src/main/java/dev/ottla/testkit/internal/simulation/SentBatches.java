package dev.ottla.testkit.internal.simulation;

import dev.ottla.internal.concurrent.Immutable;
import dev.ottla.internal.protocol.message.ApiKey;
import dev.ottla.internal.protocol.message.ProduceRequest;
import dev.ottla.internal.protocol.message.RequestHeader;
import dev.ottla.internal.record.RecordBatchHeader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Looks into a produce request, as it left the client. */
@Immutable
final class SentBatches {
    private SentBatches() {}

    /** The numbers of the partitions whose batch does not fit its length and its checksum. */
    static List<Integer> damaged(byte[] frame) {
        short version = FrameCutter.shortAt(frame, Short.BYTES);
        ByteBuf in = Unpooled.wrappedBuffer(frame);
        RequestHeader.read(in, ApiKey.PRODUCE.requestHeaderVersion(version));
        List<Integer> damaged = new ArrayList<>();
        ProduceRequest.read(in, version)
                .topicData()
                .forEach(topic -> topic.partitionData().forEach(partition -> {
                    if (!isWhole(partition.records())) {
                        damaged.add(partition.index());
                    }
                }));
        return damaged;
    }

    private static boolean isWhole(@Nullable ByteBuf records) {
        if (records == null || records.readableBytes() < RecordBatchHeader.BYTES) {
            return false;
        }
        RecordBatchHeader batch = new RecordBatchHeader().wrap(records, records.readerIndex());
        return batch.sizeBytes() == records.readableBytes() && batch.crc() == batch.computeCrc();
    }
}
