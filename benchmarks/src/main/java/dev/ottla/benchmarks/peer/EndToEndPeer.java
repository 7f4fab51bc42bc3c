package dev.ottla.benchmarks.peer;

import dev.ottla.benchmarks.workload.Payloads;
import dev.ottla.benchmarks.workload.Workload;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Sends at a fixed rate in one thread and reads the same records in another. Each value begins with the time at which it should
 * have been sent, from where its latency counts (no coordinated omission).
 */
final class EndToEndPeer implements Peer {
    private static final int DIGITS = 3;
    private static final long STALLED_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final Sender sender;
    private final Receiver receiver;
    private final AppThreads threads = new AppThreads(2);
    private final int rate;
    private final byte[][] values;
    private final TimedCheck check;

    /** Looks into each value for its intended time. */
    private static final class TimedCheck extends OffsetCheck {
        private Histogram latency = new Histogram(DIGITS);

        TimedCheck(int partitions) {
            super(partitions);
        }

        @Override
        void onRecord(int partition, long offset, byte @Nullable [] value) {
            if (value != null) {
                latency.recordValue(
                        Math.max(0, System.nanoTime() - ByteBuffer.wrap(value).getLong()));
            }
            super.onRecord(partition, offset, value);
        }
    }

    EndToEndPeer(Workload workload, Sender sender, Receiver receiver) {
        this.sender = sender;
        this.receiver = receiver;
        this.rate = workload.rate();
        this.values = Payloads.values(workload.valueBytes());
        this.check = new TimedCheck(workload.partitions());
    }

    @Override
    public Round run(long records) throws InterruptedException {
        return run(records, rate);
    }

    @Override
    public Round run(long records, int perSecond) throws InterruptedException {
        Acks acks = new Acks();
        OffsetCheck.Counts before = check.counts();
        check.latency = new Histogram(DIGITS);
        check.expect(records);
        long start = System.nanoTime();
        threads.runOnAll(thread -> {
            if (thread == 0) {
                send(start, 1e9 / perSecond, records, acks);
            } else {
                receive();
            }
        });
        long nanos = System.nanoTime() - start;
        return Round.produced(records, acks, nanos)
                .with(check.counts().minus(before))
                .withLatency(check.latency);
    }

    private void send(long start, double nanosPerRecord, long records, Acks acks) {
        for (long i = 0; i < records; i++) {
            long intended = start + (long) (i * nanosPerRecord);
            RatePeer.awaitTime(intended);
            byte[] value = values[(int) (i % values.length)].clone();
            ByteBuffer.wrap(value).putLong(intended);
            sender.sendTimed(value, acks::onEnd);
        }
        sender.flush();
    }

    private void receive() {
        long last = check.received();
        long lastNanos = System.nanoTime();
        while (!check.isComplete()) {
            receiver.poll(check);
            if (check.received() > last) {
                last = check.received();
                lastNanos = System.nanoTime();
            } else if (System.nanoTime() - lastNanos - STALLED_NANOS >= 0) {
                throw new IllegalStateException("nothing received for 30 s, after " + last);
            }
        }
    }

    @Override
    public void close() {
        threads.close();
        sender.close();
        receiver.close();
    }
}
