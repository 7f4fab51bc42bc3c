package dev.ottla.benchmarks.compare;

import dev.ottla.benchmarks.compare.Scenario.Method;
import dev.ottla.benchmarks.compare.Scenario.Target;
import dev.ottla.benchmarks.workload.TopicShape;
import dev.ottla.benchmarks.workload.Workload;
import dev.ottla.benchmarks.workload.Workload.Mode;
import java.util.LinkedHashMap;
import java.util.Map;

/** Makes scenarios: the settings that all have in common, and the topics with enough in them. Immutable. */
final class Scenarios {
    static final int PARTITIONS = 6;
    static final int VALUE_BYTES = 100;
    private static final int BATCH_BYTES = 65_536;

    /** What a fetch that was on its way adds to what a client has read ahead, at most for one partition, and for all. */
    private static final long FETCH_BYTES_PER_PARTITION = 1_048_576;

    private static final long FETCH_BYTES = 52_428_800;

    /** How many records librdkafka is given at once; of the ways to use it that costs least. */
    static final int LIBRDKAFKA_BATCH = 256;

    /** What every producer is given, besides the addresses. */
    private static final Map<String, String> PRODUCER = Map.of(
            "acks", "1",
            "enable.idempotence", "false",
            "batch.size", Integer.toString(BATCH_BYTES),
            "linger.ms", "5",
            "buffer.memory", "67108864",
            "max.request.size", "2097152",
            "max.in.flight.requests.per.connection", "5",
            "send.buffer.bytes", "-1",
            "receive.buffer.bytes", "-1");

    /** What every consumer is given, besides the addresses. */
    private static final Map<String, String> CONSUMER = Map.ofEntries(
            Map.entry("group.id", "benchmark"),
            Map.entry("enable.auto.commit", "false"),
            Map.entry("auto.offset.reset", "earliest"),
            Map.entry("check.crcs", "true"),
            Map.entry("fetch.min.bytes", "1"),
            Map.entry("fetch.max.wait.ms", "500"),
            Map.entry("fetch.max.bytes", Long.toString(FETCH_BYTES)),
            Map.entry("max.partition.fetch.bytes", Long.toString(FETCH_BYTES_PER_PARTITION)),
            Map.entry("max.poll.records", "10000"),
            Map.entry("send.buffer.bytes", "-1"),
            Map.entry("receive.buffer.bytes", "-1"));

    /** What is the default of Kafka and Ottla, and is asked of librdkafka too, where a scenario says so. */
    static final Map<String, String> IDEMPOTENT = Map.of("acks", "all", "enable.idempotence", "true");

    private final Scale scale;
    private final int rounds;

    Scenarios(Scale scale, int rounds) {
        this.scale = scale;
        this.rounds = rounds;
    }

    Scale scale() {
        return scale;
    }

    /** Values of 100 bytes without keys to six partitions. */
    Scenario produce(String suite, String name) {
        return produce(suite, name, PARTITIONS, VALUE_BYTES, Map.of());
    }

    /** Sending as fast as the client takes records. */
    Scenario produce(String suite, String name, int partitions, int valueBytes, Map<String, String> more) {
        Map<String, String> config = new LinkedHashMap<>(PRODUCER);
        config.putAll(more);
        Workload workload = Workload.of(Mode.PRODUCE)
                .with("valueBytes", valueBytes)
                .with("produceBatch", LIBRDKAFKA_BATCH)
                .config(config);
        return new Scenario(
                suite,
                name,
                Target.NULL_BROKER,
                TopicShape.empty(partitions),
                workload,
                scale.roundRecords(valueBytes),
                scale.roundRecords(valueBytes),
                Method.STEADY);
    }

    /** Sending at a fixed rate, with the latency of each acknowledgement. */
    Scenario rate(String suite, int perSecond, Map<String, String> more) {
        Scenario produce = produce(suite, "", PARTITIONS, VALUE_BYTES, more);
        String linger = produce.workload().config().getOrDefault("linger.ms", "");
        return produce.in(suite, perSecond + "/s, linger " + linger)
                .doing(Workload.of(Mode.RATE)
                        .with("rate", perSecond)
                        .with("valueBytes", VALUE_BYTES)
                        .config(produce.workload().config()))
                .records(scale.slowWarmUpRecords(), (long) scale.roundSeconds() * perSecond);
    }

    /** Sending at a fixed rate and reading the same, with the latency of each record; on a real broker. */
    Scenario endToEnd(int perSecond, Map<String, String> more) {
        Map<String, String> config = new LinkedHashMap<>(IDEMPOTENT);
        config.putAll(more);
        Scenario rate = rate("end-to-end", perSecond, config);
        Workload workload = Workload.of(Mode.END_TO_END)
                .with("rate", perSecond)
                .with("valueBytes", VALUE_BYTES)
                .config(CONSUMER)
                .config(rate.workload().config());
        return rate.doing(workload).at(Target.REAL_BROKER);
    }

    /** Values of 100 bytes from six partitions. */
    Scenario consume(String suite, String name) {
        return consume(suite, name, PARTITIONS, VALUE_BYTES, "none", 1);
    }

    /** Reading as fast as the client brings records. */
    Scenario consume(String suite, String name, int partitions, int valueBytes, String codec, int consumers) {
        Scenario scenario = new Scenario(
                suite,
                name,
                Target.NULL_BROKER,
                TopicShape.empty(partitions),
                Workload.of(Mode.CONSUME)
                        .with("valueBytes", valueBytes)
                        .with("threads", consumers)
                        .config(CONSUMER),
                0,
                0,
                Method.STEADY);
        return filled(scenario, codec, scale.roundRecords(valueBytes), scale.readRecords(valueBytes));
    }

    /**
     * The same with so many records, and a topic that has at least those of all parts of the warm-up and all rounds, and as many
     * more as are read ahead. What may have been read ahead is not timed; a round at full speed has at least half of the asked
     * records besides.
     */
    Scenario filled(Scenario scenario, String codec, long warmUp, long round) {
        int partitions = scenario.shape().partitions();
        int valueBytes = scenario.workload().valueBytes();
        int perBatch = TopicShape.filled(partitions, 0, valueBytes, codec, BATCH_BYTES, 1)
                .recordsPerBatch();
        long readAhead = readAhead(partitions, scenario.workload().threads(), valueBytes);
        long untimed = scenario.isSlow() ? 0 : readAhead;
        long inRound = Math.max(round, untimed == 0 ? round : untimed + round / 2);
        long records = scale.warmUpParts() * warmUp + rounds * inRound + readAhead + (long) partitions * perBatch;
        return scenario.on(TopicShape.filled(partitions, 0, valueBytes, codec, BATCH_BYTES, records))
                .with("untimed", untimed)
                .records(warmUp, inRound);
    }

    /** How many records any of the peers may have read ahead: librdkafka the most. */
    private static long readAhead(int partitions, int consumers, int valueBytes) {
        long queued = Math.min(
                PeerKind.LIBRDKAFKA_READ_AHEAD_MESSAGES, 1024L * PeerKind.LIBRDKAFKA_READ_AHEAD_KIB / valueBytes);
        long fetched = Math.min(partitions * FETCH_BYTES_PER_PARTITION, consumers * FETCH_BYTES) / valueBytes;
        return consumers * queued + fetched + partitions;
    }

    /** Reading what appears at a fixed rate. */
    Scenario paced(String suite, String name, int perSecond) {
        long round = Math.max(10L, (long) scale.roundSeconds() * perSecond);
        TopicShape shape = TopicShape.paced(PARTITIONS, VALUE_BYTES, 1_000_000);
        return consume(suite, name)
                .on(shape)
                .with("pace", perSecond)
                .with("untimed", 0)
                .records(scale.slowWarmUpRecords(), round)
                .measuredAs(Method.PACED);
    }

    /** A whole process with its start. */
    Scenario coldProduce() {
        return produce("cold", "produce 5M").records(0, scale.coldRecords()).measuredAs(Method.COLD);
    }

    /** The same with a JVM that is set to start quickly. */
    Scenario quickStartProduce() {
        return coldProduce().in("cold", "produce 5M, quick start").measuredAs(Method.COLD_QUICK_START);
    }

    /** A whole process with its start. */
    Scenario coldConsume() {
        return filled(consume("cold", "consume 5M"), "none", 0, scale.coldRecords())
                .measuredAs(Method.COLD);
    }
}
