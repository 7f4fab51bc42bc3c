package dev.ottla.consumer.internal.work;

import dev.ottla.internal.concurrent.Immutable;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A record's key as a lane: equal bytes are worked on in order. The bytes are borrowed, and must not change. */
@Immutable
public final class RecordKey {
    private final byte[] bytes;
    private final int hash;

    /** The lane of records with this key. */
    public RecordKey(byte[] bytes) {
        this.bytes = bytes;
        this.hash = Arrays.hashCode(bytes);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RecordKey that && hash == that.hash && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
