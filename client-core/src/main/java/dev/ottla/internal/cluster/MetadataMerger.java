package dev.ottla.internal.cluster;

import dev.ottla.common.Node;
import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.concurrent.Immutable;
import dev.ottla.internal.protocol.Ints;
import dev.ottla.internal.protocol.message.MetadataResponse;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Makes the next {@link Metadata} out of the last one and an answer. Brokers learn of changes at different times, so an
 * answer may be older than what is known: a partition never goes back to an earlier leader epoch, unless the topic id shows
 * that it belongs to another topic of the same name.
 */
@Immutable
final class MetadataMerger {
    private MetadataMerger() {}

    static Metadata merge(Metadata last, MetadataResponse response, Set<String> trackedTopics) {
        Map<String, TopicMetadata> topics = new HashMap<>();
        Map<String, ErrorCode> errors = new HashMap<>();
        for (MetadataResponse.MetadataResponseTopic answered : response.topics()) {
            String name = answered.name();
            if (name == null || !trackedTopics.contains(name)) {
                continue;
            }
            ErrorCode error = ErrorCode.of(answered.errorCode());
            TopicMetadata known = last.topic(name);
            if (error == ErrorCode.NONE) {
                topics.put(name, merge(known, answered, name));
            } else if (known != null && error.isRetriable() && error != ErrorCode.UNKNOWN_TOPIC_OR_PARTITION) {
                topics.put(name, known);
            } else {
                errors.put(name, error);
            }
        }
        keepUnanswered(last, trackedTopics, topics, errors);
        return Metadata.of(response.clusterId(), response.controllerId(), nodes(response), topics, errors);
    }

    /** The brokers that the answer names, but for those that can't be. */
    static Map<Integer, Node> nodes(MetadataResponse response) {
        Map<Integer, Node> nodes = new HashMap<>();
        for (MetadataResponse.MetadataResponseBroker broker : response.brokers()) {
            Node node = AdvertisedNode.of(broker.nodeId(), broker.host(), broker.port(), broker.rack());
            if (node != null) {
                nodes.put(node.id(), node);
            }
        }
        return nodes;
    }

    /** A topic that was asked for after the request had left is not in the answer; that says nothing about it. */
    private static void keepUnanswered(
            Metadata last,
            Set<String> trackedTopics,
            Map<String, TopicMetadata> topics,
            Map<String, ErrorCode> errors) {
        for (String name : trackedTopics) {
            TopicMetadata known = last.topic(name);
            if (known != null && !topics.containsKey(name) && !errors.containsKey(name)) {
                topics.put(name, known);
            }
        }
    }

    private static TopicMetadata merge(
            @Nullable TopicMetadata known, MetadataResponse.MetadataResponseTopic answered, String name) {
        UUID topicId = answered.topicId();
        PartitionMetadata[] partitions = new PartitionMetadata[partitionCount(known, answered)];
        for (MetadataResponse.MetadataResponsePartition partition : answered.partitions()) {
            if (partition.partitionIndex() >= 0 && partition.partitionIndex() < partitions.length) {
                partitions[partition.partitionIndex()] = partition(partition);
            }
        }
        for (int i = 0; i < partitions.length; i++) {
            if (partitions[i] == null) {
                partitions[i] = missing(i);
            }
        }
        TopicMetadata merged = new TopicMetadata(name, topicId, answered.isInternal(), Arrays.asList(partitions));
        if (known == null || !known.isSameTopicAs(merged)) {
            return merged;
        }
        for (int i = 0; i < partitions.length; i++) {
            PartitionMetadata before = known.partition(i);
            boolean isUnanswered = i >= answered.partitions().size();
            if (before != null && (isUnanswered || isOlder(partitions[i], before))) {
                partitions[i] = before;
            }
        }
        List<PartitionMetadata> newest = List.of(partitions);
        return new TopicMetadata(name, topicId, answered.isInternal(), newest);
    }

    /** A topic never loses partitions while it keeps its id: an answer with fewer is older than what is known. */
    private static int partitionCount(@Nullable TopicMetadata known, MetadataResponse.MetadataResponseTopic answered) {
        int count = answered.partitions().size();
        boolean isSureToBeTheSame = known != null
                && !known.topicId().equals(TopicMetadata.NO_ID)
                && known.topicId().equals(answered.topicId());
        return known != null && isSureToBeTheSame ? Math.max(count, known.partitionCount()) : count;
    }

    private static boolean isOlder(PartitionMetadata answered, PartitionMetadata before) {
        return answered.leaderEpoch() != PartitionMetadata.UNKNOWN_EPOCH
                && answered.leaderEpoch() < before.leaderEpoch();
    }

    private static PartitionMetadata partition(MetadataResponse.MetadataResponsePartition answered) {
        return new PartitionMetadata(
                answered.partitionIndex(),
                answered.leaderId(),
                answered.leaderEpoch(),
                answered.replicaNodes(),
                answered.isrNodes(),
                answered.offlineReplicas(),
                ErrorCode.of(answered.errorCode()));
    }

    private static PartitionMetadata missing(int partition) {
        return new PartitionMetadata(
                partition,
                PartitionMetadata.NO_LEADER,
                PartitionMetadata.UNKNOWN_EPOCH,
                Ints.EMPTY,
                Ints.EMPTY,
                Ints.EMPTY,
                ErrorCode.LEADER_NOT_AVAILABLE);
    }
}
