package dev.ottla.internal.cluster;

import dev.ottla.common.Node;
import dev.ottla.common.TopicPartition;
import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.concurrent.Copies;
import dev.ottla.internal.concurrent.Immutable;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the cluster at one moment: its nodes, and the topics that somebody asked for. Replaced as a whole by the
 * {@link MetadataUpdater}; any thread may hold on to one.
 *
 * @param controllerId the controller, or {@link #NO_CONTROLLER}
 * @param topicErrors why topics that were asked for are not among {@code topics}
 */
@Immutable
public record Metadata(
        @Nullable String clusterId,
        int controllerId,
        Map<Integer, Node> nodes,
        Map<String, TopicMetadata> topics,
        Map<UUID, String> topicNames,
        Map<String, ErrorCode> topicErrors) {
    /** No controller is known. */
    public static final int NO_CONTROLLER = -1;

    /** Nothing is known yet. */
    public static final Metadata EMPTY = of(null, NO_CONTROLLER, Map.of(), Map.of(), Map.of());

    static Metadata of(
            @Nullable String clusterId,
            int controllerId,
            Map<Integer, Node> nodes,
            Map<String, TopicMetadata> topics,
            Map<String, ErrorCode> topicErrors) {
        Map<UUID, String> names = new HashMap<>();
        for (TopicMetadata topic : topics.values()) {
            if (!topic.topicId().equals(TopicMetadata.NO_ID)) {
                names.put(topic.topicId(), topic.name());
            }
        }
        return new Metadata(
                clusterId, controllerId, Copies.of(nodes), Copies.of(topics), Copies.of(names), Copies.of(topicErrors));
    }

    /** The topic, or null while it is not known. */
    public @Nullable TopicMetadata topic(String name) {
        return topics.get(name);
    }

    /** The name of the topic with this id, or null. */
    public @Nullable String topicName(UUID topicId) {
        return topicNames.get(topicId);
    }

    /** The partition, or null while it is not known. */
    public @Nullable PartitionMetadata partition(TopicPartition topicPartition) {
        TopicMetadata topic = topics.get(topicPartition.topic());
        return topic == null ? null : topic.partition(topicPartition.partition());
    }

    /** The node with this id, or null. */
    public @Nullable Node node(int nodeId) {
        return nodes.get(nodeId);
    }

    Metadata withNode(Node node) {
        Map<Integer, Node> newNodes = new HashMap<>(nodes);
        newNodes.put(node.id(), node);
        return new Metadata(clusterId, controllerId, Copies.of(newNodes), topics, topicNames, topicErrors);
    }

    Metadata withTopic(TopicMetadata topic, Map<Integer, Node> moreNodes) {
        Map<String, TopicMetadata> newTopics = new HashMap<>(topics);
        newTopics.put(topic.name(), topic);
        Map<Integer, Node> newNodes = new HashMap<>(nodes);
        newNodes.putAll(moreNodes);
        return new Metadata(
                clusterId, controllerId, Copies.of(newNodes), Copies.of(newTopics), topicNames, topicErrors);
    }
}
