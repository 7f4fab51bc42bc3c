package dev.ottla.benchmarks.compare;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a process has cost up to a moment, as Linux counts it: per thread from {@code /proc/<pid>/task/<tid>/sched}, in
 * nanoseconds. Where the kernel does not offer that file, from {@code stat}, in ticks of 10 ms. Immutable.
 *
 * @param cpuNanos by group of threads
 * @param threadNanos the same by the number of the thread
 * @param processCpuNanos of all threads, those among them that have ended; in ticks of 10 ms
 * @param contextSwitches voluntary and involuntary ones of all threads
 * @param wakeUps how often a thread had waited and went on, by group: the voluntary ones
 * @param peakRssBytes the largest resident set so far
 * @param takenNanos when, by {@link System#nanoTime}
 */
record ProcessSample(
        Map<Group, Long> cpuNanos,
        Map<String, Long> threadNanos,
        long processCpuNanos,
        long contextSwitches,
        Map<Group, Long> wakeUps,
        long peakRssBytes,
        long takenNanos) {
    /** Before there was a process. */
    static final ProcessSample NOTHING = new ProcessSample(Map.of(), Map.of(), 0, 0, Map.of(), 0, 0);

    private static final long NANOS_PER_TICK = 10_000_000;
    private static final long BYTES_PER_KIB = 1024;
    private static final double PERCENT = 100;

    /** What proc(5) wants to have written to clear_refs. */
    private static final String FORGET_PEAK = "5";

    /** Whose threads they are. */
    enum Group {
        /** Those of the application: {@code app-0} and on. */
        APP,
        /** Those of the client library. */
        CLIENT,
        /** Those of the JIT compilers. */
        JIT,
        /** Those of the garbage collector. */
        GC,
        /** All others. */
        OTHER;

        static Group of(String thread) {
            if (thread.startsWith("app-")) {
                return APP;
            } else if (thread.startsWith("kafka") || thread.startsWith("rdk:") || thread.startsWith("consumer_bg")) {
                return CLIENT;
            } else if (thread.startsWith("C1 ") || thread.startsWith("C2 ") || thread.startsWith("Sweeper")) {
                return JIT;
            } else if (thread.startsWith("G1 ") || thread.startsWith("GC ") || thread.startsWith("VM Thread")) {
                return GC;
            }
            return OTHER;
        }
    }

    static ProcessSample of(long pid) {
        Path process = Path.of("/proc", Long.toString(pid));
        Map<Group, Long> cpu = new EnumMap<>(Group.class);
        Map<String, Long> threadNanos = new HashMap<>();
        Map<Group, Long> wakeUps = new EnumMap<>(Group.class);
        long switches = 0;
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(process.resolve("task"))) {
            for (Path thread : threads) {
                try {
                    Group group =
                            Group.of(Files.readString(thread.resolve("comm")).strip());
                    long nanos = cpuNanos(thread);
                    cpu.merge(group, nanos, Long::sum);
                    threadNanos.put(thread.getFileName().toString(), nanos);
                    Map<String, String> status = fields(thread.resolve("status"));
                    long waits = number(status, "voluntary_ctxt_switches");
                    wakeUps.merge(group, waits, Long::sum);
                    switches += waits + number(status, "nonvoluntary_ctxt_switches");
                } catch (NoSuchFileException ended) {
                    // A thread that has just ended; what it cost is small, and JIT threads are told to stay.
                }
            }
            return new ProcessSample(
                    cpu,
                    threadNanos,
                    ticks(process) * NANOS_PER_TICK,
                    switches,
                    wakeUps,
                    number(fields(process.resolve("status")), "VmHWM") * BYTES_PER_KIB,
                    System.nanoTime());
        } catch (IOException e) {
            throw new UncheckedIOException("process " + pid + " can not be observed", e);
        }
    }

    private static long cpuNanos(Path thread) throws IOException {
        Path sched = thread.resolve("sched");
        if (Files.exists(sched)) {
            for (String line : Files.readAllLines(sched)) {
                if (line.startsWith("se.sum_exec_runtime")) {
                    return (long) (Double.parseDouble(line.substring(line.indexOf(':') + 1)) * 1e6);
                }
            }
        }
        return ticks(thread) * NANOS_PER_TICK;
    }

    private static long ticks(Path processOrThread) throws IOException {
        String stat = Files.readString(processOrThread.resolve("stat"));
        List<String> fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1));
        return Long.parseLong(fields.get(11)) + Long.parseLong(fields.get(12));
    }

    /** The same process at its end, when threads that this sample has seen are gone. */
    ProcessSample endedAs(ProcessSample end) {
        return new ProcessSample(
                cpuNanos, threadNanos, end.processCpuNanos, contextSwitches, wakeUps, end.peakRssBytes, end.takenNanos);
    }

    private static Map<String, String> fields(Path file) throws IOException {
        Map<String, String> fields = new HashMap<>();
        for (String line : Files.readAllLines(file)) {
            int colon = line.indexOf(':');
            fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
        }
        return fields;
    }

    private static long number(Map<String, String> fields, String name) {
        String text = fields.getOrDefault(name, "0");
        int space = text.indexOf(' ');
        return Long.parseLong(space < 0 ? text : text.substring(0, space));
    }

    /**
     * Lets the peak of resident memory begin again at what is resident now. Where the kernel does not offer that, the peak stays
     * that of the whole process.
     */
    static void forgetPeakRss(long pid) {
        try {
            Files.writeString(Path.of("/proc", Long.toString(pid), "clear_refs"), FORGET_PEAK);
        } catch (IOException e) {
            // Not offered, or not allowed.
        }
    }

    /** The most that one thread has used since an earlier sample, in percent of the time between the two. */
    double busiestThreadPercent(ProcessSample earlier) {
        long most = threadNanos.entrySet().stream()
                .mapToLong(each -> each.getValue() - earlier.threadNanos.getOrDefault(each.getKey(), 0L))
                .max()
                .orElse(0);
        return PERCENT * most / Math.max(1, takenNanos - earlier.takenNanos);
    }

    /** What the JIT has used since an earlier sample, in percent of all that was used. */
    double jitPercent(ProcessSample earlier) {
        long all = totalCpuNanos() - earlier.totalCpuNanos();
        return PERCENT * (cpuNanos(Group.JIT) - earlier.cpuNanos(Group.JIT)) / Math.max(1, all);
    }

    /** Whether there was a process. */
    boolean isOfProcess() {
        return peakRssBytes > 0;
    }

    long totalCpuNanos() {
        return cpuNanos.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Of all threads but those of the JIT, whose work on what a round has done may come after it. */
    long nanosWithoutJit() {
        return totalCpuNanos() - cpuNanos(Group.JIT);
    }

    /** Of the threads of the application and the library: not those that the JVM has for itself. */
    long clientWakeUps() {
        return wakeUps.getOrDefault(Group.APP, 0L) + wakeUps.getOrDefault(Group.CLIENT, 0L);
    }

    long totalWakeUps() {
        return wakeUps.values().stream().mapToLong(Long::longValue).sum();
    }

    long cpuNanos(Group group) {
        return cpuNanos.getOrDefault(group, 0L);
    }
}
