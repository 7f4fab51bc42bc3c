package dev.ottla.config;

import java.util.LinkedHashMap;
import java.util.Map;

/** Which protocol a consumer speaks with its group's coordinator ({@code group.protocol}). */
public enum GroupProtocol {

    /** The members compute the assignment: JoinGroup and SyncGroup. */
    CLASSIC,

    /** The broker computes the assignment: ConsumerGroupHeartbeat (KIP-848). */
    CONSUMER,

    /** {@link #CONSUMER} where the cluster has it and the group is not held to the other by its members, else {@link #CLASSIC}. */
    AUTO;

    static final Map<String, GroupProtocol> BY_NAME = byName();

    private static Map<String, GroupProtocol> byName() {
        Map<String, GroupProtocol> names = new LinkedHashMap<>();
        names.put("classic", CLASSIC);
        names.put("consumer", CONSUMER);
        names.put("auto", AUTO);
        return names;
    }
}
