package dev.ottla.benchmarks.nullbroker;

import dev.ottla.benchmarks.nullbroker.CannedTopics.CannedTopic;
import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.protocol.Ints;
import dev.ottla.internal.protocol.message.ApiKey;
import dev.ottla.internal.protocol.message.ApiVersionsResponse;
import dev.ottla.internal.protocol.message.FindCoordinatorRequest;
import dev.ottla.internal.protocol.message.FindCoordinatorResponse;
import dev.ottla.internal.protocol.message.InitProducerIdResponse;
import dev.ottla.internal.protocol.message.MetadataRequest;
import dev.ottla.internal.protocol.message.MetadataRequest.MetadataRequestTopic;
import dev.ottla.internal.protocol.message.MetadataResponse;
import dev.ottla.internal.protocol.message.MetadataResponse.MetadataResponseBroker;
import dev.ottla.internal.protocol.message.MetadataResponse.MetadataResponsePartition;
import dev.ottla.internal.protocol.message.MetadataResponse.MetadataResponseTopic;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/** What a client asks before it sends or fetches: who is there, who leads, who coordinates. Thread-safe. */
final class ClusterAnswers {
    static final String HOST = "127.0.0.1";

    private static final Set<ApiKey> ANSWERED = Set.of(
            ApiKey.API_VERSIONS,
            ApiKey.METADATA,
            ApiKey.FIND_COORDINATOR,
            ApiKey.INIT_PRODUCER_ID,
            ApiKey.PRODUCE,
            ApiKey.LIST_OFFSETS,
            ApiKey.FETCH,
            ApiKey.OFFSET_FETCH,
            ApiKey.OFFSET_COMMIT);

    private final List<Integer> ports;
    private final CannedTopics topics;
    private final AtomicLong nextProducerId = new AtomicLong(1000);

    /** A cluster whose broker number i, counted from 0, listens on the port number i. */
    ClusterAnswers(List<Integer> ports, CannedTopics topics) {
        this.ports = List.copyOf(ports);
        this.topics = topics;
    }

    ApiVersionsResponse apiVersions() {
        List<ApiVersionsResponse.ApiVersion> versions = new ArrayList<>();
        for (ApiKey each : ANSWERED) {
            // KAFKA-18659: librdkafka compresses only for brokers that name version 0, so Kafka 4 names it too.
            short lowest = each == ApiKey.PRODUCE ? 0 : each.lowestVersion();
            versions.add(new ApiVersionsResponse.ApiVersion(each.id(), lowest, each.highestVersion()));
        }
        return ApiVersionsResponse.builder().apiKeys(versions).build();
    }

    MetadataResponse metadata(MetadataRequest request) {
        List<MetadataResponseBroker> brokers = new ArrayList<>();
        for (int i = 0; i < ports.size(); i++) {
            brokers.add(new MetadataResponseBroker(i, HOST, ports.get(i), null));
        }
        List<MetadataResponseTopic> described = new ArrayList<>();
        List<MetadataRequestTopic> asked = request.topics();
        if (asked != null) {
            asked.forEach(topic -> described.add(describe(topic)));
        }
        return MetadataResponse.builder()
                .brokers(brokers)
                .clusterId("null-broker")
                .controllerId(0)
                .topics(described)
                .build();
    }

    private MetadataResponseTopic describe(MetadataRequestTopic asked) {
        CannedTopic topic = topics.find(asked.name(), asked.topicId());
        if (topic == null) {
            return MetadataResponseTopic.builder()
                    .name(asked.name())
                    .errorCode(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.code())
                    .build();
        }
        List<MetadataResponsePartition> partitions = new ArrayList<>();
        for (int i = 0; i < topic.shape().partitions(); i++) {
            int leader = i % ports.size();
            partitions.add(MetadataResponsePartition.builder()
                    .partitionIndex(i)
                    .leaderId(leader)
                    .leaderEpoch(0)
                    .replicaNodes(Ints.of(leader))
                    .isrNodes(Ints.of(leader))
                    .build());
        }
        return MetadataResponseTopic.builder()
                .name(topic.name())
                .topicId(topic.id())
                .partitions(partitions)
                .build();
    }

    FindCoordinatorResponse coordinator(FindCoordinatorRequest request, short version) {
        if (version < 4) {
            return FindCoordinatorResponse.builder()
                    .nodeId(0)
                    .host(HOST)
                    .port(ports.get(0))
                    .build();
        }
        List<FindCoordinatorResponse.Coordinator> coordinators = new ArrayList<>();
        for (String key : request.coordinatorKeys()) {
            coordinators.add(FindCoordinatorResponse.Coordinator.builder()
                    .key(key)
                    .nodeId(0)
                    .host(HOST)
                    .port(ports.get(0))
                    .build());
        }
        return FindCoordinatorResponse.builder().coordinators(coordinators).build();
    }

    InitProducerIdResponse producerId() {
        return InitProducerIdResponse.builder()
                .producerId(nextProducerId.getAndIncrement())
                .producerEpoch((short) 0)
                .build();
    }
}
