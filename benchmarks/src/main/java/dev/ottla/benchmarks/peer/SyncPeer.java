package dev.ottla.benchmarks.peer;

import dev.ottla.benchmarks.workload.Payloads;
import dev.ottla.benchmarks.workload.Workload;
import java.util.concurrent.Semaphore;
import org.HdrHistogram.Histogram;

/** One sender that waits for each record's acknowledgement before it sends the next. */
final class SyncPeer implements Peer {
    private final Sender sender;
    private final AppThreads threads = new AppThreads(1);
    private final byte[][] values;

    SyncPeer(Workload workload, Sender sender) {
        this.sender = sender;
        this.values = Payloads.values(workload.valueBytes());
    }

    @Override
    public Round run(long records) throws InterruptedException {
        Histogram latency = new Histogram(3);
        Acks acks = new Acks();
        Semaphore ended = new Semaphore(0);
        long start = System.nanoTime();
        threads.runOnAll(thread -> {
            for (long i = 0; i < records; i++) {
                long sentAt = System.nanoTime();
                sender.sendTimed(values[(int) (i % values.length)], error -> {
                    acks.onEnd(error);
                    ended.release();
                });
                ended.acquire();
                latency.recordValue(System.nanoTime() - sentAt);
            }
        });
        long nanos = System.nanoTime() - start;
        return Round.produced(records, acks, nanos).withLatency(latency);
    }

    @Override
    public void close() {
        threads.close();
        sender.close();
    }
}
