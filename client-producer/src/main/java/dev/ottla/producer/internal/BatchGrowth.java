package dev.ottla.producer.internal;

import dev.ottla.config.Compression;
import dev.ottla.internal.concurrent.ThreadSafe;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How many bytes the next batch of a topic may hold so that compression makes about {@code batch.size} of them, told by what the
 * last ones were compressed to. Asked by whoever opens a batch, in step 4 of sending, and told by whoever seals one; any thread.
 *
 * <p>A batch that compresses worse counts at once, one that compresses better only little by little: too small a batch costs a few
 * bytes more, too large a one memory and a larger request than was asked for.
 */
@ThreadSafe
final class BatchGrowth {
    /** A batch has its memory until it is acknowledged, compressed or not. */
    static final int TIMES_MAX = 4;

    /** With fewer batches that large in the buffer, they would get in each other's way. */
    private static final int BATCHES_IN_BUFFER_MIN = 16;

    /** Who asks for smaller ones wants records to go alone. */
    private static final int BATCH_BYTES_MIN = 1024;

    private static final double FALL_PER_BATCH = 0.125;

    private final int batchBytes;
    private final int timesMax;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile int grownBytes;

    /** What is left of a byte. Guarded by the lock. */
    private double ratio = 1;

    BatchGrowth(SendingOptions options, long bufferBytes) {
        this.batchBytes = options.batchBytes();
        // Also one that turns out not to be compressible fits into a request.
        long timesThatFit = Math.min(options.requestBytesMax(), bufferBytes / BATCHES_IN_BUFFER_MIN) / batchBytes;
        this.timesMax = options.compression() instanceof Compression.None || batchBytes < BATCH_BYTES_MIN
                ? 1
                : (int) Math.max(1, Math.min(TIMES_MAX, timesThatFit));
        this.grownBytes = batchBytes;
    }

    /** How many bytes the next batch may hold: a whole number of times {@code batch.size}, so that its memory serves again. */
    int grownBytes() {
        return grownBytes;
    }

    /** A batch was sealed. Small ones, which compress worse, tell nothing about large ones. */
    void onSealed(int bytes, int compressedBytes) {
        if (timesMax == 1 || bytes < batchBytes / 2) {
            return;
        }
        double seen = (double) compressedBytes / bytes;
        lock.lock();
        try {
            ratio = seen > ratio ? seen : ratio + (seen - ratio) * FALL_PER_BATCH;
            grownBytes = batchBytes * (int) Math.max(1, Math.min(timesMax, 1 / ratio));
        } finally {
            lock.unlock();
        }
    }
}
