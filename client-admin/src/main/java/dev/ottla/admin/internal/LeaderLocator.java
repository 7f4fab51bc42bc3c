package dev.ottla.admin.internal;

import dev.ottla.common.TopicPartition;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.ErrorDetails;
import dev.ottla.errors.KafkaException;
import dev.ottla.internal.cluster.Call;
import dev.ottla.internal.cluster.RetrySafety;
import dev.ottla.internal.cluster.Route;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.Wire;
import dev.ottla.internal.protocol.message.ApiKey;
import dev.ottla.internal.protocol.message.MetadataRequest;
import dev.ottla.internal.protocol.message.MetadataRequest.MetadataRequestTopic;
import dev.ottla.internal.protocol.message.MetadataResponse;
import dev.ottla.internal.protocol.message.MetadataResponse.MetadataResponsePartition;
import dev.ottla.internal.protocol.message.MetadataResponse.MetadataResponseTopic;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Sends each partition to the broker that leads it, and those with the same leader together. Asks for metadata itself, because
 * the client's own refreshes may create topics that an admin only wants to look at. Owned by one {@link Fanout}.
 */
@EventLoopConfined
public final class LeaderLocator implements Locator<TopicPartition> {
    private static final int NO_LEADER = -1;

    private final Calls calls;

    /** Finds leaders. */
    public LeaderLocator(Calls calls) {
        this.calls = calls;
    }

    @Override
    public CompletableFuture<Locations<TopicPartition>> locate(List<TopicPartition> partitions, Deadline deadline) {
        return calls.call(new Call<>(
                        Route.ANY,
                        request(partitions),
                        RetrySafety.REPEATABLE,
                        response -> ErrorCode.of(response.errorCode()),
                        deadline.remaining()))
                .thenApply(response -> locations(partitions, response));
    }

    private static MetadataRequest request(List<TopicPartition> partitions) {
        List<MetadataRequestTopic> topics = partitions.stream()
                .map(TopicPartition::topic)
                .distinct()
                .map(name -> new MetadataRequestTopic(Wire.ZERO_UUID, name))
                .toList();
        return new MetadataRequest(topics, false, false, false);
    }

    static Locations<TopicPartition> locations(List<TopicPartition> partitions, MetadataResponse response) {
        Map<TopicPartition, Integer> leaders = new HashMap<>();
        Map<String, ErrorCode> topicErrors = new HashMap<>();
        for (MetadataResponseTopic topic : response.topics()) {
            String name = topic.name();
            if (name == null) {
                continue;
            }
            topicErrors.put(name, ErrorCode.of(topic.errorCode()));
            for (MetadataResponsePartition partition : topic.partitions()) {
                leaders.put(new TopicPartition(name, partition.partitionIndex()), partition.leaderId());
            }
        }
        Locations<TopicPartition> locations = new Locations<>();
        for (TopicPartition partition : partitions) {
            ErrorCode topicError = topicErrors.getOrDefault(partition.topic(), ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
            Integer leader = leaders.get(partition);
            if (leader != null && leader != NO_LEADER) {
                locations.found(partition, Route.node(leader));
            } else {
                locations.notFound(partition, noLeader(partition, topicError, leader != null));
            }
        }
        return locations;
    }

    private static KafkaException noLeader(TopicPartition partition, ErrorCode topicError, boolean partitionExists) {
        ErrorCode why = topicError != ErrorCode.NONE
                ? topicError
                : partitionExists ? ErrorCode.LEADER_NOT_AVAILABLE : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
        return ErrorDetails.ofCode(why)
                .api(ApiKey.METADATA.toString())
                .topicPartition(partition)
                .toException();
    }
}
