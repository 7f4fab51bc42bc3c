package dev.ottla.testkit.internal.api;

import dev.ottla.common.TopicPartition;
import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.Ints;
import dev.ottla.internal.protocol.Wire;
import dev.ottla.internal.protocol.message.OffsetFetchRequest;
import dev.ottla.internal.protocol.message.OffsetFetchRequest.OffsetFetchRequestGroup;
import dev.ottla.internal.protocol.message.OffsetFetchRequest.OffsetFetchRequestTopics;
import dev.ottla.internal.protocol.message.OffsetFetchResponse;
import dev.ottla.internal.protocol.message.OffsetFetchResponse.OffsetFetchResponseGroup;
import dev.ottla.internal.protocol.message.OffsetFetchResponse.OffsetFetchResponsePartition;
import dev.ottla.internal.protocol.message.OffsetFetchResponse.OffsetFetchResponsePartitions;
import dev.ottla.internal.protocol.message.OffsetFetchResponse.OffsetFetchResponseTopic;
import dev.ottla.internal.protocol.message.OffsetFetchResponse.OffsetFetchResponseTopics;
import dev.ottla.testkit.internal.group.Group;
import dev.ottla.testkit.internal.group.GroupOffsets;
import dev.ottla.testkit.internal.group.GroupOffsets.Committed;
import dev.ottla.testkit.internal.topic.Topic;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** OffsetFetch: what groups have committed, of one group in old versions, of many from version 8 on (KIP-709). */
@EventLoopConfined
final class OffsetFetchHandler implements ApiHandler<OffsetFetchRequest, OffsetFetchResponse> {
    private static final short FIRST_BATCHED_VERSION = 8;
    private static final short FIRST_VERSION_WITH_TOPIC_IDS = 10;
    private static final short FIRST_VERSION_WITH_GROUP_ERROR = 2;
    private static final long NOTHING_COMMITTED = -1;

    private final ClusterModel model;

    OffsetFetchHandler(ClusterModel model) {
        this.model = model;
    }

    @Override
    public void handle(OffsetFetchRequest request, Call<OffsetFetchResponse> call) {
        if (call.version() >= FIRST_BATCHED_VERSION) {
            List<OffsetFetchResponseGroup> groups = request.groups().stream()
                    .map(group -> fetch(group, request.requireStable(), call))
                    .toList();
            call.reply(new OffsetFetchResponse(0, List.of(), ErrorCode.NONE.code(), groups));
        } else {
            OffsetFetchResponseGroup group = fetch(asGroup(request), request.requireStable(), call);
            call.reply(asSingle(group, request, call.version()));
        }
    }

    private OffsetFetchResponseGroup fetch(
            OffsetFetchRequestGroup asked, boolean requireStable, Call<OffsetFetchResponse> call) {
        ErrorCode error = GroupCheck.checkCoordinator(model, call, asked.groupId());
        Group group = model.groups().find(asked.groupId());
        if (error == ErrorCode.NONE && group != null) {
            error = group.checkFetch(asked.memberId(), asked.memberEpoch());
        }
        if (error != ErrorCode.NONE) {
            return new OffsetFetchResponseGroup(asked.groupId(), List.of(), error.code());
        }
        GroupOffsets offsets = model.groups().offsets(asked.groupId());
        List<OffsetFetchRequestTopics> topics = asked.topics();
        List<OffsetFetchResponseTopics> answers = (topics == null ? everything(offsets, call.version()) : topics)
                .stream()
                        .map(topic -> fetch(offsets, topic, requireStable, call))
                        .toList();
        return new OffsetFetchResponseGroup(asked.groupId(), answers, ErrorCode.NONE.code());
    }

    private List<OffsetFetchRequestTopics> everything(GroupOffsets offsets, short version) {
        Map<String, List<Integer>> byTopic = new LinkedHashMap<>();
        offsets.all()
                .keySet()
                .forEach(partition -> byTopic.computeIfAbsent(partition.topic(), topic -> new ArrayList<>())
                        .add(partition.partition()));
        List<OffsetFetchRequestTopics> topics = new ArrayList<>();
        byTopic.forEach((name, partitions) -> {
            Topic topic = model.topics().find(name);
            boolean byId = version >= FIRST_VERSION_WITH_TOPIC_IDS;
            topics.add(new OffsetFetchRequestTopics(
                    byId ? "" : name,
                    byId && topic != null ? topic.id() : Wire.ZERO_UUID,
                    MetadataHandler.ints(partitions)));
        });
        return topics;
    }

    private OffsetFetchResponseTopics fetch(
            GroupOffsets offsets,
            OffsetFetchRequestTopics asked,
            boolean requireStable,
            Call<OffsetFetchResponse> call) {
        Topic topic =
                asked.topicId().equals(Wire.ZERO_UUID) ? null : model.topics().find(asked.topicId());
        boolean isUnknown = topic == null && !asked.topicId().equals(Wire.ZERO_UUID);
        String name = topic == null ? asked.name() : topic.name();
        List<OffsetFetchResponsePartitions> partitions = IntStream.of(
                        asked.partitionIndexes().toArray())
                .mapToObj(index -> isUnknown
                        ? nothing(index, ErrorCode.UNKNOWN_TOPIC_ID)
                        : fetch(offsets, new TopicPartition(name, index), requireStable, call))
                .toList();
        return new OffsetFetchResponseTopics(asked.name(), asked.topicId(), partitions);
    }

    private static OffsetFetchResponsePartitions fetch(
            GroupOffsets offsets, TopicPartition partition, boolean requireStable, Call<OffsetFetchResponse> call) {
        ErrorCode wanted = call.wantedError(partition.topic(), partition.partition());
        if (wanted != ErrorCode.NONE) {
            return nothing(partition.partition(), wanted);
        }
        if (requireStable && offsets.isUnstable(partition)) {
            return nothing(partition.partition(), ErrorCode.UNSTABLE_OFFSET_COMMIT);
        }
        Committed committed = offsets.find(partition);
        if (committed == null) {
            return nothing(partition.partition(), ErrorCode.NONE);
        }
        return OffsetFetchResponsePartitions.builder()
                .partitionIndex(partition.partition())
                .committedOffset(committed.offset())
                .committedLeaderEpoch(committed.leaderEpoch())
                .metadata(committed.metadata() == null ? "" : committed.metadata())
                .build();
    }

    private static OffsetFetchResponsePartitions nothing(int partition, ErrorCode error) {
        return OffsetFetchResponsePartitions.builder()
                .partitionIndex(partition)
                .committedOffset(NOTHING_COMMITTED)
                .metadata("")
                .errorCode(error.code())
                .build();
    }

    private static OffsetFetchRequestGroup asGroup(OffsetFetchRequest request) {
        List<OffsetFetchRequest.OffsetFetchRequestTopic> asked = request.topics();
        @Nullable
        List<OffsetFetchRequestTopics> topics = asked == null
                ? null
                : asked.stream()
                        .map(topic ->
                                new OffsetFetchRequestTopics(topic.name(), Wire.ZERO_UUID, topic.partitionIndexes()))
                        .toList();
        return new OffsetFetchRequestGroup(request.groupId(), null, -1, topics);
    }

    /** Version 1 has no place for an error of the group, so every partition has it. */
    private static OffsetFetchResponse asSingle(
            OffsetFetchResponseGroup group, OffsetFetchRequest request, short version) {
        List<OffsetFetchResponseTopic> topics = group.topics().stream()
                .map(topic -> new OffsetFetchResponseTopic(
                        topic.name(),
                        topic.partitions().stream()
                                .map(each -> asSingle(each, each.errorCode()))
                                .toList()))
                .toList();
        if (version < FIRST_VERSION_WITH_GROUP_ERROR && group.errorCode() != ErrorCode.NONE.code()) {
            List<OffsetFetchRequest.OffsetFetchRequestTopic> asked = request.topics();
            topics = (asked == null ? List.<OffsetFetchRequest.OffsetFetchRequestTopic>of() : asked)
                    .stream()
                            .map(topic -> new OffsetFetchResponseTopic(
                                    topic.name(), refused(topic.partitionIndexes(), group.errorCode())))
                            .toList();
        }
        return new OffsetFetchResponse(0, topics, group.errorCode(), List.of());
    }

    private static List<OffsetFetchResponsePartition> refused(Ints partitions, short errorCode) {
        return IntStream.of(partitions.toArray())
                .mapToObj(index -> asSingle(nothing(index, ErrorCode.NONE), errorCode))
                .toList();
    }

    private static OffsetFetchResponsePartition asSingle(OffsetFetchResponsePartitions each, short errorCode) {
        return OffsetFetchResponsePartition.builder()
                .partitionIndex(each.partitionIndex())
                .committedOffset(each.committedOffset())
                .committedLeaderEpoch(each.committedLeaderEpoch())
                .metadata(each.metadata())
                .errorCode(errorCode)
                .build();
    }
}
