package dev.ottla.producer.internal;

import dev.ottla.internal.concurrent.ThreadSafe;
import java.util.Arrays;

/**
 * Lends encoders to sending threads: a few are kept, more are made when more threads send at once. Not one per thread,
 * because an application may send from ten thousand virtual threads.
 */
@ThreadSafe
public final class RecordEncoders {
    /** A power of two. */
    private static final int KEPT = 16;

    private final RecordEncoder[] kept = new RecordEncoder[KEPT];
    private final int bytesMax;

    /** Encoders whose records have at most so many bytes of key and value. */
    public RecordEncoders(int bytesMax) {
        this.bytesMax = bytesMax;
        Arrays.setAll(kept, slot -> new RecordEncoder(bytesMax));
    }

    /** An encoder for the calling thread alone, until it is given back. */
    public RecordEncoder take() {
        RecordEncoder encoder = kept[slot()];
        return encoder.tryLend() ? encoder : new RecordEncoder(bytesMax);
    }

    /** Takes an encoder back. */
    public void giveBack(RecordEncoder encoder) {
        encoder.giveBack();
    }

    private static int slot() {
        long id = Thread.currentThread().getId();
        return (int) (id ^ (id >>> 4)) & (KEPT - 1);
    }
}
