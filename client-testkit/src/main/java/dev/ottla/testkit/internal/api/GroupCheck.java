package dev.ottla.testkit.internal.api;

import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.testkit.internal.api.Coordinators.Kind;

/** What a broker checks before it does anything for a group: that it is in charge, and that the id is one. */
@EventLoopConfined
final class GroupCheck {
    private GroupCheck() {}

    /** The error to refuse with; NONE to go on. */
    static ErrorCode check(ClusterModel model, Call<?> call, String groupId) {
        if (call.wantedError() != ErrorCode.NONE) {
            return call.wantedError();
        }
        if (groupId.isEmpty()) {
            return ErrorCode.INVALID_GROUP_ID;
        }
        return checkCoordinator(model, call, groupId);
    }

    /** The same for requests that may speak of the group without a name, as old clients commit to it. */
    static ErrorCode checkCoordinator(ClusterModel model, Call<?> call, String groupId) {
        ErrorCode wanted = call.wantedError();
        return wanted == ErrorCode.NONE ? model.coordinators().check(Kind.GROUP, groupId, call.nodeId()) : wanted;
    }
}
