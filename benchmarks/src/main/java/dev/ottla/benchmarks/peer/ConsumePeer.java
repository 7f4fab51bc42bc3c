package dev.ottla.benchmarks.peer;

import dev.ottla.benchmarks.workload.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.stream.IntStream;

/** Reads with one consumer or several, each in a thread of its own with its own share of the partitions. */
final class ConsumePeer implements Peer {
    private static final long STALLED_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final AppThreads threads;
    private final List<Receiver> receivers = new ArrayList<>();
    private final List<OffsetCheck> checks = new ArrayList<>();
    private final int rate;

    /** How many records of a round a thread does not time: clients have read them ahead. */
    private final long untimed;

    private OffsetCheck.Counts received = OffsetCheck.Counts.NOTHING;

    /** Makes a receiver for these partitions. */
    interface Factory {
        Receiver receiver(List<Integer> partitions);
    }

    ConsumePeer(Workload workload, Factory factory) {
        this.threads = new AppThreads(workload.threads());
        this.rate = workload.rate();
        this.untimed = workload.untimedRecords() / workload.threads();
        for (int i = 0; i < workload.threads(); i++) {
            int thread = i;
            receivers.add(factory.receiver(IntStream.range(0, workload.partitions())
                    .filter(partition -> partition % workload.threads() == thread)
                    .boxed()
                    .toList()));
            checks.add(new OffsetCheck(workload.partitions()));
        }
    }

    /**
     * Reads exactly so many records; what a poll brings besides is left for the next round. It takes as long as it would have
     * at the rate of its timed part.
     */
    @Override
    public Round run(long records) throws InterruptedException {
        return run(records, rate);
    }

    @Override
    public Round run(long records, int perSecond) throws InterruptedException {
        double nanosPerRecord = perSecond > 0 ? 1e9 * threads.count() / perSecond : 0;
        DoubleAdder recordsPerNano = new DoubleAdder();
        threads.runOnAll(thread -> recordsPerNano.add(read(thread, threads.share(records, thread), nanosPerRecord)));
        long nanos = (long) (records / recordsPerNano.sum());
        OffsetCheck.Counts before = received;
        received =
                checks.stream().map(OffsetCheck::counts).reduce(OffsetCheck.Counts.NOTHING, OffsetCheck.Counts::plus);
        return Round.consumed(received.minus(before), nanos);
    }

    private double read(int thread, long records, double nanosPerRecord) {
        OffsetCheck check = checks.get(thread);
        Receiver receiver = receivers.get(thread);
        check.expect(records);
        long first = check.received();
        long firstNanos = System.nanoTime();
        long last = first;
        long lastNanos = firstNanos;
        long timedFirst = first;
        long timedNanos = firstNanos;
        while (!check.isComplete()) {
            receiver.poll(check);
            if (check.received() > last) {
                last = check.received();
                RatePeer.awaitTime(firstNanos + (long) (nanosPerRecord * (last - first)));
                lastNanos = System.nanoTime();
                if (timedFirst == first && !check.isComplete() && last - first >= untimed) {
                    timedFirst = last;
                    timedNanos = lastNanos;
                }
            } else if (System.nanoTime() - lastNanos - STALLED_NANOS >= 0) {
                throw new IllegalStateException("nothing received for 30 s, after " + last);
            }
        }
        return (double) (last - timedFirst) / Math.max(1, lastNanos - timedNanos);
    }

    @Override
    public Round idle(long millis) throws InterruptedException {
        long start = System.nanoTime();
        long nanos = TimeUnit.MILLISECONDS.toNanos(millis);
        threads.runOnAll(thread -> {
            while (System.nanoTime() - start < nanos) {
                receivers.get(thread).poll(checks.get(thread));
            }
        });
        return Round.idle(System.nanoTime() - start);
    }

    @Override
    public void close() {
        threads.close();
        receivers.forEach(Receiver::close);
    }
}
