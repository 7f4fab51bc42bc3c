package dev.ottla.testkit.internal.group;

import dev.ottla.internal.concurrent.Copies;
import dev.ottla.internal.concurrent.Immutable;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One member's way from what it has to what it shall have (KIP-848): first it gives up, then it moves to the epoch of the target,
 * then it gets what others have given up. Pure; used by {@link ConsumerMember}.
 *
 * @param epoch the member's epoch
 * @param assigned what the member may read
 * @param revoking what it was told to give up and has not yet
 */
@Immutable
record Reconciliation(State state, int epoch, Set<GroupPartition> assigned, Set<GroupPartition> revoking) {

    enum State {
        /** It has what the target of its epoch says. */
        STABLE,
        /** It must give something up first, and stays in its epoch meanwhile. */
        UNREVOKED_PARTITIONS,
        /** It waits for others to give something up. */
        UNRELEASED_PARTITIONS
    }

    Reconciliation {
        assigned = Copies.of(assigned);
        revoking = Copies.of(revoking);
    }

    static Reconciliation begin() {
        return new Reconciliation(State.STABLE, 0, Set.of(), Set.of());
    }

    /** The same for another incarnation, which has no epoch yet. */
    Reconciliation withEpoch(int newEpoch) {
        return new Reconciliation(state, newEpoch, assigned, revoking);
    }

    /**
     * The next step, which may be none.
     *
     * @param targetEpoch the epoch of the target
     * @param target what the member shall have
     * @param taken what other members have or have not given up yet
     * @param owned what the member says that it has; null if it does not say
     */
    Reconciliation next(
            int targetEpoch,
            Set<GroupPartition> target,
            Set<GroupPartition> taken,
            @Nullable Set<GroupPartition> owned) {
        boolean isSettled = state == State.STABLE && epoch == targetEpoch;
        boolean isStillRevoking = state == State.UNREVOKED_PARTITIONS && ownsAnyOf(revoking, owned);
        if (isSettled || isStillRevoking) {
            return this;
        }
        Set<GroupPartition> kept = new TreeSet<>(assigned);
        kept.retainAll(target);
        Set<GroupPartition> toRevoke = new TreeSet<>(assigned);
        toRevoke.removeAll(target);
        if (!toRevoke.isEmpty() && ownsAnyOf(toRevoke, owned)) {
            return new Reconciliation(State.UNREVOKED_PARTITIONS, epoch, kept, toRevoke);
        }
        Set<GroupPartition> missing = new TreeSet<>(target);
        missing.removeAll(kept);
        boolean mustWait = missing.removeAll(taken);
        kept.addAll(missing);
        return new Reconciliation(mustWait ? State.UNRELEASED_PARTITIONS : State.STABLE, targetEpoch, kept, Set.of());
    }

    private static boolean ownsAnyOf(Set<GroupPartition> partitions, @Nullable Set<GroupPartition> owned) {
        return owned == null || partitions.stream().anyMatch(owned::contains);
    }

    /** Everything that nobody else may have yet. */
    Set<GroupPartition> held() {
        Set<GroupPartition> held = new TreeSet<>(assigned);
        held.addAll(revoking);
        return held;
    }
}
