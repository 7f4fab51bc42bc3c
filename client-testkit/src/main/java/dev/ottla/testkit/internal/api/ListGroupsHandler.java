package dev.ottla.testkit.internal.api;

import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.message.ListGroupsRequest;
import dev.ottla.internal.protocol.message.ListGroupsResponse;
import dev.ottla.internal.protocol.message.ListGroupsResponse.ListedGroup;
import dev.ottla.testkit.internal.api.Coordinators.Kind;
import java.util.List;

/** ListGroups: the groups that this broker is in charge of. */
@EventLoopConfined
final class ListGroupsHandler implements ApiHandler<ListGroupsRequest, ListGroupsResponse> {
    private final ClusterModel model;

    ListGroupsHandler(ClusterModel model) {
        this.model = model;
    }

    @Override
    public void handle(ListGroupsRequest request, Call<ListGroupsResponse> call) {
        if (call.wantedError() != ErrorCode.NONE) {
            call.reply(new ListGroupsResponse(0, call.wantedError().code(), List.of()));
            return;
        }
        List<ListedGroup> groups = model.groups().all().stream()
                .filter(group -> model.coordinators().of(Kind.GROUP, group.id()) == call.nodeId())
                .filter(group -> matches(request.statesFilter(), group.state()))
                .filter(group -> matches(request.typesFilter(), group.type()))
                .map(group -> new ListedGroup(group.id(), group.protocolType(), group.state(), group.type()))
                .toList();
        call.reply(new ListGroupsResponse(0, ErrorCode.NONE.code(), groups));
    }

    private static boolean matches(List<String> filter, String value) {
        return filter.isEmpty() || filter.stream().anyMatch(value::equalsIgnoreCase);
    }
}
