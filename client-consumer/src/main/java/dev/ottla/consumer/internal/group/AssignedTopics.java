package dev.ottla.consumer.internal.group;

import dev.ottla.internal.cluster.Cluster;
import dev.ottla.internal.cluster.TopicMetadata;
import dev.ottla.internal.concurrent.EventLoopConfined;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Names and ids of the topics that a {@link ConsumerMember} was assigned, remembered: a broker that has just started may answer
 * that it does not know a topic, and only the coordinator takes partitions away. A name that is another topic's by now is no
 * name of the old one any more. Owned by the home loop.
 */
@EventLoopConfined
final class AssignedTopics {
    private final Cluster cluster;
    private final Map<UUID, String> names = new HashMap<>();
    private final Map<String, UUID> ids = new HashMap<>();

    AssignedTopics(Cluster cluster) {
        this.cluster = cluster;
    }

    /** The name of the topic with this id; null if it is not known, or another topic has taken it. */
    @Nullable
    String name(UUID id) {
        String name = cluster.metadata().topicName(id);
        if (name != null) {
            UUID before = ids.put(name, id);
            if (before != null && !before.equals(id)) {
                names.remove(before);
            }
            names.put(id, name);
            return name;
        }
        String last = names.get(id);
        return last == null || cluster.metadata().topic(last) != null ? null : last;
    }

    /** The id of the topic with this name; null if it is not known. */
    @Nullable
    UUID id(String name) {
        TopicMetadata topic = cluster.metadata().topic(name);
        return topic == null ? ids.get(name) : topic.topicId();
    }
}
