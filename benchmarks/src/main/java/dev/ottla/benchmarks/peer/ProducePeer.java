package dev.ottla.benchmarks.peer;

import dev.ottla.benchmarks.workload.Payloads;
import dev.ottla.benchmarks.workload.Workload;

/** Sends as fast as the client takes records, from one thread or several. */
final class ProducePeer implements Peer {
    private final Sender sender;
    private final Acks acks;
    private final AppThreads threads;
    private final byte[][] keys;
    private final byte[][] values;

    ProducePeer(Workload workload, Sender sender, Acks acks) {
        this.sender = sender;
        this.acks = acks;
        this.threads = new AppThreads(workload.threads());
        this.keys = Payloads.keys(workload.keyBytes());
        this.values = Payloads.values(workload.valueBytes());
    }

    @Override
    public Round run(long records) throws InterruptedException {
        long ackedBefore = acks.acked();
        long failedBefore = acks.failed();
        long start = System.nanoTime();
        threads.runOnAll(thread -> send(threads.share(records, thread)));
        sender.flush();
        long nanos = System.nanoTime() - start;
        return Round.produced(records, acks.acked() - ackedBefore, acks.failed() - failedBefore, nanos);
    }

    private void send(long records) {
        for (long i = 0; i < records; i++) {
            sender.send(keys[(int) (i % keys.length)], values[(int) (i % values.length)]);
        }
    }

    @Override
    public void close() {
        threads.close();
        sender.close();
        if (acks.failed() > 0) {
            System.err.println("last failure: " + acks.lastError());
        }
    }
}
