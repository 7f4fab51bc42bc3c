package dev.ottla.benchmarks.compare;

import dev.ottla.benchmarks.compare.Scenario.Method;
import dev.ottla.benchmarks.compare.Scenario.Target;
import dev.ottla.benchmarks.workload.TopicShape;
import dev.ottla.benchmarks.workload.Workload;
import dev.ottla.benchmarks.workload.Workload.Mode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All scenarios. Immutable. */
final class Suites {
    private static final int PARTITIONS = 6;
    private static final int VALUE_BYTES = 100;
    private static final int BATCH_BYTES = 65_536;
    private static final long COLD_RECORDS = 5_000_000;
    private static final long BYTES_PER_ROUND_MAX = 800_000_000;
    private static final long BYTES_OF_WARM_UP_MAX = 3 * BYTES_PER_ROUND_MAX;

    /** What every producer is given, besides the addresses. */
    private static final Map<String, String> PRODUCER = Map.of(
            "acks", "1",
            "enable.idempotence", "false",
            "batch.size", Integer.toString(BATCH_BYTES),
            "linger.ms", "5",
            "buffer.memory", "67108864",
            "max.in.flight.requests.per.connection", "5",
            "send.buffer.bytes", "-1",
            "receive.buffer.bytes", "-1");

    /** What every consumer is given, besides the addresses. */
    private static final Map<String, String> CONSUMER = Map.of(
            "group.id", "benchmark",
            "enable.auto.commit", "false",
            "auto.offset.reset", "earliest",
            "check.crcs", "true",
            "fetch.max.bytes", "52428800",
            "max.partition.fetch.bytes", "1048576",
            "max.poll.records", "10000",
            "send.buffer.bytes", "-1",
            "receive.buffer.bytes", "-1");

    private final long roundRecords;
    private final long warmUpRecords;
    private final int rounds;
    private final Map<String, List<Scenario>> suites = new LinkedHashMap<>();

    /** The suites for so many rounds; quick ones have fewer records in each. */
    Suites(boolean quick, int rounds) {
        this.roundRecords = quick ? 4_000_000 : 8_000_000;
        this.warmUpRecords = quick ? 12_000_000 : 24_000_000;
        this.rounds = rounds;
        put("produce", List.of(produce("produce", "100B", PARTITIONS, 0, VALUE_BYTES, Map.of())));
        put("consume", List.of(consume("consume", "100B", PARTITIONS, VALUE_BYTES, "none", 1)));
        put("keyed", List.of(produce("keyed", "16B+100B", PARTITIONS, 16, VALUE_BYTES, Map.of())));
        put("cold", List.of(cold(produce("cold", "produce 5M", PARTITIONS, 0, VALUE_BYTES, Map.of())), coldConsume()));
        put("sizes", sizes());
        put("partitions", partitions());
        put("threads", threads());
        put("codecs", codecs());
        put("acks", acks());
        put("brokers", List.of(at(Target.THREE_NULL_BROKERS, produce("brokers", "3", 12, 0, VALUE_BYTES, Map.of()))));
        put("latency", latency());
        put("low-rate", List.of(rate("low-rate", 10, Map.of()), rate("low-rate", 100, Map.of())));
        put("idle", List.of(idle()));
        put("memory", List.of(slowBroker()));
        put("real", real());
    }

    private void put(String name, List<Scenario> scenarios) {
        suites.put(name, scenarios);
    }

    Map<String, List<Scenario>> all() {
        return suites;
    }

    private Scenario produce(
            String suite, String name, int partitions, int keyBytes, int valueBytes, Map<String, String> more) {
        Map<String, String> config = new LinkedHashMap<>(PRODUCER);
        config.putAll(more);
        Workload workload = Workload.of(Mode.PRODUCE)
                .with("keyBytes", keyBytes)
                .with("valueBytes", valueBytes)
                .config(config);
        return new Scenario(
                suite,
                name,
                Target.NULL_BROKER,
                TopicShape.empty(partitions),
                workload,
                bounded(warmUpRecords, valueBytes, BYTES_OF_WARM_UP_MAX),
                bounded(roundRecords, valueBytes, BYTES_PER_ROUND_MAX),
                Method.STEADY);
    }

    private static long bounded(long records, int valueBytes, long bytesMax) {
        return Math.min(records, Math.max(100, bytesMax / valueBytes));
    }

    private Scenario consume(String suite, String name, int partitions, int valueBytes, String codec, int consumers) {
        long warmUp = bounded(warmUpRecords, valueBytes, BYTES_OF_WARM_UP_MAX);
        long round = bounded(roundRecords, valueBytes, BYTES_PER_ROUND_MAX);
        TopicShape shape = TopicShape.filled(partitions, 0, valueBytes, codec, BATCH_BYTES, warmUp + rounds * round);
        Workload workload = Workload.of(Mode.CONSUME)
                .with("valueBytes", valueBytes)
                .with("threads", consumers)
                .config(CONSUMER);
        return new Scenario(suite, name, Target.NULL_BROKER, shape, workload, warmUp, round, Method.STEADY);
    }

    private static Scenario cold(Scenario warm) {
        return new Scenario(
                warm.suite(), warm.name(), warm.cluster(), warm.shape(), warm.workload(), 0, COLD_RECORDS, Method.COLD);
    }

    private static Scenario coldConsume() {
        TopicShape shape = TopicShape.filled(PARTITIONS, 0, VALUE_BYTES, "none", BATCH_BYTES, COLD_RECORDS);
        Workload workload =
                Workload.of(Mode.CONSUME).with("valueBytes", VALUE_BYTES).config(CONSUMER);
        return new Scenario("cold", "consume 5M", Target.NULL_BROKER, shape, workload, 0, shape.records(), Method.COLD);
    }

    private static Scenario at(Target target, Scenario scenario) {
        return new Scenario(
                scenario.suite(),
                scenario.name(),
                target,
                scenario.shape(),
                scenario.workload(),
                scenario.warmUpRecords(),
                scenario.roundRecords(),
                scenario.method());
    }

    private List<Scenario> sizes() {
        Map<String, String> large = Map.of("max.request.size", "2097152");
        List<Scenario> scenarios = new ArrayList<>();
        for (int bytes : new int[] {10, 1000, 10_000, 100_000, 1_000_000}) {
            scenarios.add(produce("sizes", "produce " + bytes + "B", PARTITIONS, 0, bytes, large));
            scenarios.add(consume("sizes", "consume " + bytes + "B", PARTITIONS, bytes, "none", 1));
        }
        return scenarios;
    }

    /** Keys hit all partitions evenly, as far as the number of different keys goes. */
    private List<Scenario> partitions() {
        List<Scenario> scenarios = new ArrayList<>();
        for (int partitions : new int[] {1, 100, 1000, 10_000}) {
            scenarios.add(produce("partitions", "produce " + partitions, partitions, 16, VALUE_BYTES, Map.of()));
        }
        scenarios.add(consume("partitions", "consume 1", 1, VALUE_BYTES, "none", 1));
        scenarios.add(consume("partitions", "consume 100", 100, VALUE_BYTES, "none", 1));
        scenarios.add(consume("partitions", "consume 1000", 1000, VALUE_BYTES, "none", 1));
        return scenarios;
    }

    private List<Scenario> threads() {
        List<Scenario> scenarios = new ArrayList<>();
        for (int threads : new int[] {1, 2, 4, 16}) {
            Scenario one = produce("threads", "produce " + threads, PARTITIONS, 0, VALUE_BYTES, Map.of());
            scenarios.add(withWorkload(one, one.workload().with("threads", threads)));
        }
        scenarios.add(consume("threads", "4 consumers", 8, VALUE_BYTES, "none", 4));
        return scenarios;
    }

    private static Scenario withWorkload(Scenario scenario, Workload workload) {
        return new Scenario(
                scenario.suite(),
                scenario.name(),
                scenario.cluster(),
                scenario.shape(),
                workload,
                scenario.warmUpRecords(),
                scenario.roundRecords(),
                scenario.method());
    }

    private List<Scenario> codecs() {
        List<Scenario> scenarios = new ArrayList<>();
        for (String codec : List.of("gzip", "snappy", "lz4", "zstd")) {
            Map<String, String> config = Map.of("compression.type", codec);
            scenarios.add(produce("codecs", "produce " + codec, PARTITIONS, 0, VALUE_BYTES, config));
            scenarios.add(consume("codecs", "consume " + codec, PARTITIONS, VALUE_BYTES, codec, 1));
        }
        return scenarios;
    }

    private List<Scenario> acks() {
        return List.of(
                produce("acks", "acks=0", PARTITIONS, 0, VALUE_BYTES, Map.of("acks", "0")),
                produce("acks", "acks=all", PARTITIONS, 0, VALUE_BYTES, Map.of("acks", "all")),
                produce(
                        "acks",
                        "acks=all, idempotence asked for",
                        PARTITIONS,
                        0,
                        VALUE_BYTES,
                        Map.of("acks", "all", "enable.idempotence", "true")));
    }

    private List<Scenario> latency() {
        List<Scenario> scenarios = new ArrayList<>();
        for (int rate : new int[] {100, 1000, 10_000, 100_000}) {
            scenarios.add(rate("latency", rate, Map.of()));
        }
        scenarios.add(rate("latency", 1000, Map.of("linger.ms", "0")));
        Scenario sync = rate("latency", 1000, Map.of("linger.ms", "0"));
        scenarios.add(new Scenario(
                "latency",
                "one sync sender, linger 0",
                Target.NULL_BROKER,
                sync.shape(),
                Workload.of(Mode.SYNC)
                        .with("valueBytes", VALUE_BYTES)
                        .config(sync.workload().config()),
                10_000,
                10_000,
                Method.STEADY));
        return scenarios;
    }

    /** Three seconds of warm-up, then five for each round. */
    private static Scenario rate(String suite, int rate, Map<String, String> more) {
        Map<String, String> config = new LinkedHashMap<>(PRODUCER);
        config.putAll(more);
        Workload workload = Workload.of(Mode.RATE)
                .with("rate", rate)
                .with("valueBytes", VALUE_BYTES)
                .config(config);
        String name = rate + "/s, linger " + config.get("linger.ms");
        return new Scenario(
                suite,
                name,
                Target.NULL_BROKER,
                TopicShape.empty(PARTITIONS),
                workload,
                3L * rate,
                5L * rate,
                Method.STEADY);
    }

    private static Scenario idle() {
        Scenario rate = rate("idle", 1000, Map.of());
        return new Scenario("idle", "producer", rate.cluster(), rate.shape(), rate.workload(), 3000, 0, Method.IDLE);
    }

    /** Every acknowledgement comes 200 ms late: the buffer fills up, and memory must stay within its bound. */
    private Scenario slowBroker() {
        Scenario fast =
                produce("memory", "acks 200 ms late, 32 MiB", PARTITIONS, 0, 1000, Map.of("buffer.memory", "33554432"));
        return new Scenario(
                fast.suite(),
                fast.name(),
                fast.cluster(),
                fast.shape().withAckDelay(200),
                fast.workload(),
                40_000,
                40_000,
                Method.STEADY);
    }

    private List<Scenario> real() {
        Scenario one =
                at(Target.REAL_BROKER, produce("real", "produce", PARTITIONS, 0, VALUE_BYTES, Map.of("acks", "all")));
        return List.of(new Scenario(
                one.suite(),
                one.name(),
                one.cluster(),
                one.shape(),
                one.workload(),
                2_000_000,
                2_000_000,
                Method.STEADY));
    }
}
