package dev.ottla.benchmarks.compare;

import dev.ottla.benchmarks.process.ChildProcess;
import java.util.Map;

/**
 * One peer's process within a scenario, and what it uses in its rounds and, where nothing counts it, between them. Owned by
 * the main thread.
 */
final class Contestant implements AutoCloseable {
    private static final long LOOK_MILLIS = 50;

    /** A process that uses less than this between two looks is quiet. */
    private static final long QUIET_NANOS = 1_000_000;

    /** One that never becomes quiet is not waited for any longer. */
    private static final int LOOKS_MAX = 80;

    private static final double BETWEEN_ROUNDS_PERCENT_MAX = 1;
    private static final long BETWEEN_ROUNDS_NANOS_MAX = 20_000_000;

    private final PeerKind peer;
    private final ChildProcess process;
    private final int quietLooks;
    private ProcessSample lastQuiet;
    private long nanosInRounds;
    private long nanosBetweenRounds;

    /**
     * A process that is ready.
     *
     * @param quietMillis how long it must have been quiet before a round is over
     */
    Contestant(PeerKind peer, ChildProcess process, long quietMillis) {
        this.peer = peer;
        this.process = process;
        this.quietLooks = Math.toIntExact(quietMillis / LOOK_MILLIS);
        this.lastQuiet = ProcessSample.of(process.pid());
    }

    PeerKind peer() {
        return peer;
    }

    long pid() {
        return process.pid();
    }

    Map<String, String> ask(String line, String answer) {
        return process.ask(line, answer);
    }

    /** Begins a round: the sample before it. Its peak of resident memory begins again. */
    ProcessSample begin() {
        ProcessSample.forgetPeakRss(process.pid());
        ProcessSample before = ProcessSample.of(process.pid());
        nanosBetweenRounds += before.nanosWithoutJit() - lastQuiet.nanosWithoutJit();
        return before;
    }

    /** Ends a round: a client may still clean up, or read ahead; that is part of it. */
    ProcessSample end(ProcessSample before) throws InterruptedException {
        lastQuiet = quiet();
        nanosInRounds += lastQuiet.totalCpuNanos() - before.totalCpuNanos();
        return lastQuiet;
    }

    private ProcessSample quiet() throws InterruptedException {
        ProcessSample last = ProcessSample.of(process.pid());
        int looks = 0;
        for (int i = 0; i < LOOKS_MAX && looks < quietLooks; i++) {
            Thread.sleep(LOOK_MILLIS);
            ProcessSample next = ProcessSample.of(process.pid());
            looks = next.totalCpuNanos() - last.totalCpuNanos() < QUIET_NANOS ? looks + 1 : 0;
            last = next;
        }
        return last;
    }

    /** Counts from here on: what was before was warm-up. */
    void forgetWarmUp() {
        nanosInRounds = 0;
        nanosBetweenRounds = 0;
    }

    /** What it used between its rounds, but for the JIT, in percent of what it used in them. */
    double betweenRoundsPercent() {
        return 100.0 * nanosBetweenRounds / Math.max(1, nanosInRounds);
    }

    /** Whether that distorts the rounds: an idle JVM uses a little too, but not as much as a client that reads ahead. */
    boolean worksBetweenRounds(int rounds) {
        return betweenRoundsPercent() > BETWEEN_ROUNDS_PERCENT_MAX
                && nanosBetweenRounds > rounds * BETWEEN_ROUNDS_NANOS_MAX;
    }

    @Override
    public void close() {
        process.close();
    }
}
