package dev.ottla.admin;

import dev.ottla.admin.internal.Answer;
import dev.ottla.admin.internal.KeyedRequest;
import dev.ottla.internal.concurrent.Immutable;
import dev.ottla.internal.protocol.RequestMessage;
import dev.ottla.internal.protocol.VersionedRequest;
import dev.ottla.internal.protocol.message.ApiKey;
import dev.ottla.internal.protocol.message.ListGroupsRequest;
import dev.ottla.internal.protocol.message.ListGroupsResponse;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** ListGroups: each broker is asked for the groups that it coordinates. */
@Immutable
record ListGroups(GroupFilter filter) implements KeyedRequest<Integer, List<GroupListing>, ListGroupsResponse> {
    private static final int STATES_VERSION = 4;
    private static final int TYPES_VERSION = 5;

    @Override
    public RequestMessage<ListGroupsResponse> request(List<Integer> nodeIds, int timeoutMs) {
        List<String> states =
                filter.states().stream().map(GroupState::protocolName).toList();
        List<String> types =
                filter.types().stream().map(GroupType::protocolName).toList();
        return new VersionedRequest<>(
                ApiKey.LIST_GROUPS,
                lowestVersion(),
                ApiKey.LIST_GROUPS.highestVersion(),
                version -> new ListGroupsRequest(states, version >= TYPES_VERSION ? types : List.of()));
    }

    private int lowestVersion() {
        boolean typesMatter = !filter.types().isEmpty() && !filter.types().equals(Set.of(GroupType.CLASSIC));
        if (typesMatter) {
            return TYPES_VERSION;
        }
        return filter.states().isEmpty() ? ApiKey.LIST_GROUPS.lowestVersion() : STATES_VERSION;
    }

    @Override
    public short errorCode(ListGroupsResponse response) {
        return response.errorCode();
    }

    @Override
    public Map<Integer, Answer<List<GroupListing>>> answers(List<Integer> nodeIds, ListGroupsResponse response) {
        List<GroupListing> groups = response.groups().stream()
                .map(group -> new GroupListing(
                        group.groupId(),
                        GroupType.of(group.groupType()),
                        GroupState.of(group.groupState()),
                        group.protocolType()))
                .filter(this::hasWantedProtocolType)
                .toList();
        return nodeIds.stream().collect(Collectors.toMap(id -> id, id -> new Answer.Value<>(groups)));
    }

    private boolean hasWantedProtocolType(GroupListing group) {
        return filter.protocolTypes().isEmpty() || filter.protocolTypes().contains(group.protocolType());
    }

    /**
     * Each group once, in the order of their ids. A group that moves to another coordinator meanwhile may be told by both:
     * then the one that still thinks it alive is believed.
     */
    static List<GroupListing> merge(Collection<List<GroupListing>> byBroker) {
        Map<String, GroupListing> merged = new TreeMap<>();
        byBroker.stream()
                .flatMap(List::stream)
                .forEach(group -> merged.merge(group.groupId(), group, ListGroups::moreAlive));
        return List.copyOf(merged.values());
    }

    private static GroupListing moreAlive(GroupListing first, GroupListing second) {
        return Comparator.comparing((GroupListing group) -> group.state() != GroupState.DEAD)
                                .thenComparing(group -> group.state() != GroupState.UNKNOWN)
                                .compare(first, second)
                        >= 0
                ? first
                : second;
    }
}
