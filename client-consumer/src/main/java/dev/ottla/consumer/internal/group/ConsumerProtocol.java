package dev.ottla.consumer.internal.group;

import dev.ottla.common.TopicPartition;
import dev.ottla.consumer.assignor.MemberSubscription;
import dev.ottla.errors.MalformedMessageException;
import dev.ottla.internal.concurrent.Immutable;
import dev.ottla.internal.protocol.Ints;
import dev.ottla.internal.protocol.message.ConsumerProtocolAssignment;
import dev.ottla.internal.protocol.message.ConsumerProtocolSubscription;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What consumers say to each other through their coordinator, which does not look into it: subscriptions in JoinGroup,
 * assignments in SyncGroup. Each begins with its version; a reader takes what it knows of a newer one (KIP-35's rule for
 * embedded protocols).
 */
@Immutable
final class ConsumerProtocol {
    /** The {@code protocolType} of all consumer groups. */
    static final String TYPE = "consumer";

    /** Without generation and rack, of which the eager assignors make no use. */
    private static final short SUBSCRIPTION_VERSION = 1;

    private static final short SUBSCRIPTION_VERSION_MAX = 3;
    private static final short ASSIGNMENT_VERSION = 1;
    private static final short ASSIGNMENT_VERSION_MAX = 3;

    private ConsumerProtocol() {}

    /** A new heap buffer. */
    static ByteBuf subscription(Collection<String> topics) {
        ByteBuf out = Unpooled.buffer();
        out.writeShort(SUBSCRIPTION_VERSION);
        ConsumerProtocolSubscription.builder()
                .topics(List.copyOf(new TreeSet<>(topics)))
                .build()
                .write(out, SUBSCRIPTION_VERSION);
        return out;
    }

    /** Reads what a member sent; borrows the buffer. */
    static MemberSubscription readSubscription(String memberId, @Nullable String groupInstanceId, ByteBuf in) {
        ConsumerProtocolSubscription subscription =
                ConsumerProtocolSubscription.read(in, readVersion(in, SUBSCRIPTION_VERSION_MAX));
        List<TopicPartition> owned = new ArrayList<>();
        subscription.ownedPartitions().forEach(topic -> addAll(owned, topic.topic(), topic.partitions()));
        return new MemberSubscription(memberId, Optional.ofNullable(groupInstanceId), subscription.topics(), owned);
    }

    /** A new heap buffer. */
    static ByteBuf assignment(Collection<TopicPartition> partitions) {
        Map<String, List<Integer>> byTopic = new TreeMap<>();
        for (TopicPartition partition : partitions) {
            byTopic.computeIfAbsent(partition.topic(), topic -> new ArrayList<>())
                    .add(partition.partition());
        }
        List<ConsumerProtocolAssignment.TopicPartition> topics = new ArrayList<>();
        byTopic.forEach((topic, numbers) -> topics.add(new ConsumerProtocolAssignment.TopicPartition(
                topic, Ints.of(numbers.stream().mapToInt(Integer::intValue).toArray()))));
        ByteBuf out = Unpooled.buffer();
        out.writeShort(ASSIGNMENT_VERSION);
        new ConsumerProtocolAssignment(topics, null).write(out, ASSIGNMENT_VERSION);
        return out;
    }

    /** Reads what the leader sent; an empty buffer, as from a leader that knew nothing of this member, means no partitions. */
    static Set<TopicPartition> readAssignment(ByteBuf in) {
        if (!in.isReadable()) {
            return Set.of();
        }
        ConsumerProtocolAssignment assignment =
                ConsumerProtocolAssignment.read(in, readVersion(in, ASSIGNMENT_VERSION_MAX));
        List<TopicPartition> partitions = new ArrayList<>();
        assignment.assignedPartitions().forEach(topic -> addAll(partitions, topic.topic(), topic.partitions()));
        return Set.copyOf(partitions);
    }

    private static short readVersion(ByteBuf in, short highest) {
        if (in.readableBytes() < Short.BYTES) {
            throw new MalformedMessageException(
                    "a member's metadata of " + in.readableBytes() + " bytes has no version");
        }
        short version = in.readShort();
        if (version < 0) {
            throw new MalformedMessageException("a member's metadata has version " + version);
        }
        return (short) Math.min(version, highest);
    }

    private static void addAll(List<TopicPartition> partitions, String topic, Ints numbers) {
        for (int i = 0; i < numbers.size(); i++) {
            partitions.add(new TopicPartition(topic, numbers.get(i)));
        }
    }
}
