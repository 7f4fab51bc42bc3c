package dev.ottla.testkit.internal.log;

import dev.ottla.internal.concurrent.Immutable;
import dev.ottla.internal.record.RecordBatchHeader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** One record batch in a log: its bytes, with offsets and leader epoch set, and what is asked of its header often. */
@Immutable
public final class StoredBatch {
    private final ByteBuf bytes;
    private final long baseOffset;
    private final long lastOffset;

    /** Takes over the array: nobody writes to it any more. */
    StoredBatch(byte[] ownedBytes) {
        this.bytes = Unpooled.wrappedBuffer(ownedBytes);
        RecordBatchHeader header = header();
        this.baseOffset = header.baseOffset();
        this.lastOffset = header.lastOffset();
    }

    public long baseOffset() {
        return baseOffset;
    }

    public long lastOffset() {
        return lastOffset;
    }

    public long nextOffset() {
        return lastOffset + 1;
    }

    public int sizeBytes() {
        return bytes.readableBytes();
    }

    /** A new view of the header. */
    public RecordBatchHeader header() {
        return new RecordBatchHeader().wrap(bytes, 0);
    }

    /** A view of the bytes that shares no indices with any other. */
    public ByteBuf view() {
        return bytes.duplicate();
    }
}
