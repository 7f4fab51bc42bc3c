package dev.ottla.consumer.internal.fetch;

import dev.ottla.internal.concurrent.Immutable;
import dev.ottla.internal.protocol.FrameBuilder;
import dev.ottla.internal.protocol.RequestBody;
import dev.ottla.internal.protocol.message.ApiKey;
import dev.ottla.internal.protocol.message.FetchRequest;

/**
 * A fetch request in a version that names its topics as we can: by id from version 13 on (KIP-516), by name before.
 *
 * @param topicsHaveIds whether the id of every topic in the request is known
 */
@Immutable
record FetchBody(FetchRequest request, boolean topicsHaveIds) implements RequestBody {
    private static final short LAST_VERSION_WITH_NAMES = 12;
    private static final short FIRST_VERSION_WITH_SESSIONS = 7;
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
        FetchRequest written = version < FIRST_VERSION_WITH_SESSIONS ? withoutSession() : request;
        written.write(frame.fields(), version);
    }

    /** Such a broker answers with no session, so everything is in the request. */
    private FetchRequest withoutSession() {
        return FetchRequest.builder()
                .maxWaitMs(request.maxWaitMs())
                .minBytes(request.minBytes())
                .maxBytes(request.maxBytes())
                .isolationLevel(request.isolationLevel())
                .sessionEpoch(NO_SESSION_EPOCH)
                .topics(request.topics())
                .build();
    }
}
