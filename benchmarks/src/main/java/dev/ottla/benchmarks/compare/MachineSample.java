package dev.ottla.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * What all processors have spent up to a moment, in ticks, as {@code /proc/stat} has it. Immutable.
 *
 * @param stolen while this machine wanted to run and its host ran another
 * @param all in all, idle or not
 */
record MachineSample(long stolen, long all) {
    private static final Path STAT = Path.of("/proc/stat");
    private static final Path LOAD = Path.of("/proc/loadavg");
    private static final int FIRST_FIELD = 1;

    /** After user, nice, system, idle, iowait, irq and softirq; what follows is part of user. */
    private static final int STEAL_FIELD = 8;

    private static final double PERCENT = 100;

    static MachineSample now() throws IOException {
        return of(Files.readAllLines(STAT));
    }

    static MachineSample of(List<String> stat) {
        String[] fields = stat.get(0).split(" +", -1);
        long all = Arrays.stream(fields, FIRST_FIELD, STEAL_FIELD + 1)
                .mapToLong(Long::parseLong)
                .sum();
        return new MachineSample(Long.parseLong(fields[STEAL_FIELD]), all);
    }

    /** What the host has kept from this machine since an earlier sample, in percent of all its processors' time. */
    double stolenPercent(MachineSample earlier) {
        return PERCENT * (stolen - earlier.stolen) / Math.max(1, all - earlier.all);
    }

    /** The average number of runnable threads of the last 1, 5 and 15 minutes. */
    static String load() throws IOException {
        return String.join(", ", List.of(Files.readString(LOAD).split(" ", -1)).subList(0, 3));
    }
}
