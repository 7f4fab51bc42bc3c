package dev.ottla.benchmarks.compare;

import static dev.ottla.benchmarks.compare.PeerKind.KAFKA_CLIENTS;
import static dev.ottla.benchmarks.compare.PeerKind.LIBRDKAFKA;
import static dev.ottla.benchmarks.compare.PeerKind.OTTLA;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What the project wants to reach, and, from results, what it has reached. Immutable. */
final class Goals {
    private static final String PRODUCE = "produce/100B";
    private static final String KEYED = "keyed/16B+100B";
    private static final String CURSOR = "cursor/100B";

    private static final String SLOW = "latency/1000/s, linger 5";
    private static final String FASTER = "latency/10000/s, linger 5";

    private static final List<Goal> ALL = List.of(
            cpu("without key", PRODUCE, KAFKA_CLIENTS, 0.25),
            cpu("without key", PRODUCE, LIBRDKAFKA, 0.20),
            cpu("key of 16 bytes", KEYED, KAFKA_CLIENTS, 0.30),
            cpu("key of 16 bytes", KEYED, LIBRDKAFKA, 0.30),
            cpu("cursor", CURSOR, KAFKA_CLIENTS, 0.45),
            cpu("cursor", CURSOR, LIBRDKAFKA, 0.15),
            cpu("objects with byte arrays", "consume/100B", KAFKA_CLIENTS, 0.70),
            cpu("sending, with process start", "cold/produce 5M", KAFKA_CLIENTS, 1),
            cpu("sending, with process start", "cold/produce 5M", LIBRDKAFKA, 1),
            cpu("sending, with a quick start", "cold/produce 5M, quick start", KAFKA_CLIENTS, 1),
            cpu("sending, with a quick start", "cold/produce 5M, quick start", LIBRDKAFKA, 1),
            cpu("sending to a real broker", "real/produce", KAFKA_CLIENTS, 0.50),
            cpu("sending to a real broker", "real/produce", LIBRDKAFKA, 0.50),
            cpu("objects from a real broker", "real/consume", KAFKA_CLIENTS, 0.50),
            cpu("cursor, real broker", "real/consume, cursor", KAFKA_CLIENTS, 0.50),
            cpu("objects, classic group", "real/consume group classic", KAFKA_CLIENTS, 0.50),
            cpu("cursor, classic group", "real/consume group classic, cursor", KAFKA_CLIENTS, 0.50),
            cpu("objects, group of KIP-848", "real/consume group consumer", KAFKA_CLIENTS, 0.50),
            cpu("cursor, group of KIP-848", "real/consume group consumer, cursor", KAFKA_CLIENTS, 0.50),
            throughput("real/produce", KAFKA_CLIENTS),
            throughput("real/produce", LIBRDKAFKA),
            throughput("real/consume", KAFKA_CLIENTS),
            throughput("real/consume", LIBRDKAFKA),
            throughput("real/consume group classic", KAFKA_CLIENTS),
            throughput("real/consume group classic", LIBRDKAFKA),
            throughput("real/consume group consumer", KAFKA_CLIENTS),
            throughput("real/consume group consumer", LIBRDKAFKA),
            latency("p50", SLOW, Metric.LATENCY_P50_US, KAFKA_CLIENTS),
            latency("p50", SLOW, Metric.LATENCY_P50_US, LIBRDKAFKA),
            latency("p99", SLOW, Metric.LATENCY_P99_US, KAFKA_CLIENTS),
            latency("p99", SLOW, Metric.LATENCY_P99_US, LIBRDKAFKA),
            cpu("sending at 1,000 per second", SLOW, KAFKA_CLIENTS, 1),
            cpu("sending at 1,000 per second", SLOW, LIBRDKAFKA, 1),
            latency("p50", FASTER, Metric.LATENCY_P50_US, KAFKA_CLIENTS),
            latency("p50", FASTER, Metric.LATENCY_P50_US, LIBRDKAFKA),
            latency("p99", FASTER, Metric.LATENCY_P99_US, KAFKA_CLIENTS),
            latency("p99", FASTER, Metric.LATENCY_P99_US, LIBRDKAFKA),
            cpu("sending at 10,000 per second", FASTER, KAFKA_CLIENTS, 1),
            cpu("sending at 10,000 per second", FASTER, LIBRDKAFKA, 1),
            ownCpu("idempotence on", "acks/acks=all, idempotent", "acks/acks=all", 1.10),
            ownCpu(
                    "10,000 partitions, without key",
                    "partitions/produce 10000, without key",
                    "partitions/produce 1, without key",
                    1.50),
            ownCpu(
                    "10,000 partitions, evenly",
                    "partitions/produce 10000, evenly",
                    "partitions/produce 1, evenly",
                    1.50),
            allocated("sending, callback", PRODUCE, 2),
            allocated("sending with a key, callback", KEYED, 2),
            allocated("cursor", CURSOR, 1));

    /** Which side of its bound a value has to be on. */
    private enum Sense {
        AT_MOST("at most"),
        BELOW("below"),
        AT_LEAST("at least");

        private final String words;

        Sense(String words) {
            this.words = words;
        }

        boolean allows(double value, double bound) {
            return switch (this) {
                case AT_MOST -> value <= bound;
                case BELOW -> value < bound;
                case AT_LEAST -> value >= bound;
            };
        }
    }

    /** A median with its range, or without if it is one of two medians. */
    private record Reached(double median, String text) {
        static Reached spread(double median, double min, double max) {
            return new Reached(median, number(median) + " (" + number(min) + "–" + number(max) + ")");
        }
    }

    private interface Measure {
        Optional<Reached> in(List<Result> results);
    }

    private record Goal(
            String what, String scenario, String beside, String unit, Sense sense, double bound, Measure measure) {

        String line(List<Result> results) {
            Optional<Reached> reached = measure.in(results);
            String verdict = reached.map(value -> sense.allows(value.median(), bound) ? "yes" : "**no**")
                    .orElse("");
            return "| "
                    + String.join(
                            " | ",
                            what,
                            scenario,
                            beside,
                            sense.words + String.format(Locale.ROOT, " %.2f", bound) + unit,
                            reached.map(Reached::text).orElse("not measured yet"),
                            verdict)
                    + " |";
        }
    }

    private Goals() {}

    private static Goal cpu(String what, String scenario, PeerKind peer, double bound) {
        Sense sense = bound == 1 ? Sense.BELOW : Sense.AT_MOST;
        return besidePeer("CPU per record, " + what, scenario, Metric.CPU_NS_PER_RECORD, peer, sense, bound);
    }

    private static Goal throughput(String scenario, PeerKind peer) {
        return besidePeer("records per second", scenario, Metric.RECORDS_PER_SECOND, peer, Sense.AT_LEAST, 1);
    }

    private static Goal latency(String quantile, String scenario, Metric metric, PeerKind peer) {
        return besidePeer("latency, " + quantile, scenario, metric, peer, Sense.AT_MOST, 1);
    }

    /** What Ottla needs of what the other needs; the results have it the other way round. */
    private static Goal besidePeer(
            String what, String scenario, Metric metric, PeerKind peer, Sense sense, double bound) {
        Measure measure = results -> find(results, scenario, metric.label() + Metric.RATIO_SUFFIX, peer)
                .map(ratio -> Reached.spread(1 / ratio.median(), 1 / ratio.max(), 1 / ratio.min()));
        return new Goal(what, scenario, peer.label(), "x", sense, bound, measure);
    }

    private static Goal ownCpu(String what, String scenario, String other, double bound) {
        String metric = Metric.CPU_NS_PER_RECORD.label();
        Measure measure = results -> find(results, scenario, metric, OTTLA)
                .flatMap(one -> find(results, other, metric, OTTLA).map(two -> one.median() / two.median()))
                .map(ratio -> new Reached(ratio, number(ratio)));
        return new Goal("CPU per record, " + what, scenario, other, "x", Sense.AT_MOST, bound, measure);
    }

    private static Goal allocated(String what, String scenario, double bound) {
        Measure measure = results -> find(results, scenario, Metric.ALLOCATED_BYTES_PER_RECORD.label(), OTTLA)
                .map(bytes -> Reached.spread(bytes.median(), bytes.min(), bytes.max()));
        return new Goal("bytes allocated per record, " + what, scenario, "", "", Sense.BELOW, bound, measure);
    }

    private static Optional<Result> find(List<Result> results, String scenario, String metric, PeerKind peer) {
        Predicate<Result> isIt = each -> (each.suite() + "/" + each.scenario()).equals(scenario)
                && each.metric().equals(metric)
                && each.peer().equals(peer.label());
        return results.stream().filter(isIt).findFirst();
    }

    /** One digit more than the bounds have, so that it can be seen which side of one a value is on. */
    private static String number(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }

    /** The scenarios that must be measured to tell. */
    static List<String> scenarios() {
        return ALL.stream().map(Goal::scenario).distinct().toList();
    }

    /** As a table for a document: a line per goal. */
    static String markdown(List<Result> results) {
        return ALL.stream()
                .map(goal -> goal.line(results))
                .collect(Collectors.joining(
                        "\n",
                        "| goal | scenario | beside | wanted | median (range) | reached |\n|---|---|---|--:|--:|---|\n",
                        "\n"));
    }
}
