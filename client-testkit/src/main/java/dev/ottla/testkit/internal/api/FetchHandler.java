package dev.ottla.testkit.internal.api;

import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.message.FetchRequest;
import dev.ottla.internal.protocol.message.FetchResponse;
import dev.ottla.testkit.internal.api.FetchSessions.Scope;

/** Fetch: reads the partitions of the request or of its session, now or when there is enough to read. */
@EventLoopConfined
final class FetchHandler implements ApiHandler<FetchRequest, FetchResponse> {
    private final ClusterModel model;

    FetchHandler(ClusterModel model) {
        this.model = model;
    }

    @Override
    public void handle(FetchRequest request, Call<FetchResponse> call) {
        Scope scope = model.fetchSessions(call.nodeId()).scope(request, call.version());
        if (scope instanceof Scope.Refused refused) {
            call.reply(refusal(refused.error()));
        } else {
            new PendingFetch(model, call, request, scope).start();
        }
    }

    private static FetchResponse refusal(ErrorCode error) {
        return FetchResponse.builder().errorCode(error.code()).build();
    }
}
