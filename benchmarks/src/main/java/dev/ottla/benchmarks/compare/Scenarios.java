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

    /** What is the default of Kafka and Ottla, and is asked of librdkafka too, where a scenario says so. */
    static final Map<String, String> IDEMPOTENT = Map.of("acks", "all", "enable.idempotence", "true");

    /** What a client may read ahead of the application; the topic goes on for so long after the last round. */
    private static final long READ_AHEAD_BYTES = 64L << 20;

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
        Workload workload =
                Workload.of(Mode.PRODUCE).with("valueBytes", valueBytes).config(config);
        return new Scenario(
                suite,
                name,
                Target.NULL_BROKER,
                TopicShape.empty(partitions),
                workload,
                scale.warmUpRecords(valueBytes),
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
        return filled(scenario, codec, scale.warmUpRecords(valueBytes), scale.roundRecords(valueBytes));
    }

    /** The same with so many records, and a topic that has at least those, and as many more as are read ahead. */
    Scenario filled(Scenario scenario, String codec, long warmUp, long round) {
        int partitions = scenario.shape().partitions();
        int valueBytes = scenario.workload().valueBytes();
        int perBatch = TopicShape.filled(partitions, 0, valueBytes, codec, BATCH_BYTES, 1)
                .recordsPerBatch();
        long readAhead = READ_AHEAD_BYTES / valueBytes + (long) partitions * perBatch;
        long records = warmUp + rounds * round + readAhead;
        return scenario.on(TopicShape.filled(partitions, 0, valueBytes, codec, BATCH_BYTES, records))
                .records(warmUp, round);
    }

    /** Reading what appears at a fixed rate. */
    Scenario paced(String suite, String name, int perSecond) {
        long round = Math.max(10L, (long) scale.roundSeconds() * perSecond);
        TopicShape shape = TopicShape.paced(PARTITIONS, VALUE_BYTES, 1_000_000);
        return consume(suite, name)
                .on(shape)
                .with("pace", perSecond)
                .records(scale.slowWarmUpRecords(), round)
                .measuredAs(Method.PACED);
    }

    /** A whole process with its start. */
    Scenario coldProduce() {
        return produce("cold", "produce 5M").records(0, scale.coldRecords()).measuredAs(Method.COLD);
    }

    /** A whole process with its start. */
    Scenario coldConsume() {
        return filled(consume("cold", "consume 5M"), "none", 0, scale.coldRecords())
                .measuredAs(Method.COLD);
    }
}
