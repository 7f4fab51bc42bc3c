package dev.ottla.admin;

import java.util.Set;

/**
 * Which groups to list: those that meet all three. An empty set lets everything through. Immutable: each method returns a
 * changed copy.
 *
 * @param states the states, asked of the brokers, which can from 2.6 on (KIP-518)
 * @param types the types, asked of the brokers, which can from 3.8 on (KIP-848); {@link GroupType#CLASSIC} alone lets
 *     everything through from older ones, because they have no other
 * @param protocolTypes such as {@code consumer} or {@code connect}; empty text for groups that only commit offsets
 */
public record GroupFilter(Set<GroupState> states, Set<GroupType> types, Set<String> protocolTypes) {

    /** Lets every group through. */
    public static final GroupFilter ALL = new GroupFilter(Set.of(), Set.of(), Set.of());

    /** Copies the sets. */
    public GroupFilter {
        states = Set.copyOf(states);
        types = Set.copyOf(types);
        protocolTypes = Set.copyOf(protocolTypes);
    }

    /** Only groups in these states. */
    public GroupFilter states(GroupState... wanted) {
        return new GroupFilter(Set.of(wanted), types, protocolTypes);
    }

    /** Only groups of these types. */
    public GroupFilter types(GroupType... wanted) {
        return new GroupFilter(states, Set.of(wanted), protocolTypes);
    }

    /** Only groups with these protocol types. */
    public GroupFilter protocolTypes(String... wanted) {
        return new GroupFilter(states, types, Set.of(wanted));
    }
}
