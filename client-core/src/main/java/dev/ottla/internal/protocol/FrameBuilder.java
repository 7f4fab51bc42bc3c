package dev.ottla.internal.protocol;

import dev.ottla.internal.concurrent.Confined;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/**
 * One outgoing frame: small fields written one after the other, with payloads between them that are sent from where they
 * lie. Step 6 of sending, used by the connection's loop for one request and then finished.
 */
@Confined
public final class FrameBuilder {
    private static final int LENGTH_FIELD_BYTES = Integer.BYTES;
    private static final int PARTS_USUAL = 14;

    private final ByteBuf fields;
    private final ArrayList<ByteBuf> parts = new ArrayList<>(0);
    private int partStart;
    private int payloadBytes;

    /** Takes ownership of an empty buffer for the fields and reserves the frame's length at its start. */
    public FrameBuilder(ByteBuf ownedFields) {
        this.fields = ownedFields;
        this.partStart = ownedFields.writerIndex();
        ownedFields.writeInt(0);
    }

    /** The buffer for small fields: what is written to it follows whatever was appended before. */
    public ByteBuf fields() {
        return fields;
    }

    /** Appends a payload without copying it. Takes ownership: it is released when the frame is written or dropped. */
    public void append(ByteBuf ownedPayload) {
        if (parts.isEmpty()) {
            // Most frames have no payload; one that has several would make room for them step by step.
            parts.ensureCapacity(PARTS_USUAL);
        }
        endFieldsPart();
        parts.add(ownedPayload);
        payloadBytes += ownedPayload.readableBytes();
    }

    /** Patches the frame's length in and returns the buffers to write in order; the caller owns each of them. */
    public List<ByteBuf> finish() {
        int frameBytes = fields.readableBytes() - LENGTH_FIELD_BYTES + payloadBytes;
        fields.setInt(fields.readerIndex(), frameBytes);
        if (parts.isEmpty()) {
            return List.of(fields);
        }
        endFieldsPart();
        fields.release();
        return parts;
    }

    /** Drops the frame and everything that was appended to it. */
    public void release() {
        parts.forEach(ByteBuf::release);
        fields.release();
    }

    private void endFieldsPart() {
        int end = fields.writerIndex();
        if (end > partStart) {
            parts.add(fields.retainedSlice(partStart, end - partStart));
            partStart = end;
        }
    }
}
