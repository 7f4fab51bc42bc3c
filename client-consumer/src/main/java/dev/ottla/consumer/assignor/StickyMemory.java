package dev.ottla.consumer.assignor;

import dev.ottla.common.TopicPartition;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * The user data of Kafka's sticky assignors, which have no schema of their own: for the sticky one the partitions, by topic,
 * then from KIP-341 on the generation; for the cooperative one the generation alone, for members that read no subscription of
 * version 2. What can't be read counts as nothing said, because one member's data must not stop the whole group.
 */
final class StickyMemory {

    private StickyMemory() {}

    static ByteBuffer write(Claim claim) {
        Map<String, List<Integer>> byTopic = new TreeMap<>();
        for (TopicPartition partition : claim.partitions()) {
            byTopic.computeIfAbsent(partition.topic(), topic -> new ArrayList<>())
                    .add(partition.partition());
        }
        ByteBuffer out = ByteBuffer.allocate(sizeOf(byTopic));
        out.putInt(byTopic.size());
        byTopic.forEach((topic, numbers) -> {
            byte[] name = topic.getBytes(StandardCharsets.UTF_8);
            out.putShort((short) name.length).put(name).putInt(numbers.size());
            numbers.stream().sorted().forEach(out::putInt);
        });
        return out.putInt(claim.generationId()).flip();
    }

    private static int sizeOf(Map<String, List<Integer>> byTopic) {
        int size = 2 * Integer.BYTES;
        for (Map.Entry<String, List<Integer>> entry : byTopic.entrySet()) {
            size += Short.BYTES + entry.getKey().getBytes(StandardCharsets.UTF_8).length;
            size += (1 + entry.getValue().size()) * Integer.BYTES;
        }
        return size;
    }

    static Claim read(ByteBuffer in) {
        try {
            List<TopicPartition> partitions = new ArrayList<>();
            for (int topics = in.hasRemaining() ? in.getInt() : 0; topics > 0; topics--) {
                readTopic(in, partitions);
            }
            return new Claim(partitions, readGeneration(in).orElse(Claim.NO_GENERATION));
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            return Claim.NOTHING;
        }
    }

    private static void readTopic(ByteBuffer in, Collection<TopicPartition> partitions) {
        byte[] name = new byte[Math.max(0, Math.min(in.getShort(), in.remaining()))];
        in.get(name);
        String topic = new String(name, StandardCharsets.UTF_8);
        for (int left = in.getInt(); left > 0; left--) {
            partitions.add(new TopicPartition(topic, in.getInt()));
        }
    }

    static ByteBuffer writeGeneration(int generationId) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(generationId).flip();
    }

    static OptionalInt readGeneration(ByteBuffer in) {
        return in.remaining() >= Integer.BYTES ? OptionalInt.of(in.getInt()) : OptionalInt.empty();
    }
}
