package dev.ottla.it.interop;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ottla.common.Header;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A record as every {@link Peer} can write and read it. Key and value may be null. */
record Message(int partition, long timestamp, String key, String value, List<Header> headers) {
    /** The writer chooses the partition by the key. */
    static final int BY_KEY = -1;

    /** The writer sets the time of the send. */
    static final long NOW = -1;

    private static final long SEED = 1_234;
    private static final long FIRST_TIMESTAMP = 1_700_000_000_000L;

    /** All records of a partition have the same headers, since kcat takes them once for all that it writes. */
    private static final List<List<Header>> HEADERS_BY_PARTITION = List.of(
            List.of(),
            List.of(header("a", "1"), header("b", "zwei"), header("a", "3"), header("a", "1")),
            List.of(header("empty", ""), new Header("none", null)),
            List.of(header("größe", "€")));

    static final int PARTITIONS = HEADERS_BY_PARTITION.size();

    private static Header header(String name, String value) {
        return new Header(name, value.getBytes(UTF_8));
    }

    /** Records with and without key, with and without value, in all sizes and partitions, and timestamps out of order. */
    static List<Message> mixed(int count) {
        Random random = new Random(SEED);
        List<Message> messages = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int partition = random.nextInt(PARTITIONS);
            messages.add(new Message(
                    partition,
                    FIRST_TIMESTAMP + random.nextInt(1_000_000),
                    i % 5 == 0 ? null : "key-" + random.nextInt(100),
                    i % 7 == 0 ? null : "value " + i + " äöü 😀 ".repeat(random.nextInt(30)),
                    HEADERS_BY_PARTITION.get(partition)));
        }
        return messages;
    }

    /** Records with different keys of 1 to 40 characters, whose partitions are up to the writer. */
    static List<Message> keyed(int count) {
        Random random = new Random(SEED);
        return IntStream.range(0, count)
                .mapToObj(i -> Integer.toString(i, Character.MAX_RADIX)
                        + "ключ-key-ключ-".repeat(4).substring(0, random.nextInt(37)))
                .distinct()
                .map(key -> new Message(BY_KEY, NOW, key, "value", List.of()))
                .toList();
    }

    Message at(long newTimestamp) {
        return new Message(partition, newTimestamp, key, value, headers);
    }

    static Map<Integer, List<Message>> byPartition(List<Message> messages) {
        return messages.stream().collect(Collectors.groupingBy(Message::partition));
    }

    static Map<String, Integer> partitionByKey(List<Message> messages) {
        return messages.stream().collect(Collectors.toMap(Message::key, Message::partition));
    }
}
