package dev.ottla.benchmarks.jmh;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Holds what an operation allocates to a committed list, {@code allocation-expectations.properties}. Runs are short: bytes are
 * counted, times are not looked at.
 */
public final class AllocationGate {
    private static final String EXPECTATIONS = "/dev/ottla/benchmarks/jmh/allocation-expectations.properties";
    private static final String HARNESS = "HarnessBenchmark\\.nothing$";
    private static final int QUICK_MILLIS = 250;
    private static final int THOROUGH_MILLIS = 1_000;
    private static final int LOOKS_MAX = 3;
    private static final int WARM_UP_ITERATIONS = 4;
    private static final int ITERATIONS = 2;

    /** One operation is a whole batch, and no object is smaller than twice this. */
    private static final double SLACK_BYTES = 8;

    /** JMH's own threads allocate by the time, not by the operation; what they do varies, so somewhat more is taken off. */
    private static final double HARNESS_FACTOR = 1.5;

    /** With other work on the machine it is so much at least. */
    private static final double HARNESS_BYTES_PER_SECOND_MIN = 200_000;

    /** Other compilers leave out other allocations; one for every record, of which a batch has hundreds, is seen all the same. */
    private static final double OTHER_JVM_FACTOR = 1.5;

    private static final double OTHER_JVM_SLACK_BYTES = 512;

    /** The JVM that the list was counted on. */
    private static final int LISTED_JVM = 17;

    private static final double BYTES_PER_MEGABYTE = 1 << 20;

    private AllocationGate() {}

    /**
     * What {@link RecordBenchmark} allocates besides, to see that the gate notices.
     *
     * @param bytesPerRecord the length of an array for each record
     * @param objectsPerBatch how many objects without fields for each batch
     */
    public record Seed(int bytesPerRecord, int objectsPerBatch) {
        /** In earnest. */
        public static final Seed NONE = new Seed(0, 0);
    }

    /** The committed bytes per operation, by the benchmark's class and method. */
    public static Map<String, Double> expectations() throws IOException {
        Properties properties = new Properties();
        try (InputStream in = AllocationGate.class.getResourceAsStream(EXPECTATIONS)) {
            if (in == null) {
                throw new IOException(EXPECTATIONS + " is missing");
            }
            properties.load(in);
        }
        Map<String, Double> expectations = new TreeMap<>();
        properties
                .stringPropertyNames()
                .forEach(name -> expectations.put(name, Double.valueOf(properties.getProperty(name))));
        return expectations;
    }

    /**
     * Runs the benchmarks without a codec: all in this JVM, then each that seems to allocate more than expected in JVMs of its
     * own, one after the other and each for longer. What the compiler keeps off the heap depends on what the JVM ran before, and on
     * a busy machine it comes late, so only the last look condemns. What is allocated on purpose is looked at twice.
     *
     * @param pattern which ones
     * @param expected the bytes per operation that need no second look
     * @param seed what is allocated on purpose
     * @return bytes per operation, by class and method, and codec where each is measured
     */
    public static Map<String, Double> measure(String pattern, Map<String, Double> expected, Seed seed)
            throws RunnerException {
        double harness = runAll(HARNESS, seed, 0, QUICK_MILLIS).stream()
                .mapToDouble(AllocationGate::bytesPerSecond)
                .max()
                .orElse(0);
        harness = Math.max(harness, HARNESS_BYTES_PER_SECOND_MIN);
        Map<String, Double> measured = run(pattern, seed, 0, QUICK_MILLIS, harness);
        int looks = seed.equals(Seed.NONE) ? LOOKS_MAX : 1;
        for (int look = 1; look <= looks; look++) {
            for (String suspect : benchmarksOf(risen(expected, measured))) {
                run(suspect, seed, 1, look * THOROUGH_MILLIS, harness)
                        .forEach((benchmark, bytes) -> measured.merge(benchmark, bytes, Math::min));
            }
        }
        return measured;
    }

    private static Map<String, Double> run(String pattern, Seed seed, int forks, int iterationMillis, double harness)
            throws RunnerException {
        Map<String, Double> measured = new TreeMap<>();
        for (RunResult each : runAll(pattern, seed, forks, iterationMillis)) {
            String benchmark = each.getParams().getBenchmark();
            String compression = each.getParams().getParam("compression");
            measured.put(
                    benchmark.substring(benchmark.lastIndexOf('.', benchmark.lastIndexOf('.') - 1) + 1)
                            + (compression == null ? "" : "." + compression),
                    bytesPerOperation(each, harness));
        }
        return measured;
    }

    private static Collection<RunResult> runAll(String pattern, Seed seed, int forks, int iterationMillis)
            throws RunnerException {
        Options options = new OptionsBuilder()
                .include(pattern)
                .param("codec", "none")
                .param("batches", "6")
                .param("seededBytes", Integer.toString(seed.bytesPerRecord()))
                .param("seededObjects", Integer.toString(seed.objectsPerBatch()))
                .forks(forks)
                .warmupIterations(WARM_UP_ITERATIONS)
                .warmupTime(TimeValue.milliseconds(iterationMillis))
                .measurementIterations(ITERATIONS)
                .measurementTime(TimeValue.milliseconds(iterationMillis))
                .addProfiler(GCProfiler.class)
                .verbosity(VerboseMode.SILENT)
                .build();
        return new Runner(options).run();
    }

    private static double bytesPerSecond(RunResult run) {
        Result<?> megabytesPerSecond = run.getSecondaryResults().get("gc.alloc.rate");
        return megabytesPerSecond == null ? 0 : megabytesPerSecond.getScore() * BYTES_PER_MEGABYTE;
    }

    private static double bytesPerOperation(RunResult run, double harnessBytesPerSecond) {
        Result<?> perOperation = run.getSecondaryResults().get("gc.alloc.rate.norm");
        double bytesPerSecond = bytesPerSecond(run);
        if (perOperation == null || bytesPerSecond == 0) {
            return 0;
        }
        double secondsPerOperation = perOperation.getScore() / bytesPerSecond;
        return Math.max(0, perOperation.getScore() - HARNESS_FACTOR * harnessBytesPerSecond * secondsPerOperation);
    }

    /** What an operation may be counted with that has this number on the list. */
    private static double limit(double expected) {
        return Runtime.version().feature() == LISTED_JVM
                ? expected + SLACK_BYTES
                : expected * OTHER_JVM_FACTOR + OTHER_JVM_SLACK_BYTES;
    }

    /** The patterns of the benchmarks' own methods, each for all its codecs. */
    private static List<String> benchmarksOf(List<String> measured) {
        return measured.stream()
                .map(each -> each.split("\\.", -1))
                .map(parts -> parts[0] + "\\." + parts[1] + "$")
                .distinct()
                .toList();
    }

    private static List<String> risen(Map<String, Double> expected, Map<String, Double> measured) {
        return measured.entrySet().stream()
                .filter(each -> each.getValue() > limit(expected.getOrDefault(each.getKey(), 0.0)))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** What has risen, or is not on both lists; empty if all is as committed. */
    public static List<String> problems(Map<String, Double> expected, Map<String, Double> measured) {
        List<String> problems = new ArrayList<>();
        measured.forEach((benchmark, bytes) -> {
            Double listed = expected.get(benchmark);
            if (listed == null) {
                problems.add(benchmark + " allocates " + bytes + " bytes and is not on the list");
            } else if (bytes > limit(listed)) {
                problems.add(
                        benchmark + " allocates " + bytes + " bytes per operation, at most " + listed + " expected");
            }
        });
        expected.keySet().stream()
                .filter(benchmark -> !measured.containsKey(benchmark))
                .forEach(benchmark -> problems.add(benchmark + " is on the list and was not measured"));
        return problems;
    }
}
