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
    private static final int ITERATION_MILLIS = 250;
    private static final int WARM_UP_ITERATIONS = 4;
    private static final int ITERATIONS = 2;

    /** JMH's own threads allocate a little between two looks at the counters; one operation of these is a whole batch. */
    private static final double SLACK_BYTES = 16;

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
     * Runs the benchmarks without a codec, in this JVM.
     *
     * @param pattern which ones
     * @param seededBytes what {@link RecordBenchmark} allocates for each record besides; 0 in earnest
     * @return bytes per operation, by class and method, and codec where each is measured
     */
    public static Map<String, Double> measure(String pattern, int seededBytes) throws RunnerException {
        Options options = new OptionsBuilder()
                .include(pattern)
                .param("codec", "none")
                .param("batches", "6")
                .param("seededBytes", Integer.toString(seededBytes))
                .forks(0)
                .warmupIterations(WARM_UP_ITERATIONS)
                .warmupTime(TimeValue.milliseconds(ITERATION_MILLIS))
                .measurementIterations(ITERATIONS)
                .measurementTime(TimeValue.milliseconds(ITERATION_MILLIS))
                .addProfiler(GCProfiler.class)
                .verbosity(VerboseMode.SILENT)
                .build();
        Collection<RunResult> runs = new Runner(options).run();
        Map<String, Double> measured = new TreeMap<>();
        for (RunResult each : runs) {
            String benchmark = each.getParams().getBenchmark();
            Result<?> allocated = each.getSecondaryResults().get("gc.alloc.rate.norm");
            String compression = each.getParams().getParam("compression");
            measured.put(
                    benchmark.substring(benchmark.lastIndexOf('.', benchmark.lastIndexOf('.') - 1) + 1)
                            + (compression == null ? "" : "." + compression),
                    allocated == null ? 0.0 : allocated.getScore());
        }
        return measured;
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
