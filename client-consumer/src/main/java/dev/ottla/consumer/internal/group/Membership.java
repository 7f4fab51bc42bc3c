package dev.ottla.consumer.internal.group;

import dev.ottla.common.TopicPartition;
import dev.ottla.consumer.internal.offsets.GroupIdentity;
import dev.ottla.errors.KafkaException;
import dev.ottla.internal.concurrent.Copies;
import dev.ottla.internal.concurrent.Immutable;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What this client is to its group, in the classic protocol. Owned by {@link ClassicMember}; each state offers the moves that
 * are legal from it.
 *
 * <pre>
 *              poll                 JoinGroup answered          SyncGroup answered
 *  Unjoined ─────────► Joining ───────────────────────► Syncing ──────────────────► Stable
 *     ▲                 ▲ ▲ ▲ ▲                            │                       │  │  │
 *     │                 │ │ │ └──── rebalance, fenced ─────┘                       │  │  │
 *     │                 │ │ └──────── fenced, session expired, rebalance (c) ──────┘  │  │
 *     │                 └─┴──────── revoked ── Revoking ◄─── rebalance (e), moved (c) ─┘  │
 *     │                                           │                                      │
 *     └───────────── not polled in time ──────────┴──────────────────────────────────────┘  (also from Joining, Syncing)
 *
 *  any of these ── refused for good ──► Failed          any ── close ──► Left
 *  (e) with eager assignors: all partitions are given up before joining again
 *  (c) with cooperative ones (KIP-429): partitions are kept while joining; afterwards those that moved are given up
 * </pre>
 *
 * <table>
 * <caption>What is sent</caption>
 * <tr><td>Unjoined</td><td>nothing</td></tr>
 * <tr><td>Joining</td><td>FindCoordinator, JoinGroup; again after a backoff</td></tr>
 * <tr><td>Syncing</td><td>SyncGroup, by the leader with everybody's assignment</td></tr>
 * <tr><td>Stable</td><td>Heartbeat every {@code heartbeat.interval.ms}; OffsetCommit</td></tr>
 * <tr><td>Revoking</td><td>the same, while the application is told that it will lose partitions</td></tr>
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
            return new Joining("", Set.of());
        }
    }

    /**
     * On the way in, for the first time or again.
     *
     * @param partitions what the member goes on reading meanwhile
     */
    record Joining(String memberId, Set<TopicPartition> partitions) implements Membership {
        /** The coordinator named this member, and wants to be asked again (KIP-394). */
        Joining as(String newMemberId) {
            return new Joining(newMemberId, partitions);
        }

        /** The coordinator does not know the member, or has given its partitions away. */
        Joining fenced(boolean keepMemberId) {
            return new Joining(keepMemberId ? memberId() : "", Set.of());
        }

        Syncing joined(GroupIdentity identity) {
            return new Syncing(identity, partitions);
        }

        Unjoined pollMissed() {
            return new Unjoined();
        }
    }

    /** In the new generation; the leader divides the partitions. */
    record Syncing(GroupIdentity identity, Set<TopicPartition> partitions) implements Membership {
        @Override
        public String memberId() {
            return identity.memberId();
        }

        Stable synced(Set<TopicPartition> assigned, Map<String, Integer> partitionsPerTopic) {
            return new Stable(identity, assigned, partitionsPerTopic);
        }

        /** The group rebalances once more. */
        Joining rejoin() {
            return new Joining(memberId(), partitions);
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

        /** The group rebalances; the member gives up everything first. */
        Revoking rebalancing() {
            return new Revoking(identity, partitions, partitions);
        }

        /** The group rebalances; the member keeps everything until it knows what moves. */
        Joining rejoining() {
            return new Joining(memberId(), partitions);
        }

        /** These, which the member still has, are not among what it was assigned. */
        Revoking without(Set<TopicPartition> moved) {
            Set<TopicPartition> all = new HashSet<>(partitions);
            all.addAll(moved);
            return new Revoking(identity, Copies.of(all), moved);
        }

        Joining fenced(boolean keepMemberId) {
            return new Joining(keepMemberId ? memberId() : "", Set.of());
        }

        Unjoined pollMissed() {
            return new Unjoined();
        }
    }

    /**
     * The application still owns everything until it has been told what it will lose.
     *
     * @param moved what it will lose of {@code partitions}
     */
    record Revoking(GroupIdentity identity, Set<TopicPartition> partitions, Set<TopicPartition> moved)
            implements Membership {
        @Override
        public String memberId() {
            return identity.memberId();
        }

        Joining revoked() {
            Set<TopicPartition> kept = new HashSet<>(partitions);
            kept.removeAll(moved);
            return new Joining(memberId(), Copies.of(kept));
        }

        Joining fenced(boolean keepMemberId) {
            return new Joining(keepMemberId ? memberId() : "", Set.of());
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
