package dev.ottla.testkit.internal.group;

import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.concurrent.EventLoopConfined;
import org.jspecify.annotations.Nullable;

/** What the two kinds of groups have in common. Owned by the cluster's loop. */
@EventLoopConfined
public sealed interface Group permits ClassicGroup, ConsumerGroup {

    String id();

    /** The state, as ListGroups and descriptions name it. */
    String state();

    /** {@code classic} or {@code consumer}. */
    String type();

    /** The kind of protocol that the members speak; empty for a group that has never had any. */
    String protocolType();

    /** Whether the group has no members. */
    boolean isEmpty();

    /**
     * Whether a commit from outside of a transaction is accepted.
     *
     * @param generation the generation, or the member epoch; negative from those who are no members
     */
    ErrorCode checkCommit(String memberId, @Nullable String instanceId, int generation);

    /** Whether a commit within a transaction is accepted. */
    ErrorCode checkTransactionalCommit(String memberId, @Nullable String instanceId, int generation);

    /** Whether a member of this epoch may read committed offsets (KIP-848); those who name no member may. */
    ErrorCode checkFetch(@Nullable String memberId, int memberEpoch);

    /** Whether any member is subscribed to the topic, or might be. */
    boolean isSubscribedTo(String topic);

    /** Another broker is in charge now: whoever waits here is told so. */
    void onCoordinatorMoved();
}
