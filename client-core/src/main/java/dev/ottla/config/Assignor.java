package dev.ottla.config;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How the leader of a classic group divides the partitions ({@code partition.assignment.strategy}). Configured by the
 * name
 * of Kafka's class or by the protocol's name; the class need not be present.
 */
public enum Assignor {

    /** Each topic's partitions in ranges over the members. */
    RANGE("range", "RangeAssignor"),

    /** All partitions dealt out one by one. */
    ROUND_ROBIN("roundrobin", "RoundRobinAssignor"),

    /** Even, and as much as before as can be (KIP-54). */
    STICKY("sticky", "StickyAssignor"),

    /** As {@link #STICKY}, and members keep what they need not give up while the group rebalances (KIP-429). */
    COOPERATIVE_STICKY("cooperative-sticky", "CooperativeStickyAssignor");

    static final Map<String, Assignor> BY_CLASS_NAME = byClassName();
    static final Map<String, Assignor> BY_NAME = byName();

    private final String protocolName;
    private final String className;

    Assignor(String protocolName, String simpleClassName) {
        this.protocolName = protocolName;
        this.className = "org.apache.kafka.clients.consumer." + simpleClassName;
    }

    /** The name in JoinGroup, by which the group agrees on one. */
    public String protocolName() {
        return protocolName;
    }

    private static Map<String, Assignor> byClassName() {
        Map<String, Assignor> names = new LinkedHashMap<>();
        Arrays.stream(values()).forEach(assignor -> names.put(assignor.className, assignor));
        return names;
    }

    private static Map<String, Assignor> byName() {
        Map<String, Assignor> names = byClassName();
        Arrays.stream(values()).forEach(assignor -> names.put(assignor.protocolName, assignor));
        return names;
    }
}
