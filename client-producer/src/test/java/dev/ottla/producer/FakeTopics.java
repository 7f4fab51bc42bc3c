package dev.ottla.producer;

import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.protocol.message.MetadataRequest;
import dev.ottla.internal.protocol.message.MetadataResponse;
import dev.ottla.internal.protocol.message.MetadataResponse.MetadataResponseBroker;
import dev.ottla.internal.protocol.message.MetadataResponse.MetadataResponsePartition;
import dev.ottla.internal.protocol.message.MetadataResponse.MetadataResponseTopic;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The topics of the fake brokers: who leads which partition. Nodes are 1 to 3. */
final class FakeTopics {
    static final int NO_LEADER = -1;
    private static final int NODES = 3;

    private static final class Topic {
        final UUID id;
        final int[] leaders;
        int epoch = 5;

        Topic(UUID id, int[] leaders) {
            this.id = id;
            this.leaders = leaders;
        }
    }

    private final Map<String, Topic> topics = new HashMap<>();
    final Map<String, ErrorCode> errors = new HashMap<>();
    int metadataRequests;

    /** A topic whose partitions have these leaders. */
    void create(String name, int... leaders) {
        topics.put(name, new Topic(idOf(name), leaders.clone()));
    }

    static UUID idOf(String name) {
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
    }

    void move(String name, int partition, int leader) {
        Topic topic = topics.get(name);
        topic.leaders[partition] = leader;
        topic.epoch++;
    }

    MetadataResponse answer(MetadataRequest request) {
        metadataRequests++;
        List<MetadataResponseBroker> brokers = new ArrayList<>();
        for (int node = 1; node <= NODES; node++) {
            brokers.add(new MetadataResponseBroker(node, "node", node, null));
        }
        List<MetadataResponseTopic> answered = new ArrayList<>();
        for (MetadataRequest.MetadataRequestTopic asked : request.topics()) {
            answered.add(answer(asked.name()));
        }
        return MetadataResponse.builder()
                .brokers(brokers)
                .clusterId("fake")
                .controllerId(1)
                .topics(answered)
                .build();
    }

    private MetadataResponseTopic answer(String name) {
        Topic topic = topics.get(name);
        ErrorCode error =
                errors.getOrDefault(name, topic == null ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION : ErrorCode.NONE);
        MetadataResponseTopic.Builder answer =
                MetadataResponseTopic.builder().name(name).errorCode(error.code());
        if (topic != null && error == ErrorCode.NONE) {
            answer.topicId(topic.id).partitions(partitions(topic));
        }
        return answer.build();
    }

    private static List<MetadataResponsePartition> partitions(Topic topic) {
        List<MetadataResponsePartition> partitions = new ArrayList<>();
        for (int i = 0; i < topic.leaders.length; i++) {
            partitions.add(MetadataResponsePartition.builder()
                    .partitionIndex(i)
                    .leaderId(topic.leaders[i])
                    .leaderEpoch(topic.epoch)
                    .errorCode(topic.leaders[i] == NO_LEADER ? ErrorCode.LEADER_NOT_AVAILABLE.code() : 0)
                    .build());
        }
        return partitions;
    }
}
