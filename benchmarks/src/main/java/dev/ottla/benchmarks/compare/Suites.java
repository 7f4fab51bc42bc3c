package dev.ottla.benchmarks.compare;

import dev.ottla.benchmarks.compare.Scenario.Method;
import dev.ottla.benchmarks.compare.Scenario.Target;
import dev.ottla.benchmarks.workload.Workload;
import dev.ottla.benchmarks.workload.Workload.Mode;
import dev.ottla.benchmarks.workload.Workload.Spread;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** All scenarios. Immutable. */
final class Suites {
    private static final int PARTITIONS = Scenarios.PARTITIONS;
    private static final int VALUE_BYTES = Scenarios.VALUE_BYTES;

    /** The default of {@code queued.min.messages}. */
    private static final int LIBRDKAFKA_READ_AHEAD_DEFAULT = 100_000;

    /** Partitions from which on a client's cost per record is no longer that of the record. */
    private static final int MANY_PARTITIONS = 1000;

    /** What the documentation shows; see {@link #published}. */
    private static final Set<String> PUBLISHED = Set.of(
            "produce/100B",
            "consume/100B",
            "cursor/100B",
            "record-objects/100B",
            "keyed/16B+100B",
            "in-flight/each client's default",
            "cold/produce 5M",
            "cold/produce 5M, quick start",
            "cold/consume 5M",
            "sizes/produce 10B",
            "sizes/consume 1000B",
            "sizes/produce 1000000B",
            "codecs/produce lz4",
            "codecs/consume lz4",
            "partitions/produce 1, evenly",
            "partitions/produce 100, evenly",
            "partitions/produce 1000, evenly",
            "partitions/produce 10000, evenly",
            "partitions/produce 1, without key",
            "partitions/produce 10000, without key",
            "threads/produce 1",
            "threads/produce 2",
            "threads/produce 4",
            "threads/produce 8",
            "threads/produce 16",
            "consumers/4 in one process",
            "acks/acks=all",
            "acks/acks=all, idempotent",
            "batches/batch.size=1000000",
            "latency/1000/s, linger 5",
            "latency/10000/s, linger 5",
            "latency/1000/s, linger 0",
            "latency/one sync sender, linger 0",
            "end-to-end/1000/s, linger 5",
            "low-rate/producer idle",
            "low-rate/consumer idle",
            "low-rate/consumer 10/s",
            "memory/acks 50 ms late, 16 MiB",
            "memory/consumer at 20000/s",
            "real/produce",
            "real/consume",
            "real/consume, cursor",
            "real/consume group classic",
            "real/consume group classic, cursor",
            "real/consume group consumer",
            "real/consume group consumer, cursor");

    private final Scenarios make;
    private final Map<String, List<Scenario>> suites = new LinkedHashMap<>();

    /** The suites for so many rounds. */
    Suites(Scale scale, int rounds) {
        this.make = new Scenarios(scale, rounds);
        suites.put("produce", List.of(make.produce("produce", "100B")));
        suites.put("consume", List.of(make.consume("consume", "100B")));
        suites.put("cursor", List.of(make.consume("cursor", "100B").with("inPlace", 1)));
        suites.put(
                "record-objects", List.of(make.produce("record-objects", "100B").with("recordObjects", 1)));
        suites.put("in-flight", List.of(inFlight()));
        suites.put("keyed", List.of(make.produce("keyed", "16B+100B").with("keyBytes", 16)));
        suites.put("cold", List.of(make.coldProduce(), make.quickStartProduce(), make.coldConsume()));
        suites.put("sizes", sizes());
        suites.put("partitions", partitions());
        suites.put("threads", threads());
        suites.put("consumers", consumers());
        suites.put("codecs", codecs());
        suites.put("acks", acks());
        suites.put("batches", batches());
        suites.put("brokers", brokers());
        suites.put("latency", latency());
        suites.put("end-to-end", endToEnd());
        suites.put("low-rate", lowRate());
        suites.put("memory", memory());
        suites.put("real", real());
        suites.put("librdkafka-ways", librdkafkaWays());
        suites.put("publish", published());
    }

    Map<String, List<Scenario>> all() {
        return suites;
    }

    /** One or two scenarios of every suite, for the table in the documentation. */
    private List<Scenario> published() {
        return suites.values().stream()
                .flatMap(List::stream)
                .filter(scenario -> PUBLISHED.contains(scenario.id()))
                .toList();
    }

    /** As {@code produce}, with as many requests in flight as each client's default allows: 5, 5 and 1,000,000. */
    private Scenario inFlight() {
        Scenario scenario = make.produce("in-flight", "each client's default");
        return scenario.doing(scenario.workload().withoutConfig("max.in.flight.requests.per.connection"));
    }

    /** The ways in which an application can hand records to librdkafka and hear of them, and take records from it. */
    private List<Scenario> librdkafkaWays() {
        return List.of(
                produceWay("one by one, callbacks", 0, 0),
                produceWay("256 at once, callbacks", Scenarios.LIBRDKAFKA_BATCH, 0),
                produceWay("one by one, events", 0, 1),
                produceWay("256 at once, events", Scenarios.LIBRDKAFKA_BATCH, 1),
                consumeWay("batches, 1000000 read ahead", 0, PeerKind.LIBRDKAFKA_READ_AHEAD_MESSAGES),
                consumeWay("callbacks, 1000000 read ahead", 1, PeerKind.LIBRDKAFKA_READ_AHEAD_MESSAGES),
                consumeWay("batches, 100000 read ahead", 0, LIBRDKAFKA_READ_AHEAD_DEFAULT),
                consumeWay("batches, 10000 read ahead", 0, LIBRDKAFKA_READ_AHEAD_DEFAULT / 10));
    }

    private Scenario produceWay(String name, int produceBatch, int reportEvents) {
        return make.produce("librdkafka-ways", name)
                .with("produceBatch", produceBatch)
                .with("reportEvents", reportEvents);
    }

    /** With so many records of each partition read ahead, unless 64 MiB come first. */
    private Scenario consumeWay(String name, int callbacks, int readAhead) {
        return make.consume("librdkafka-ways", name)
                .with("consumeCallbacks", callbacks)
                .with("queuedMessages", readAhead);
    }

    private List<Scenario> sizes() {
        List<Scenario> scenarios = new ArrayList<>();
        for (int bytes : new int[] {10, 1000, 10_000, 100_000, 1_000_000}) {
            scenarios.add(make.produce("sizes", "produce " + bytes + "B", PARTITIONS, bytes, Map.of()));
            scenarios.add(make.consume("sizes", "consume " + bytes + "B", PARTITIONS, bytes, "none", 1));
        }
        return scenarios;
    }

    private List<Scenario> partitions() {
        List<Scenario> scenarios = new ArrayList<>();
        for (int partitions : new int[] {1, 100, 1000, 10_000}) {
            scenarios.add(produceTo(partitions, partitions + ", evenly", Spread.EVEN));
        }
        for (int partitions : new int[] {1, 10_000}) {
            scenarios.add(produceTo(partitions, partitions + ", without key", Spread.CLIENT));
        }
        scenarios.add(produceTo(10_000, "6 of 10000, each used once before", Spread.EACH_ONCE));
        for (int partitions : new int[] {1, 100, 1000, 10_000}) {
            scenarios.add(make.consume("partitions", "consume " + partitions, partitions, VALUE_BYTES, "none", 1));
        }
        return scenarios;
    }

    private Scenario produceTo(int partitions, String name, Spread spread) {
        Scenario scenario = make.produce("partitions", "produce " + name, partitions, VALUE_BYTES, Map.of())
                .with("spread", spread);
        long fewer = partitions >= MANY_PARTITIONS && spread == Spread.EVEN ? 10 : 1;
        return scenario.records(
                Math.max(partitions, scenario.warmUpRecords() / fewer),
                Math.max(partitions, scenario.roundRecords() / fewer));
    }

    private List<Scenario> threads() {
        List<Scenario> scenarios = new ArrayList<>();
        for (int threads : new int[] {1, 2, 4, 8, 16}) {
            scenarios.add(make.produce("threads", "produce " + threads).with("threads", threads));
        }
        return scenarios;
    }

    private List<Scenario> consumers() {
        List<Scenario> scenarios = new ArrayList<>();
        for (int consumers : new int[] {1, 2, 4, 8, 16}) {
            scenarios.add(make.consume("consumers", consumers + " in one process", 16, VALUE_BYTES, "none", consumers));
        }
        return scenarios;
    }

    private List<Scenario> codecs() {
        List<Scenario> scenarios = new ArrayList<>();
        for (String codec : List.of("gzip", "snappy", "lz4", "zstd")) {
            Map<String, String> config = Map.of("compression.type", codec);
            scenarios.add(make.produce("codecs", "produce " + codec, PARTITIONS, VALUE_BYTES, config));
            scenarios.add(make.consume("codecs", "consume " + codec, PARTITIONS, VALUE_BYTES, codec, 1));
        }
        return scenarios;
    }

    private List<Scenario> acks() {
        return List.of(
                make.produce("acks", "acks=0", PARTITIONS, VALUE_BYTES, Map.of("acks", "0")),
                make.produce("acks", "acks=all", PARTITIONS, VALUE_BYTES, Map.of("acks", "all")),
                make.produce("acks", "acks=all, idempotent", PARTITIONS, VALUE_BYTES, Scenarios.IDEMPOTENT));
    }

    private List<Scenario> batches() {
        List<Scenario> scenarios = new ArrayList<>();
        for (int bytes : new int[] {16_384, 262_144, 1_000_000}) {
            Map<String, String> config = Map.of("batch.size", Integer.toString(bytes));
            scenarios.add(make.produce("batches", "batch.size=" + bytes, PARTITIONS, VALUE_BYTES, config));
        }
        return scenarios;
    }

    private List<Scenario> brokers() {
        return List.of(
                make.produce("brokers", "produce to 3", 12, VALUE_BYTES, Map.of())
                        .at(Target.THREE_NULL_BROKERS),
                make.consume("brokers", "consume from 3", 12, VALUE_BYTES, "none", 1)
                        .at(Target.THREE_NULL_BROKERS));
    }

    private List<Scenario> latency() {
        List<Scenario> scenarios = new ArrayList<>();
        for (int rate : new int[] {100, 1000, 10_000, 100_000}) {
            scenarios.add(make.rate("latency", rate, Map.of()));
        }
        Scenario usual = make.rate("latency", 1000, Map.of());
        scenarios.add(usual.in("latency", "1000/s, default linger")
                .doing(usual.workload().withoutConfig("linger.ms")));
        Scenario without = make.rate("latency", 1000, Map.of("linger.ms", "0"));
        scenarios.add(without);
        scenarios.add(without.in("latency", "one sync sender, linger 0")
                .doing(Workload.of(Mode.SYNC)
                        .with("valueBytes", VALUE_BYTES)
                        .config(without.workload().config()))
                .records(5_000, 2000L * make.scale().roundSeconds()));
        return scenarios;
    }

    private List<Scenario> endToEnd() {
        List<Scenario> scenarios = new ArrayList<>();
        for (int rate : new int[] {100, 1000, 10_000}) {
            scenarios.add(make.endToEnd(rate, Map.of()));
        }
        scenarios.add(make.endToEnd(1000, Map.of("linger.ms", "0")));
        return scenarios;
    }

    private List<Scenario> lowRate() {
        return List.of(
                lowRate(1000).in("low-rate", "producer idle").measuredAs(Method.IDLE),
                make.paced("low-rate", "consumer idle", 1000).measuredAs(Method.IDLE),
                lowRate(10),
                make.paced("low-rate", "consumer 10/s", 10),
                lowRate(100),
                make.paced("low-rate", "consumer 100/s", 100));
    }

    /** With librdkafka the sending thread serves the reports while it waits: a thread for them would be woken for each. */
    private Scenario lowRate(int perSecond) {
        return make.rate("low-rate", perSecond, Map.of())
                .in("low-rate", "producer " + perSecond + "/s")
                .with("reportsBySender", 1);
    }

    /** What a client holds while the other side is slow: its peaks beside what its settings allow. */
    private List<Scenario> memory() {
        Map<String, String> small = new LinkedHashMap<>(Scenarios.IDEMPOTENT);
        small.put("buffer.memory", "16777216");
        Scenario late = make.produce("memory", "acks 50 ms late, 16 MiB", PARTITIONS, 1000, small)
                .records(10_000, 20_000);
        Scenario large = make.produce("memory", "1 MB records, acks 50 ms late, 16 MiB", PARTITIONS, 1_000_000, small)
                .records(60, 60);
        Scenario many = produceTo(10_000, "10000 partitions", Spread.EVEN).in("memory", "10000 partitions, 64 MiB");
        Scenario slow = make.consume("memory", "consumer at 20000/s", PARTITIONS, 1000, "none", 1);
        long perRound = 20_000L * make.scale().roundSeconds();
        slow = slow.doing(
                slow.workload().with("rate", 20_000).with("pollRecords", 500).config("max.poll.records", 500));
        slow = make.filled(slow, "none", perRound, perRound);
        Scenario largeRead = make.consume("memory", "1 MB records, consumer at 20/s", PARTITIONS, 1_000_000, "none", 1);
        largeRead = make.filled(largeRead.with("rate", 20), "none", 60, 60);
        return List.of(
                sampled(late.on(late.shape().withAckDelay(50))),
                sampled(large.on(large.shape().withAckDelay(50))),
                sampled(many),
                sampled(slow),
                sampled(largeRead));
    }

    private static Scenario sampled(Scenario scenario) {
        return scenario.with("memory", 1);
    }

    private List<Scenario> real() {
        Scenario produce = make.produce("real", "produce", PARTITIONS, VALUE_BYTES, Scenarios.IDEMPOTENT)
                .at(Target.REAL_BROKER);
        Scenario consume = make.consume("real", "consume").at(Target.REAL_BROKER);
        Scenario cursor =
                make.consume("real", "consume, cursor").with("inPlace", 1).at(Target.REAL_BROKER);
        return List.of(
                fewer(produce),
                filledWithFewer(consume),
                filledWithFewer(cursor),
                filledWithFewer(member("classic", "")),
                filledWithFewer(member("classic", ", cursor").with("inPlace", 1)),
                filledWithFewer(member("consumer", "")),
                filledWithFewer(member("consumer", ", cursor").with("inPlace", 1)));
    }

    /** The one member of a group of this protocol, by the name that {@code group.protocol} has for it. */
    private Scenario member(String protocol, String way) {
        Scenario consume =
                make.consume("real", "consume group " + protocol + way).with("member", 1);
        return consume.doing(consume.workload().config("group.protocol", protocol))
                .at(Target.REAL_BROKER);
    }

    private static Scenario fewer(Scenario scenario) {
        return scenario.records(scenario.warmUpRecords() / 4, scenario.roundRecords() / 4);
    }

    private Scenario filledWithFewer(Scenario scenario) {
        return make.filled(
                scenario, "none", scenario.warmUpRecords() / 4, make.scale().roundRecords());
    }
}
