package dev.ottla.testkit.fault;

import dev.ottla.internal.protocol.message.ApiKey;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One frame on its way through a {@link Lane}: its bytes, and what the rules have decided about them. Owned by the lane that it
 * travels in, and confined to the proxy's event loop; the lane releases the bytes.
 */
final class Frame {
    private static final int LENGTH_FIELD_BYTES = 4;

    /** None for bytes that are not Kafka's, and for APIs that no client uses. */
    final @Nullable ApiKey api;

    private final ByteBuf bytes;
    private final boolean hasLengthField;
    private final List<Hold> holds = new ArrayList<>(0);
    private boolean dropped;
    private long bytesPerSecond = Long.MAX_VALUE;

    /** Set by the lane when the frame enters its queue. */
    long dueNanos;

    int queuedBytes;

    long delayNanos;
    int copies = 1;
    int chunkBytes = Integer.MAX_VALUE;
    Ending ending = Ending.NONE;

    /** Waits for another frame before it may enter the lane's queue. */
    boolean setAside;

    /** Was set aside, and enters the queue right after this one. */
    @Nullable
    Frame follower;

    Frame(@Nullable ApiKey api, ByteBuf ownedBytes, boolean hasLengthField) {
        this.api = api;
        this.bytes = ownedBytes;
        this.hasLengthField = hasLengthField;
    }

    void drop() {
        dropped = true;
    }

    void limitTo(long perSecond) {
        bytesPerSecond = Math.min(bytesPerSecond, perSecond);
    }

    void holdFor(FaultRule rule) {
        holds.add(new Hold(rule, rule.releases()));
    }

    boolean isHeld() {
        holds.removeIf(hold -> !hold.rule().holds(hold.releases()));
        return !holds.isEmpty();
    }

    void truncate(int messageBytes) {
        int header = hasLengthField ? LENGTH_FIELD_BYTES : 0;
        if (bytes.readableBytes() - header > messageBytes) {
            if (hasLengthField) {
                bytes.setInt(bytes.readerIndex(), messageBytes);
            }
            cutAfter(header + messageBytes);
        }
    }

    /** Keeps the first so many bytes, which must be there, and leaves the length field as it is. */
    void cutAfter(int count) {
        bytes.writerIndex(bytes.readerIndex() + count);
    }

    void flip(int offset, int mask) {
        int at = offset < 0 ? bytes.readableBytes() + offset : offset;
        if (at >= 0 && at < bytes.readableBytes()) {
            int index = bytes.readerIndex() + at;
            bytes.setByte(index, bytes.getByte(index) ^ mask);
        }
    }

    /** What is left to be sent of this copy. */
    int size() {
        return bytes.readableBytes();
    }

    long bytesPerSecond() {
        return bytesPerSecond;
    }

    /** The next piece to write, for the caller to release; empty when there is nothing left of any copy. */
    @Nullable
    ByteBuf nextPiece() {
        if (dropped) {
            return null;
        }
        if (!bytes.isReadable()) {
            if (copies <= 1) {
                return null;
            }
            copies--;
            bytes.readerIndex(0);
        }
        long portion = Math.max(1, bytesPerSecond / Lane.PORTIONS_PER_SECOND);
        int size = (int) Math.min(Math.min(chunkBytes, portion), bytes.readableBytes());
        return bytes.readRetainedSlice(size);
    }

    boolean isWholeAtOnce() {
        return chunkBytes == Integer.MAX_VALUE && bytesPerSecond == Long.MAX_VALUE;
    }

    void release() {
        bytes.release();
    }

    /** A rule that keeps this frame, and how often it had released others by then. */
    private record Hold(FaultRule rule, long releases) {}
}
