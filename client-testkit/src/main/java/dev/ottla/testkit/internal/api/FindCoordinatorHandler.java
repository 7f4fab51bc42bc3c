package dev.ottla.testkit.internal.api;

import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.message.FindCoordinatorRequest;
import dev.ottla.internal.protocol.message.FindCoordinatorResponse;
import dev.ottla.internal.protocol.message.FindCoordinatorResponse.Coordinator;
import dev.ottla.testkit.internal.api.Coordinators.Kind;
import dev.ottla.testkit.internal.topic.Brokers.Broker;
import org.jspecify.annotations.Nullable;

/** FindCoordinator: who is in charge of groups or transactional ids, one or many at once (KIP-699). */
@EventLoopConfined
final class FindCoordinatorHandler implements ApiHandler<FindCoordinatorRequest, FindCoordinatorResponse> {
    private static final short FIRST_BATCHED_VERSION = 4;
    private static final byte GROUP = 0;
    private static final byte TRANSACTION = 1;

    private final ClusterModel model;

    FindCoordinatorHandler(ClusterModel model) {
        this.model = model;
    }

    @Override
    public void handle(FindCoordinatorRequest request, Call<FindCoordinatorResponse> call) {
        if (call.version() < FIRST_BATCHED_VERSION) {
            call.reply(single(find(request.key(), request.keyType(), call)));
        } else {
            call.reply(FindCoordinatorResponse.builder()
                    .coordinators(request.coordinatorKeys().stream()
                            .map(key -> find(key, request.keyType(), call))
                            .toList())
                    .build());
        }
    }

    private Coordinator find(String key, byte keyType, Call<FindCoordinatorResponse> call) {
        if (call.wantedError() != ErrorCode.NONE) {
            return refusal(key, call.wantedError(), null);
        }
        if (keyType != GROUP && keyType != TRANSACTION) {
            return refusal(key, ErrorCode.INVALID_REQUEST, "There is no kind " + keyType + " of coordinators");
        }
        Broker broker =
                model.brokers().find(model.coordinators().of(keyType == GROUP ? Kind.GROUP : Kind.TRANSACTION, key));
        return broker == null
                ? refusal(key, ErrorCode.COORDINATOR_NOT_AVAILABLE, null)
                : Coordinator.builder()
                        .key(key)
                        .nodeId(broker.id())
                        .host(broker.host())
                        .port(broker.port())
                        .errorMessage("")
                        .build();
    }

    private static Coordinator refusal(String key, ErrorCode error, @Nullable String message) {
        return Coordinator.builder()
                .key(key)
                .nodeId(-1)
                .port(-1)
                .errorCode(error.code())
                .errorMessage(message)
                .build();
    }

    private static FindCoordinatorResponse single(Coordinator found) {
        return FindCoordinatorResponse.builder()
                .errorCode(found.errorCode())
                // Brokers put the error's own words there when there is no error.
                .errorMessage(found.errorCode() == ErrorCode.NONE.code() ? "NONE" : found.errorMessage())
                .nodeId(found.nodeId())
                .host(found.host())
                .port(found.port())
                .build();
    }
}
