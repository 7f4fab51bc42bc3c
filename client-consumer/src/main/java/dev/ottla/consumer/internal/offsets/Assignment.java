package dev.ottla.consumer.internal.offsets;

import dev.ottla.common.OffsetAndMetadata;
import dev.ottla.common.TopicPartition;
import dev.ottla.internal.concurrent.Copies;
import dev.ottla.internal.concurrent.ThreadSafe;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The partitions that this consumer reads, and how far the application has come in each: the one truth about positions that
 * all threads share. The home loop assigns and resolves, the polling thread advances, any thread seeks and pauses; the lock
 * is held for a few instructions.
 *
 * <p>Every assignment, seek and reset gives a partition a new <em>fetch epoch</em>. Whatever was fetched carries the epoch
 * that it was asked for under, and is dropped when another one holds: so nothing from before a seek or a revocation is
 * delivered, however long it was on its way.
 */
@ThreadSafe
public final class Assignment {

    /** What to do with something that was fetched. */
    public enum Standing {
        /** Deliver it. */
        CURRENT,
        /** Its partition is paused. */
        PAUSED,
        /** Its partition was revoked, or its position was set, after it had been asked for. */
        STALE
    }

    private static final class Slot {
        final long assignmentId;
        long fetchEpoch;

        @Nullable
        FetchPosition position;

        boolean paused;

        Slot(long assignmentId) {
            this.assignmentId = assignmentId;
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<TopicPartition, Slot> slots = new HashMap<>();

    /** Positions after what the last poll handed out; the application may still be at work on it. */
    private final Map<TopicPartition, FetchPosition> handedOut = new HashMap<>();

    /** Positions after what earlier polls handed out, as far as they have not been taken for an automatic commit. */
    private final Map<TopicPartition, FetchPosition> processed = new HashMap<>();

    /** What was last taken for an automatic commit. */
    private final Map<TopicPartition, OffsetAndMetadata> lastTaken = new HashMap<>();

    private long lastFetchEpoch;

    /**
     * Adds partitions without a position and returns their fetch epochs. Those that are there already stay as they are.
     *
     * @param assignmentId by which {@link #remove} tells this assignment from a later one of the same partitions
     */
    public Map<TopicPartition, Long> assign(Collection<TopicPartition> partitions, long assignmentId) {
        lock.lock();
        try {
            Map<TopicPartition, Long> added = new TreeMap<>();
            for (TopicPartition partition : partitions) {
                if (!slots.containsKey(partition)) {
                    Slot slot = new Slot(assignmentId);
                    slot.fetchEpoch = ++lastFetchEpoch;
                    slots.put(partition, slot);
                    added.put(partition, slot.fetchEpoch);
                }
            }
            return added;
        } finally {
            lock.unlock();
        }
    }

    /** Takes partitions away, with their positions, as far as they are there by this assignment or an earlier one. */
    public void remove(Collection<TopicPartition> partitions, long assignmentId) {
        lock.lock();
        try {
            for (TopicPartition partition : partitions) {
                Slot slot = slots.get(partition);
                if (isHeldSince(slot, assignmentId)) {
                    slots.remove(partition);
                    handedOut.remove(partition);
                    processed.remove(partition);
                    lastTaken.remove(partition);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether any of the partitions is there by this assignment or an earlier one. */
    public boolean holdsAny(Collection<TopicPartition> partitions, long assignmentId) {
        lock.lock();
        try {
            return partitions.stream().map(slots::get).anyMatch(slot -> isHeldSince(slot, assignmentId));
        } finally {
            lock.unlock();
        }
    }

    /** Whether all partitions have been there without a break since this assignment. */
    public boolean heldSince(Collection<TopicPartition> partitions, long assignmentId) {
        lock.lock();
        try {
            return partitions.stream().map(slots::get).allMatch(slot -> isHeldSince(slot, assignmentId));
        } finally {
            lock.unlock();
        }
    }

    private static boolean isHeldSince(@Nullable Slot slot, long assignmentId) {
        return slot != null && slot.assignmentId <= assignmentId;
    }

    /** By which assignment the partition is there, -1 if it is not: another number, another assignment. */
    public long tenure(TopicPartition partition) {
        lock.lock();
        try {
            Slot slot = slots.get(partition);
            return slot == null ? -1 : slot.assignmentId;
        } finally {
            lock.unlock();
        }
    }

    /** The partitions now. */
    public Set<TopicPartition> partitions() {
        lock.lock();
        try {
            return Copies.of(slots.keySet());
        } finally {
            lock.unlock();
        }
    }

    /** Whether the partition is assigned under this fetch epoch and still has no position. */
    public boolean isUnresolved(TopicPartition partition, long fetchEpoch) {
        lock.lock();
        try {
            Slot slot = slots.get(partition);
            return slot != null && slot.fetchEpoch == fetchEpoch && slot.position == null;
        } finally {
            lock.unlock();
        }
    }

    /** Sets the position that was looked up, unless something else has happened to the partition meanwhile. */
    public boolean resolve(TopicPartition partition, long fetchEpoch, FetchPosition position) {
        lock.lock();
        try {
            Slot slot = slots.get(partition);
            if (slot == null || slot.fetchEpoch != fetchEpoch || slot.position != null) {
                return false;
            }
            slot.position = position;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Sets the position, or takes it away so that it must be looked up; returns the new fetch epoch.
     *
     * @throws IllegalStateException if the partition is not assigned
     */
    public long seek(TopicPartition partition, @Nullable FetchPosition position) {
        lock.lock();
        try {
            Slot slot = assigned(partition);
            slot.fetchEpoch = ++lastFetchEpoch;
            slot.position = position;
            processed.remove(partition);
            handedOut.remove(partition);
            if (position != null) {
                handedOut.put(partition, position);
            }
            return slot.fetchEpoch;
        } finally {
            lock.unlock();
        }
    }

    /** As {@link #seek} without a position, unless another fetch epoch holds by now; empty then. */
    public Optional<Long> forget(TopicPartition partition, long fetchEpoch) {
        lock.lock();
        try {
            Slot slot = slots.get(partition);
            if (slot == null || slot.fetchEpoch != fetchEpoch) {
                return Optional.empty();
            }
            slot.fetchEpoch = ++lastFetchEpoch;
            slot.position = null;
            return Optional.of(slot.fetchEpoch);
        } finally {
            lock.unlock();
        }
    }

    /** As {@link #forget}, with all that was handed out: it belongs to another topic, and must not be committed for this one. */
    public Optional<Long> restart(TopicPartition partition, long fetchEpoch) {
        lock.lock();
        try {
            Optional<Long> newEpoch = forget(partition, fetchEpoch);
            if (newEpoch.isPresent()) {
                handedOut.remove(partition);
                processed.remove(partition);
                lastTaken.remove(partition);
            }
            return newEpoch;
        } finally {
            lock.unlock();
        }
    }

    /**
     * What was fetched under this epoch is given up, and must be fetched again from the position, which stays; returns the new
     * fetch epoch, or nothing if another one holds by now. Without a new epoch, something fetched ahead could be taken for
     * what follows the position.
     */
    public Optional<Long> refetch(TopicPartition partition, long fetchEpoch) {
        lock.lock();
        try {
            Slot slot = slots.get(partition);
            if (slot == null || slot.fetchEpoch != fetchEpoch) {
                return Optional.empty();
            }
            slot.fetchEpoch = ++lastFetchEpoch;
            return Optional.of(slot.fetchEpoch);
        } finally {
            lock.unlock();
        }
    }

    /** What becomes of something that was fetched under this epoch. */
    public Standing standing(TopicPartition partition, long fetchEpoch) {
        lock.lock();
        try {
            Slot slot = slots.get(partition);
            if (slot == null || slot.fetchEpoch != fetchEpoch) {
                return Standing.STALE;
            }
            return slot.paused ? Standing.PAUSED : Standing.CURRENT;
        } finally {
            lock.unlock();
        }
    }

    /** Moves the position after records that are about to be handed out; false if they must not be, as the epoch is over. */
    public boolean advance(TopicPartition partition, long fetchEpoch, FetchPosition next) {
        lock.lock();
        try {
            Slot slot = slots.get(partition);
            if (slot == null || slot.fetchEpoch != fetchEpoch) {
                return false;
            }
            slot.position = next;
            handedOut.put(partition, next);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** The position, empty while it is looked up. */
    public Optional<FetchPosition> position(TopicPartition partition) {
        lock.lock();
        try {
            return Optional.ofNullable(assigned(partition).position);
        } finally {
            lock.unlock();
        }
    }

    /** The position under this fetch epoch; empty if it is over or still looked up. */
    public Optional<FetchPosition> position(TopicPartition partition, long fetchEpoch) {
        lock.lock();
        try {
            Slot slot = slots.get(partition);
            return slot == null || slot.fetchEpoch != fetchEpoch
                    ? Optional.empty()
                    : Optional.ofNullable(slot.position);
        } finally {
            lock.unlock();
        }
    }

    /** Stops or resumes delivery; returns whether that was a change. */
    public boolean setPaused(TopicPartition partition, boolean paused) {
        lock.lock();
        try {
            Slot slot = assigned(partition);
            boolean changed = slot.paused != paused;
            slot.paused = paused;
            return changed;
        } finally {
            lock.unlock();
        }
    }

    /** The partitions whose delivery is stopped. */
    public Set<TopicPartition> paused() {
        lock.lock();
        try {
            Set<TopicPartition> paused = new HashSet<>();
            slots.forEach((partition, slot) -> {
                if (slot.paused) {
                    paused.add(partition);
                }
            });
            return paused;
        } finally {
            lock.unlock();
        }
    }

    /** Whether the partition is assigned and paused. */
    public boolean isPaused(TopicPartition partition) {
        lock.lock();
        try {
            Slot slot = slots.get(partition);
            return slot != null && slot.paused;
        } finally {
            lock.unlock();
        }
    }

    /** What to commit so that the next owner begins where this application is, for all partitions with a position. */
    public Map<TopicPartition, OffsetAndMetadata> consumed() {
        lock.lock();
        try {
            Map<TopicPartition, OffsetAndMetadata> consumed = new TreeMap<>();
            slots.forEach((partition, slot) -> {
                if (slot.position != null) {
                    consumed.put(partition, toCommit(slot.position));
                }
            });
            return consumed;
        } finally {
            lock.unlock();
        }
    }

    /** The application polls again: what was handed out before counts as processed. */
    public void onPoll() {
        lock.lock();
        try {
            if (!handedOut.isEmpty()) {
                processed.putAll(handedOut);
                handedOut.clear();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Takes what has been processed since the last call, to be committed. */
    public Map<TopicPartition, OffsetAndMetadata> takeProcessed() {
        lock.lock();
        try {
            Map<TopicPartition, OffsetAndMetadata> taken = new TreeMap<>();
            processed.forEach((partition, position) -> taken.put(partition, toCommit(position)));
            processed.clear();
            lastTaken.putAll(taken);
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /**
     * What was taken could not be committed: the next automatic commit tries again, from where the partition is then. Not if
     * more was taken meanwhile, which may be committed by now: the committed offset would go back.
     */
    public void putBackProcessed(Map<TopicPartition, OffsetAndMetadata> taken) {
        lock.lock();
        try {
            taken.forEach((partition, offset) -> {
                if (slots.containsKey(partition) && offset.equals(lastTaken.get(partition))) {
                    processed.putIfAbsent(
                            partition,
                            new FetchPosition(
                                    offset.offset(), offset.leaderEpoch().orElse(FetchPosition.UNKNOWN_EPOCH)));
                }
            });
        } finally {
            lock.unlock();
        }
    }

    private Slot assigned(TopicPartition partition) {
        Slot slot = slots.get(partition);
        if (slot == null) {
            throw new IllegalStateException(partition + " is not assigned to this consumer");
        }
        return slot;
    }

    private static OffsetAndMetadata toCommit(FetchPosition position) {
        return new OffsetAndMetadata(
                position.offset(),
                position.leaderEpoch() >= 0 ? OptionalInt.of(position.leaderEpoch()) : OptionalInt.empty(),
                "");
    }
}
