package dev.ottla.consumer.internal.group;

import dev.ottla.common.TopicPartition;
import dev.ottla.consumer.assignor.MemberSubscription;
import dev.ottla.errors.MalformedMessageException;
import dev.ottla.internal.concurrent.Copies;
import dev.ottla.internal.concurrent.Immutable;
import dev.ottla.internal.protocol.Ints;
import dev.ottla.internal.protocol.message.ConsumerProtocolAssignment;
import dev.ottla.internal.protocol.message.ConsumerProtocolSubscription;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
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

    /** With owned partitions (KIP-429), generation (KIP-792) and rack (KIP-881). */
    private static final short SUBSCRIPTION_VERSION = 3;

    private static final short ASSIGNMENT_VERSION = 1;
    private static final short ASSIGNMENT_VERSION_MAX = 3;

    private ConsumerProtocol() {}

    /**
     * What a member tells of itself.
     *
     * @param owned what it goes on reading meanwhile, in a cooperative group
     * @param generationId in which it got them; -1 if in none
     * @param rack where it runs; empty if it does not tell
     */
    record Subscription(Set<String> topics, Set<TopicPartition> owned, int generationId, String rack) {}

    /** A new heap buffer. */
    static ByteBuf subscription(Subscription subscription, ByteBuffer userData) {
        List<ConsumerProtocolSubscription.TopicPartition> owned = new ArrayList<>();
        byTopic(subscription.owned())
                .forEach(
                        (topic, numbers) -> owned.add(new ConsumerProtocolSubscription.TopicPartition(topic, numbers)));
        ByteBuf out = Unpooled.buffer();
        out.writeShort(SUBSCRIPTION_VERSION);
        ConsumerProtocolSubscription.builder()
                .topics(List.copyOf(new TreeSet<>(subscription.topics())))
                .userData(userData.hasRemaining() ? Unpooled.wrappedBuffer(userData) : null)
                .ownedPartitions(owned)
                .generationId(subscription.generationId())
                .rackId(subscription.rack().isEmpty() ? null : subscription.rack())
                .build()
                .write(out, SUBSCRIPTION_VERSION);
        return out;
    }

    /** Reads what a member sent; borrows the buffer. */
    static MemberSubscription readSubscription(String memberId, @Nullable String groupInstanceId, ByteBuf in) {
        short version = readVersion(in, SUBSCRIPTION_VERSION);
        ConsumerProtocolSubscription subscription = ConsumerProtocolSubscription.read(in, version);
        List<TopicPartition> owned = new ArrayList<>();
        subscription.ownedPartitions().forEach(topic -> addAll(owned, topic.topic(), topic.partitions()));
        return new MemberSubscription(
                memberId,
                Optional.ofNullable(groupInstanceId),
                subscription.topics(),
                owned,
                subscription.generationId() < 0 ? OptionalInt.empty() : OptionalInt.of(subscription.generationId()),
                Optional.ofNullable(subscription.rackId()),
                copy(subscription.userData()));
    }

    private static ByteBuffer copy(@Nullable ByteBuf bytes) {
        return bytes == null ? ByteBuffer.allocate(0) : ByteBuffer.wrap(ByteBufUtil.getBytes(bytes));
    }

    /** A new heap buffer. */
    static ByteBuf assignment(Collection<TopicPartition> partitions) {
        List<ConsumerProtocolAssignment.TopicPartition> topics = new ArrayList<>();
        byTopic(partitions)
                .forEach((topic, numbers) -> topics.add(new ConsumerProtocolAssignment.TopicPartition(topic, numbers)));
        ByteBuf out = Unpooled.buffer();
        out.writeShort(ASSIGNMENT_VERSION);
        new ConsumerProtocolAssignment(topics, null).write(out, ASSIGNMENT_VERSION);
        return out;
    }

    private static Map<String, Ints> byTopic(Collection<TopicPartition> partitions) {
        Map<String, List<Integer>> numbers = new TreeMap<>();
        for (TopicPartition partition : partitions) {
            numbers.computeIfAbsent(partition.topic(), topic -> new ArrayList<>())
                    .add(partition.partition());
        }
        Map<String, Ints> byTopic = new TreeMap<>();
        numbers.forEach((topic, list) -> byTopic.put(
                topic,
                Ints.of(list.stream().mapToInt(Integer::intValue).sorted().toArray())));
        return byTopic;
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
        return Copies.of(partitions);
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
