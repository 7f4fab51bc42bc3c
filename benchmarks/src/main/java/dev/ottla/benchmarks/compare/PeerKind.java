package dev.ottla.benchmarks.compare;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

/** The libraries that are compared, and how Kafka's names of settings read in each. */
enum PeerKind {
    OTTLA,
    KAFKA_CLIENTS,
    LIBRDKAFKA;

    /** Kafka's name to librdkafka's; where there is none, librdkafka has no such setting. */
    private static final Map<String, String> LIBRDKAFKA_NAMES = Map.ofEntries(
            Map.entry("buffer.memory", "queue.buffering.max.kbytes"),
            Map.entry("send.buffer.bytes", "socket.send.buffer.bytes"),
            Map.entry("receive.buffer.bytes", "socket.receive.buffer.bytes"),
            Map.entry("fetch.max.wait.ms", "fetch.wait.max.ms"),
            Map.entry("max.request.size", "message.max.bytes"),
            Map.entry("max.poll.records", ""));

    private static final int KIB = 1024;

    /** What a consumer of librdkafka reads ahead, at most and by either bound: more than any other peer. */
    static final int LIBRDKAFKA_READ_AHEAD_MESSAGES = 1_000_000;

    static final int LIBRDKAFKA_READ_AHEAD_KIB = 65_536;

    private static final long QUIET_MILLIS = 100;

    /** A consumer of librdkafka that has read ahead enough looks again after {@code fetch.queue.backoff.ms}, a second. */
    private static final long QUIET_LIBRDKAFKA_CONSUMER_MILLIS = 1200;

    /** Twice {@code fetch.max.bytes} may be held for a broker, and of each partition what one answer brings. */
    private static final int OTTLA_ANSWERS = 2;

    /** As it is written on the command line and in the results. */
    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static PeerKind of(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    /** The settings as this library takes them. */
    Map<String, String> translate(Map<String, String> config, boolean sends, boolean receives) {
        if (this != LIBRDKAFKA) {
            return config;
        }
        Map<String, String> translated = new LinkedHashMap<>();
        config.forEach((key, value) -> {
            String name = LIBRDKAFKA_NAMES.getOrDefault(key, key);
            if (!name.isEmpty()) {
                translated.put(name, translate(key, value));
            }
        });
        // The default only since 2.10; the other peers never delay small packets.
        translated.put("socket.nagle.disable", "true");
        // Beyond its defaults, which would bound it by numbers of messages long before the bytes that all peers have.
        if (sends) {
            translated.put("queue.buffering.max.messages", "10000000");
            translated.put("batch.num.messages", "1000000");
        }
        if (receives) {
            translated.put("queued.min.messages", Integer.toString(LIBRDKAFKA_READ_AHEAD_MESSAGES));
            translated.put("queued.max.messages.kbytes", Integer.toString(LIBRDKAFKA_READ_AHEAD_KIB));
        }
        return translated;
    }

    /** How long a process must have used next to nothing before its round is over. */
    long quietMillis(boolean receives) {
        return this == LIBRDKAFKA && receives ? QUIET_LIBRDKAFKA_CONSUMER_MILLIS : QUIET_MILLIS;
    }

    /** What the settings bound the records to that the client holds; empty if nothing does. */
    OptionalLong budgetBytes(Scenario scenario) {
        Map<String, String> config = scenario.workload().config();
        if (scenario.sends()) {
            return OptionalLong.of(Long.parseLong(config.getOrDefault("buffer.memory", "0")));
        }
        long ofPartitions =
                scenario.shape().partitions() * Long.parseLong(config.getOrDefault("max.partition.fetch.bytes", "0"));
        long answer = Math.min(ofPartitions, Long.parseLong(config.getOrDefault("fetch.max.bytes", "0")));
        return switch (this) {
            case OTTLA -> OptionalLong.of(OTTLA_ANSWERS * answer);
            case LIBRDKAFKA -> OptionalLong.of((long) LIBRDKAFKA_READ_AHEAD_KIB * KIB + answer);
            case KAFKA_CLIENTS -> OptionalLong.empty();
        };
    }

    private static String translate(String key, String value) {
        return switch (key) {
            case "buffer.memory" -> Long.toString(Long.parseLong(value) / KIB);
            case "send.buffer.bytes", "receive.buffer.bytes" -> value.equals("-1") ? "0" : value;
            default -> value;
        };
    }
}
