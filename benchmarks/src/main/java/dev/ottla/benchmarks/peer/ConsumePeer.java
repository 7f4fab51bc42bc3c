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

    /** What part of a round is not timed: clients have read some of it ahead, each as much as it holds. */
    private static final int UNTIMED_PART = 5;

    private final AppThreads threads;
    private final List<Receiver> receivers = new ArrayList<>();
    private final List<OffsetCheck> checks = new ArrayList<>();
    private final double nanosPerRecord;
    private long received;
    private long gaps;

    /** Makes a receiver for these partitions. */
    interface Factory {
        Receiver receiver(List<Integer> partitions);
    }

    ConsumePeer(Workload workload, Factory factory) {
        this.threads = new AppThreads(workload.threads());
        this.nanosPerRecord = workload.rate() > 0 ? 1e9 * workload.threads() / workload.rate() : 0;
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
        DoubleAdder recordsPerNano = new DoubleAdder();
        threads.runOnAll(thread -> recordsPerNano.add(read(thread, threads.share(records, thread))));
        long nanos = (long) (records / recordsPerNano.sum());
        long receivedBefore = received;
        long gapsBefore = gaps;
        received = checks.stream().mapToLong(OffsetCheck::received).sum();
        gaps = checks.stream().mapToLong(OffsetCheck::gaps).sum();
        return Round.consumed(received - receivedBefore, gaps - gapsBefore, nanos);
    }

    private double read(int thread, long records) {
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
                if (timedFirst == first && last - first >= records / UNTIMED_PART) {
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
