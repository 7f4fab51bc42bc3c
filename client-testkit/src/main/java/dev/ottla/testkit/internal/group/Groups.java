package dev.ottla.testkit.internal.group;

import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.testkit.internal.topic.Topics;
import java.time.Duration;
import java.util.Collection;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** All groups and the offsets that they have committed, by group id. Owned by the cluster's loop. */
@EventLoopConfined
public final class Groups {
    private final EventLoop loop;
    private final Supplier<String> newUuid;
    private final Topics topics;
    private final Duration initialRebalanceDelay;
    private final ConsumerGroup.Times consumerTimes;
    private final TreeMap<String, Group> groups = new TreeMap<>();
    private final TreeMap<String, GroupOffsets> offsets = new TreeMap<>();

    /**
     * No groups.
     *
     * @param topics what members of KIP-848 groups can be assigned
     * @param initialRebalanceDelay how long a new classic group waits for more members
     * @param consumerTimes what KIP-848 groups go by
     */
    public Groups(EventLoop loop, Topics topics, Duration initialRebalanceDelay, ConsumerGroup.Times consumerTimes) {
        this.loop = loop;
        this.newUuid = () -> topics.newId().toString();
        this.topics = topics;
        this.initialRebalanceDelay = initialRebalanceDelay;
        this.consumerTimes = consumerTimes;
    }

    public Collection<Group> all() {
        return groups.values();
    }

    public @Nullable Group find(String id) {
        return groups.get(id);
    }

    /** The group if it is of the classic kind. */
    public @Nullable ClassicGroup findClassic(String id) {
        return groups.get(id) instanceof ClassicGroup group ? group : null;
    }

    /** The classic group of this id, made if there is none, or only one without members; null if it is of the other kind. */
    public @Nullable ClassicGroup classic(String id) {
        Group group = groups.get(id);
        if (group instanceof ClassicGroup classic) {
            return classic;
        }
        if (group != null && !group.isEmpty()) {
            return null;
        }
        ClassicGroup made = new ClassicGroup(id, loop, newUuid, initialRebalanceDelay.toNanos());
        groups.put(id, made);
        return made;
    }

    /** The group if it is of the kind of KIP-848. */
    public @Nullable ConsumerGroup findConsumer(String id) {
        return groups.get(id) instanceof ConsumerGroup group ? group : null;
    }

    /** The KIP-848 group of this id, made if there is none, or only one without members; null if it is of the other kind. */
    public @Nullable ConsumerGroup consumer(String id) {
        Group group = groups.get(id);
        if (group instanceof ConsumerGroup consumer) {
            return consumer;
        }
        if (group != null && !group.isEmpty()) {
            return null;
        }
        ConsumerGroup made = new ConsumerGroup(id, loop, topics, newUuid, consumerTimes);
        groups.put(id, made);
        return made;
    }

    /** The offsets of a group, whether there is such a group or not. */
    public GroupOffsets offsets(String id) {
        return offsets.computeIfAbsent(id, group -> new GroupOffsets());
    }

    /** Removes a group without members, and its offsets. */
    public ErrorCode delete(String id) {
        Group group = groups.get(id);
        if (group == null) {
            return ErrorCode.GROUP_ID_NOT_FOUND;
        }
        if (!group.isEmpty()) {
            return ErrorCode.NON_EMPTY_GROUP;
        }
        groups.remove(id);
        offsets.remove(id);
        return ErrorCode.NONE;
    }

    /** Removes what was committed for a topic that is gone. */
    public void onTopicDeleted(String topic) {
        offsets.values().forEach(each -> each.deleteTopic(topic));
    }
}
