package dev.ottla.benchmarks.peer;

import dev.ottla.benchmarks.workload.Payloads;
import dev.ottla.benchmarks.workload.Workload;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Sends at a fixed rate. Each latency counts from the time at which the record should have been sent, so that a client that
 * holds up its callers cannot hide it (no coordinated omission).
 */
final class RatePeer implements Peer {
    private static final int DIGITS = 3;

    private final Sender sender;
    private final AppThreads threads = new AppThreads(1);
    private final int rate;
    private final byte[][] values;

    RatePeer(Workload workload, Sender sender) {
        this.sender = sender;
        this.rate = workload.rate();
        this.values = Payloads.values(workload.valueBytes());
    }

    @Override
    public Round run(long records) throws InterruptedException {
        return run(records, rate);
    }

    @Override
    public Round run(long records, int perSecond) throws InterruptedException {
        double nanosPerRecord = 1e9 / perSecond;
        Histogram latency = new ConcurrentHistogram(DIGITS);
        Acks acks = new Acks();
        long start = System.nanoTime();
        threads.runOnAll(thread -> {
            for (long i = 0; i < records; i++) {
                long intended = start + (long) (i * nanosPerRecord);
                awaitTime(intended);
                sender.sendTimed(values[(int) (i % values.length)], error -> {
                    latency.recordValue(System.nanoTime() - intended);
                    acks.onEnd(error);
                });
            }
        });
        sender.flush();
        long nanos = System.nanoTime() - start;
        return Round.produced(records, acks, nanos).withLatency(latency);
    }

    /** Sleeps until then; does not return early. */
    static void awaitTime(long nanoTime) {
        long left = nanoTime - System.nanoTime();
        while (left > 0) {
            LockSupport.parkNanos(left);
            left = nanoTime - System.nanoTime();
        }
    }

    @Override
    public void close() {
        threads.close();
        sender.close();
    }
}
