package dev.ottla.config;

import java.util.LinkedHashMap;
import java.util.Map;

/** Which protocol a consumer speaks with its group's coordinator ({@code group.protocol}). */
public enum GroupProtocol {

    /** The members compute the assignment: JoinGroup and SyncGroup. */
    CLASSIC,

    /** The broker computes the assignment: ConsumerGroupHeartbeat (KIP-848). */
    CONSUMER;

    static final Map<String, GroupProtocol> BY_NAME = byName();

    private static Map<String, GroupProtocol> byName() {
        Map<String, GroupProtocol> names = new LinkedHashMap<>();
        names.put("classic", CLASSIC);
        names.put("consumer", CONSUMER);
        return names;
    }
}
