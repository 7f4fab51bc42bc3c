package dev.ottla.consumer.internal.fetch;

import dev.ottla.internal.concurrent.Immutable;
import dev.ottla.internal.protocol.FrameBuilder;
import dev.ottla.internal.protocol.RequestBody;
import dev.ottla.internal.protocol.message.ApiKey;
import dev.ottla.internal.protocol.message.FetchRequest;
import dev.ottla.internal.protocol.message.FetchRequest.FetchPartition;
import dev.ottla.internal.protocol.message.FetchRequest.FetchTopic;
import java.util.List;

/**
 * A fetch request in a version that names its topics as we can: by id from version 13 on (KIP-516), by name before. What an
 * older version can't say is left out.
 *
 * @param topicsHaveIds whether the id of every topic in the request is known
 */
@Immutable
record FetchBody(FetchRequest request, boolean topicsHaveIds) implements RequestBody {
    private static final short LAST_VERSION_WITH_NAMES = 12;
    private static final short FIRST_VERSION_WITH_SESSIONS = 7;
    private static final short FIRST_VERSION_WITH_LAST_EPOCH = 12;
    private static final int NO_SESSION = 0;
    private static final int NO_SESSION_EPOCH = -1;

    @Override
    public ApiKey apiKey() {
        return ApiKey.FETCH;
    }

    @Override
    public short highestVersion() {
        return topicsHaveIds ? apiKey().highestVersion() : LAST_VERSION_WITH_NAMES;
    }

    @Override
    public void write(FrameBuilder frame, short version) {
        FetchRequest written = version < FIRST_VERSION_WITH_LAST_EPOCH ? older(version) : request;
        written.write(frame.fields(), version);
    }

    /** A broker that knows no sessions answers with none, so everything is in the request. */
    private FetchRequest older(short version) {
        boolean knowsSessions = version >= FIRST_VERSION_WITH_SESSIONS;
        return FetchRequest.builder()
                .maxWaitMs(request.maxWaitMs())
                .minBytes(request.minBytes())
                .maxBytes(request.maxBytes())
                .isolationLevel(request.isolationLevel())
                .sessionId(knowsSessions ? request.sessionId() : NO_SESSION)
                .sessionEpoch(knowsSessions ? request.sessionEpoch() : NO_SESSION_EPOCH)
                .topics(request.topics().stream()
                        .map(FetchBody::withoutLastEpochs)
                        .toList())
                .forgottenTopicsData(knowsSessions ? request.forgottenTopicsData() : List.of())
                .rackId(request.rackId())
                .build();
    }

    private static FetchTopic withoutLastEpochs(FetchTopic topic) {
        return new FetchTopic(
                topic.topic(),
                topic.topicId(),
                topic.partitions().stream()
                        .map(partition -> FetchPartition.builder()
                                .partition(partition.partition())
                                .currentLeaderEpoch(partition.currentLeaderEpoch())
                                .fetchOffset(partition.fetchOffset())
                                .partitionMaxBytes(partition.partitionMaxBytes())
                                .build())
                        .toList());
    }
}
