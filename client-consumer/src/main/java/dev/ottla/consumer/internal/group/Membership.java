package dev.ottla.consumer.internal.group;

import dev.ottla.common.TopicPartition;
import dev.ottla.consumer.internal.offsets.GroupIdentity;
import dev.ottla.errors.KafkaException;
import dev.ottla.internal.concurrent.Immutable;
import java.util.Map;
import java.util.Set;

/**
 * What this client is to its group, in the classic protocol with eager rebalances. Owned by {@link ClassicMember}; each
 * state offers the moves that are legal from it.
 *
 * <pre>
 *              poll                 JoinGroup answered          SyncGroup answered
 *  Unjoined ─────────► Joining ───────────────────────► Syncing ──────────────────► Stable
 *     ▲                 ▲  ▲ ▲                             │                       │  │  │
 *     │                 │  │ └──── rebalance, fenced ──────┘                       │  │  │
 *     │                 │  └─────────────── fenced, session expired ───────────────┘  │  │
 *     │                 └────────── revoked ── Revoking ◄─────── rebalance ───────────┘  │
 *     │                                           │                                      │
 *     └───────────── not polled in time ──────────┴──────────────────────────────────────┘  (also from Joining, Syncing)
 *
 *  any of these ── refused for good ──► Failed          any ── close ──► Left
 * </pre>
 *
 * <table>
 * <caption>What is sent</caption>
 * <tr><td>Unjoined</td><td>nothing</td></tr>
 * <tr><td>Joining</td><td>FindCoordinator, JoinGroup; again after a backoff</td></tr>
 * <tr><td>Syncing</td><td>SyncGroup, by the leader with everybody's assignment</td></tr>
 * <tr><td>Stable</td><td>Heartbeat every {@code heartbeat.interval.ms}; OffsetCommit</td></tr>
 * <tr><td>Revoking</td><td>the same, while the application is told that it will lose its partitions</td></tr>
 * <tr><td>Failed</td><td>nothing</td></tr>
 * <tr><td>Left</td><td>LeaveGroup on the way into it, unless the member is static</td></tr>
 * </table>
 */
@Immutable
sealed interface Membership {

    /** The id that the coordinator has given, empty if none. */
    String memberId();

    /** The partitions that are this member's to read. */
    default Set<TopicPartition> partitions() {
        return Set.of();
    }

    /** Whether the coordinator counts this client among the members, or may. */
    default boolean isMember() {
        return !memberId().isEmpty();
    }

    /** Not in the group: the application does not poll, or not yet. */
    record Unjoined() implements Membership {
        @Override
        public String memberId() {
            return "";
        }

        Joining polled() {
            return new Joining("");
        }
    }

    /** On the way in, for the first time or again. */
    record Joining(String memberId) implements Membership {
        /** The coordinator named this member, and wants to be asked again (KIP-394); or it does not know the old name. */
        Joining as(String newMemberId) {
            return new Joining(newMemberId);
        }

        Syncing joined(GroupIdentity identity) {
            return new Syncing(identity);
        }

        Unjoined pollMissed() {
            return new Unjoined();
        }
    }

    /** In the new generation; the leader divides the partitions. */
    record Syncing(GroupIdentity identity) implements Membership {
        @Override
        public String memberId() {
            return identity.memberId();
        }

        Stable synced(Set<TopicPartition> partitions, Map<String, Integer> partitionsPerTopic) {
            return new Stable(identity, partitions, partitionsPerTopic);
        }

        Joining rejoin(boolean keepMemberId) {
            return new Joining(keepMemberId ? memberId() : "");
        }

        Unjoined pollMissed() {
            return new Unjoined();
        }
    }

    /**
     * Reading.
     *
     * @param partitionsPerTopic what the leader divided, for it alone to see a change of; empty for others
     */
    record Stable(GroupIdentity identity, Set<TopicPartition> partitions, Map<String, Integer> partitionsPerTopic)
            implements Membership {
        @Override
        public String memberId() {
            return identity.memberId();
        }

        Revoking rebalancing() {
            return new Revoking(identity, partitions);
        }

        Joining fenced(boolean keepMemberId) {
            return new Joining(keepMemberId ? memberId() : "");
        }

        Unjoined pollMissed() {
            return new Unjoined();
        }
    }

    /** The group rebalances, and the application still owns its partitions until it has been told. */
    record Revoking(GroupIdentity identity, Set<TopicPartition> partitions) implements Membership {
        @Override
        public String memberId() {
            return identity.memberId();
        }

        Joining revoked() {
            return new Joining(memberId());
        }

        Joining fenced(boolean keepMemberId) {
            return new Joining(keepMemberId ? memberId() : "");
        }

        Unjoined pollMissed() {
            return new Unjoined();
        }
    }

    /** Refused for good: the application has to change something and build another consumer. */
    record Failed(KafkaException cause) implements Membership {
        @Override
        public String memberId() {
            return "";
        }
    }

    /** Closed. */
    record Left() implements Membership {
        @Override
        public String memberId() {
            return "";
        }
    }
}
