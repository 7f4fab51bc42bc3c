package dev.ottla.benchmarks.compare;

import java.util.Optional;

/**
 * One round as the operating system saw it. Immutable.
 *
 * @param before when the peer was told to begin
 * @param ended when it said that it was done
 * @param after when it had become quiet
 * @param broker what the null broker used from {@code before} to {@code ended}; empty with a real broker
 * @param stolenPercent what the host kept from the machine meanwhile
 */
record Window(
        ProcessSample before,
        ProcessSample ended,
        ProcessSample after,
        Optional<BrokerUse> broker,
        double stolenPercent) {

    /**
     * What a null broker used.
     *
     * @param cpuNanos of all its threads
     * @param busiestThreadPercent of its busiest thread, in percent of the time
     */
    record BrokerUse(long cpuNanos, double busiestThreadPercent) {
        static BrokerUse between(ProcessSample before, ProcessSample after) {
            return new BrokerUse(after.totalCpuNanos() - before.totalCpuNanos(), after.busiestThreadPercent(before));
        }
    }

    /** What the peer used. Of a whole process: what it used in all, those threads among it that have ended. */
    long cpuNanos() {
        return before.isOfProcess() ? after.totalCpuNanos() - before.totalCpuNanos() : after.processCpuNanos();
    }
}
