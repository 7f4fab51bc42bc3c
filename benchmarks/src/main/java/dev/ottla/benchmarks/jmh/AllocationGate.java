package dev.ottla.benchmarks.jmh;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
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
    private static final int QUICK_MILLIS = 250;
    private static final int THOROUGH_MILLIS = 1_000;
    private static final int WARM_UP_ITERATIONS = 4;
    private static final int ITERATIONS = 2;

    /** One operation is a whole batch: what is less than this is no rise. */
    private static final double SLACK_BYTES = 16;

    /** JMH's own threads allocate by the time, not by the operation; a slow operation would be charged with much of that. */
    private static final double HARNESS_BYTES_PER_SECOND = 200_000;

    private static final double BYTES_PER_MEGABYTE = 1 << 20;

    private AllocationGate() {}

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
     * Runs the benchmarks without a codec: all in this JVM, then each that seems to allocate more than expected in a JVM of its
     * own and for longer. What the compiler keeps off the heap depends on what the JVM ran before, so only the second look
     * condemns.
     *
     * @param pattern which ones
     * @param expected the bytes per operation that need no second look
     * @param seededBytes what {@link RecordBenchmark} allocates for each record besides; 0 in earnest
     * @return bytes per operation, by class and method, and codec where each is measured
     */
    public static Map<String, Double> measure(String pattern, Map<String, Double> expected, int seededBytes)
            throws RunnerException {
        Map<String, Double> measured = run(pattern, seededBytes, 0, QUICK_MILLIS);
        Map<String, Double> second = new TreeMap<>();
        for (String suspect : risen(expected, measured)) {
            second.putAll(run(benchmarkOf(suspect), seededBytes, 1, THOROUGH_MILLIS));
        }
        second.forEach((benchmark, bytes) -> measured.merge(benchmark, bytes, Math::min));
        return measured;
    }

    private static Map<String, Double> run(String pattern, int seededBytes, int forks, int iterationMillis)
            throws RunnerException {
        Options options = new OptionsBuilder()
                .include(pattern)
                .param("codec", "none")
                .param("batches", "6")
                .param("seededBytes", Integer.toString(seededBytes))
                .forks(forks)
                .warmupIterations(WARM_UP_ITERATIONS)
                .warmupTime(TimeValue.milliseconds(iterationMillis))
                .measurementIterations(ITERATIONS)
                .measurementTime(TimeValue.milliseconds(iterationMillis))
                .addProfiler(GCProfiler.class)
                .verbosity(VerboseMode.SILENT)
                .build();
        Map<String, Double> measured = new TreeMap<>();
        for (RunResult each : new Runner(options).run()) {
            String benchmark = each.getParams().getBenchmark();
            String compression = each.getParams().getParam("compression");
            measured.put(
                    benchmark.substring(benchmark.lastIndexOf('.', benchmark.lastIndexOf('.') - 1) + 1)
                            + (compression == null ? "" : "." + compression),
                    bytesPerOperation(each));
        }
        return measured;
    }

    private static double bytesPerOperation(RunResult run) {
        Result<?> perOperation = run.getSecondaryResults().get("gc.alloc.rate.norm");
        Result<?> megabytesPerSecond = run.getSecondaryResults().get("gc.alloc.rate");
        if (perOperation == null || megabytesPerSecond == null || megabytesPerSecond.getScore() == 0) {
            return 0;
        }
        double secondsPerOperation = perOperation.getScore() / (megabytesPerSecond.getScore() * BYTES_PER_MEGABYTE);
        return Math.max(0, perOperation.getScore() - HARNESS_BYTES_PER_SECOND * secondsPerOperation);
    }

    /** The pattern of the benchmark's own method, for all codecs of it. */
    private static String benchmarkOf(String measured) {
        String[] parts = measured.split("\\.", 3);
        return parts[0] + "\\." + parts[1] + "$";
    }

    private static List<String> risen(Map<String, Double> expected, Map<String, Double> measured) {
        return measured.entrySet().stream()
                .filter(each -> each.getValue() > expected.getOrDefault(each.getKey(), 0.0) + SLACK_BYTES)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** What has risen, or is not on both lists; empty if all is as committed. */
    public static List<String> problems(Map<String, Double> expected, Map<String, Double> measured) {
        List<String> problems = new ArrayList<>();
        measured.forEach((benchmark, bytes) -> {
            Double limit = expected.get(benchmark);
            if (limit == null) {
                problems.add(benchmark + " allocates " + bytes + " bytes and is not on the list");
            } else if (bytes > limit + SLACK_BYTES) {
                problems.add(
                        benchmark + " allocates " + bytes + " bytes per operation, at most " + limit + " expected");
            }
        });
        expected.keySet().stream()
                .filter(benchmark -> !measured.containsKey(benchmark))
                .forEach(benchmark -> problems.add(benchmark + " is on the list and was not measured"));
        return problems;
    }
}
