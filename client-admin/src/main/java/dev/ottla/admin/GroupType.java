package dev.ottla.admin;

/** By which protocol a group works (KIP-848, KIP-932, KIP-1071). */
public enum GroupType {

    /** The broker did not say (before 3.8), or it is a type that this version does not know. */
    UNKNOWN(""),
    /** The members agree among themselves: JoinGroup and SyncGroup. */
    CLASSIC("Classic"),
    /** The coordinator assigns partitions (KIP-848). */
    CONSUMER("Consumer"),
    /** Members share partitions, records are handed out one by one (KIP-932). */
    SHARE("Share"),
    /** Kafka Streams' own protocol (KIP-1071). */
    STREAMS("Streams");

    private final String protocolName;

    GroupType(String protocolName) {
        this.protocolName = protocolName;
    }

    /** The word in the protocol, such as {@code Classic}; empty for {@link #UNKNOWN}. */
    public String protocolName() {
        return protocolName;
    }

    static GroupType of(String protocolName) {
        for (GroupType type : values()) {
            if (type.protocolName.equalsIgnoreCase(protocolName)) {
                return type;
            }
        }
        return UNKNOWN;
    }
}
