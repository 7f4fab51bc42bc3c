package dev.ottla.internal.record;

import dev.ottla.internal.concurrent.Immutable;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** What a record of a control batch says; the key carries it, as two int16: version and type. */
@Immutable
public enum ControlRecordType {
    /** The records of this producer's open transaction are to be dropped. */
    ABORT(0),
    /** The records of this producer's open transaction are valid. */
    COMMIT(1),
    /** Something that concerns only the metadata log, or that this client does not know yet: to be skipped. */
    OTHER(-1);

    private static final int KEY_BYTES = 2 * Short.BYTES;
    private static final int TYPE_INDEX = Short.BYTES;

    private final short id;

    ControlRecordType(int id) {
        this.id = (short) id;
    }

    /** A new key of a record of this type. */
    public byte[] toKey() {
        return ByteBuffer.allocate(KEY_BYTES).putShort((short) 0).putShort(id).array();
    }

    /** The type in the key at {@code position}; null if the key is too short to hold one. */
    static @Nullable ControlRecordType read(ByteBuffer bytes, int position, int length) {
        if (length < KEY_BYTES) {
            return null;
        }
        return switch (bytes.getShort(position + TYPE_INDEX)) {
            case 0 -> ABORT;
            case 1 -> COMMIT;
            default -> OTHER;
        };
    }
}
