package dev.ottla.admin;

/**
 * A group in a list. Immutable.
 *
 * @param groupId the group's id
 * @param type by which protocol it works; {@link GroupType#UNKNOWN} from brokers before 3.8
 * @param state its state; {@link GroupState#UNKNOWN} from brokers before 2.6
 * @param protocolType {@code consumer} for consumers; empty for a group that only commits offsets
 */
public record GroupListing(String groupId, GroupType type, GroupState state, String protocolType) {}
