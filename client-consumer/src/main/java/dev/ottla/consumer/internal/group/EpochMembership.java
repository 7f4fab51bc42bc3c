package dev.ottla.consumer.internal.group;

import dev.ottla.common.TopicPartition;
import dev.ottla.consumer.internal.offsets.GroupIdentity;
import dev.ottla.internal.concurrent.Copies;
import dev.ottla.internal.concurrent.Immutable;
import java.util.HashSet;
import java.util.Set;

/**
 * What this client is to its group in the consumer protocol (KIP-848), where the coordinator divides the partitions and every
 * member moves towards its part of them at its own pace. Owned by {@link ConsumerMember}; each state offers the moves that are
 * legal from it.
 *
 * <pre>
 *              poll                answered                 something is to be given up
 *  Unjoined ─────────► Joining ───────────────► Reading ───────────────────────────────► Revoking
 *     ▲                   ▲ ▲                   │  │ │  ◄─────── told the application ───────┘ │ │
 *     │                   │ └───── fenced ──────┘  │ └── gets partitions: stays Reading        │ │
 *     │                   └─────── fenced ─────────┼───────────────────────────────────────────┘ │
 *     └─────────────────── not polled in time ─────┴─────────────────────────────────────────────┘
 *
 *  any of these ── refused for good ──► Failed          any ── close ──► Left
 * </pre>
 *
 * <table>
 * <caption>What is sent: ConsumerGroupHeartbeat in every case</caption>
 * <tr><td>Unjoined, Failed</td><td>nothing</td></tr>
 * <tr><td>Joining</td><td>with epoch 0 and everything about this member; again after a backoff</td></tr>
 * <tr><td>Reading</td><td>with the member's epoch, every interval that the coordinator named, and at once when the partitions
 * have changed, which acknowledges that</td></tr>
 * <tr><td>Revoking</td><td>the same, with all partitions until the application has been told</td></tr>
 * <tr><td>Left</td><td>with epoch -1 on the way into it; -2 by a static member, which may come back</td></tr>
 * </table>
 */
@Immutable
sealed interface EpochMembership {

    /** The partitions that are this member's to read. */
    default Set<TopicPartition> partitions() {
        return Set.of();
    }

    /** Not in the group: the application does not poll, or not yet. */
    record Unjoined() implements EpochMembership {
        Joining polled() {
            return new Joining();
        }
    }

    /** On the way in, for the first time or again. */
    record Joining() implements EpochMembership {
        Reading joined(GroupIdentity identity) {
            return new Reading(identity, Set.of());
        }
    }

    /** In the group, with these partitions. */
    record Reading(GroupIdentity identity, Set<TopicPartition> partitions) implements EpochMembership {
        Reading in(GroupIdentity newIdentity) {
            return new Reading(newIdentity, partitions);
        }

        Reading with(Set<TopicPartition> added) {
            Set<TopicPartition> all = new HashSet<>(partitions);
            all.addAll(added);
            return new Reading(identity, Copies.of(all));
        }

        Revoking without(Set<TopicPartition> moved) {
            return new Revoking(identity, partitions, moved);
        }

        Joining fenced() {
            return new Joining();
        }
    }

    /**
     * The application still owns everything until it has been told what it will lose.
     *
     * @param moved what it will lose of {@code partitions}
     */
    record Revoking(GroupIdentity identity, Set<TopicPartition> partitions, Set<TopicPartition> moved)
            implements EpochMembership {
        Revoking in(GroupIdentity newIdentity) {
            return new Revoking(newIdentity, partitions, moved);
        }

        Reading revoked() {
            Set<TopicPartition> kept = new HashSet<>(partitions);
            kept.removeAll(moved);
            return new Reading(identity, Copies.of(kept));
        }

        Joining fenced() {
            return new Joining();
        }
    }

    /** Refused for good: the application has to change something and build another consumer. */
    record Failed() implements EpochMembership {}

    /** Closed. */
    record Left() implements EpochMembership {}
}
