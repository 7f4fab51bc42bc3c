package dev.ottla.admin;

/** The state of a group, in the words of all the protocols by which groups work. */
public enum GroupState {

    /** The broker did not say (before 2.6, in a list), or it is a state that this version does not know. */
    UNKNOWN(""),
    /** Classic: members are joining. */
    PREPARING_REBALANCE("PreparingRebalance"),
    /** Classic: members wait for their assignment. */
    COMPLETING_REBALANCE("CompletingRebalance"),
    /** Consumer, streams: the coordinator is about to assign. */
    ASSIGNING("Assigning"),
    /** Consumer, streams: members are moving to their new assignment. */
    RECONCILING("Reconciling"),
    /** Streams: something that the group needs is missing, such as a topic. */
    NOT_READY("NotReady"),
    /** All members have their assignment. */
    STABLE("Stable"),
    /** There are no members; committed offsets may be left. */
    EMPTY("Empty"),
    /** The group is being removed. */
    DEAD("Dead");

    private final String protocolName;

    GroupState(String protocolName) {
        this.protocolName = protocolName;
    }

    /** The word in the protocol, such as {@code PreparingRebalance}; empty for {@link #UNKNOWN}. */
    public String protocolName() {
        return protocolName;
    }

    static GroupState of(String protocolName) {
        for (GroupState state : values()) {
            if (state.protocolName.equalsIgnoreCase(protocolName)) {
                return state;
            }
        }
        return UNKNOWN;
    }
}
