package dev.ottla.benchmarks.peer;

import dev.ottla.benchmarks.workload.Payloads;
import dev.ottla.benchmarks.workload.Workload;
import dev.ottla.benchmarks.workload.Workload.Spread;

/** Sends as fast as the client takes records, from one thread or several. */
final class ProducePeer implements Peer {
    /** How many partitions get all records once each partition had one. */
    private static final int FEW_PARTITIONS = 6;

    private final Sender sender;
    private final RoundAcks acks;
    private final AppThreads threads;
    private final int partitions;
    private final Spread spread;
    private final byte[][] keys;
    private final byte[][] values;

    /** Whether each partition had a record. */
    private volatile boolean hasSent;

    ProducePeer(Workload workload, Sender sender, RoundAcks acks) {
        this.sender = sender;
        this.acks = acks;
        this.threads = new AppThreads(workload.threads());
        this.partitions = workload.partitions();
        this.spread = workload.spread();
        this.keys = Payloads.keys(workload.keyBytes());
        this.values = Payloads.values(workload.valueBytes());
    }

    @Override
    public Round run(long records) throws InterruptedException {
        Acks ends = acks.begin();
        long start = System.nanoTime();
        threads.runOnAll(thread -> send(threads.share(records, thread)));
        sender.flush();
        long nanos = System.nanoTime() - start;
        return Round.produced(records, ends, nanos);
    }

    private void send(long records) {
        for (long i = 0; i < records; i++) {
            sender.send(partition(i), keys[(int) (i % keys.length)], values[(int) (i % values.length)]);
        }
        hasSent = true;
    }

    private int partition(long i) {
        return switch (spread) {
            case CLIENT -> Sender.ANY_PARTITION;
            case EVEN -> (int) (i % partitions);
            case EACH_ONCE -> (int) (i % (i < partitions && !hasSent ? partitions : FEW_PARTITIONS));
        };
    }

    @Override
    public void close() {
        threads.close();
        sender.close();
    }
}
