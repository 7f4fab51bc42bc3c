package dev.ottla.internal.record;

import dev.ottla.internal.concurrent.Confined;
import io.netty.buffer.ByteBuf;

/**
 * A finished batch: once it is stamped, the same bytes for the first sending and for every retry, so that the broker knows a
 * duplicate by its sequence. Steps 5 and 6 of sending; owned by the partition's queue until it is acknowledged or given up.
 */
@Confined
public final class SealedBatch {
    private final Segment segment;
    private final int sizeBytes;

    /** Takes ownership of the segment. */
    SealedBatch(Segment ownedSegment) {
        this.segment = ownedSegment;
        this.sizeBytes = ownedSegment.header().sizeBytes();
    }

    /** The size of the batch as it is sent. */
    public int sizeBytes() {
        return sizeBytes;
    }

    /** How many records it has. */
    public int count() {
        return header().count();
    }

    /** The header, to be read. */
    public RecordBatchHeader header() {
        return segment.header();
    }

    /** The bytes of the batch for one sending. The caller owns the buffer and releases it, as Netty does after a write. */
    public ByteBuf retainedBuffer() {
        return segment.buffer().retainedSlice(0, sizeBytes);
    }

    /** Copies the bytes of the batch, for one sending. */
    public void writeTo(ByteBuf out) {
        out.writeBytes(segment.buffer(), 0, sizeBytes);
    }

    /**
     * Gives the batch its identity and sequence, and the checksum over all of it: before the first sending, and again after an
     * epoch bump.
     *
     * @throws IllegalStateException if a buffer of an earlier sending is not released yet: the socket would read a mixture
     */
    public SealedBatch stamp(ProducerStamp stamp) {
        if (segment.buffer().refCnt() != 1) {
            throw new IllegalStateException("batch is still being sent and must not change");
        }
        header().producer(stamp).sealCrc();
        return this;
    }

    /** Lets go of the batch; its memory goes back to the pool once no sending reads it any more. */
    public void release() {
        segment.release();
    }
}
