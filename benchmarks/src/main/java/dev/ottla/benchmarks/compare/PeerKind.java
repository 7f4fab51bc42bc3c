package dev.ottla.benchmarks.compare;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

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
        // The default only since 2.13; the other peers never delay small packets.
        translated.put("socket.nagle.disable", "true");
        // Beyond its defaults, which would bound it by numbers of messages long before the bytes that all peers have.
        if (sends) {
            translated.put("queue.buffering.max.messages", "10000000");
            translated.put("batch.num.messages", "1000000");
        }
        if (receives) {
            translated.put("queued.min.messages", "1000000");
            translated.put("queued.max.messages.kbytes", "65536");
        }
        return translated;
    }

    private static String translate(String key, String value) {
        return switch (key) {
            case "buffer.memory" -> Long.toString(Long.parseLong(value) / KIB);
            case "send.buffer.bytes", "receive.buffer.bytes" -> value.equals("-1") ? "0" : value;
            default -> value;
        };
    }
}
