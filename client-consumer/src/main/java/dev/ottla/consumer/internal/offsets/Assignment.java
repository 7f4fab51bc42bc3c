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
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
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

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<TopicPartition, Slot> slots = new HashMap<>();

    private final Processed processed = new Processed();
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
                    processed.forget(partition);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether any of the partitions is there by this assignment or an earlier one. */
    public boolean holdsAny(Collection<TopicPartition> partitions, long assignmentId) {
        return locked(() -> partitions.stream().map(slots::get).anyMatch(slot -> isHeldSince(slot, assignmentId)));
    }

    /** Whether all partitions have been there without a break since this assignment or restart. */
    public boolean heldSince(Collection<TopicPartition> partitions, long tenure) {
        return locked(
                () -> partitions.stream().map(slots::get).allMatch(slot -> slot != null && slot.tenure <= tenure));
    }

    /** Whether none of the partitions that are there has another topic since then. */
    public boolean noneRestartedSince(Collection<TopicPartition> partitions, long tenure) {
        return locked(
                () -> partitions.stream().map(slots::get).allMatch(slot -> slot == null || slot.tenure <= tenure));
    }

    private static boolean isHeldSince(@Nullable Slot slot, long assignmentId) {
        return slot != null && slot.assignmentId <= assignmentId;
    }

    /** By which assignment or restart the partition is there, -1 if it is not: another number, and nothing older counts. */
    public long tenure(TopicPartition partition) {
        return locked(() -> {
            Slot slot = slots.get(partition);
            return slot == null ? -1 : slot.tenure;
        });
    }

    /** The partitions now. */
    public Set<TopicPartition> partitions() {
        return locked(() -> Copies.of(slots.keySet()));
    }

    /** Whether the partition is assigned under this fetch epoch and still has no position. */
    public boolean isUnresolved(TopicPartition partition, long fetchEpoch) {
        return locked(() -> {
            Slot slot = slots.get(partition);
            return slot != null && slot.fetchEpoch == fetchEpoch && slot.position == null;
        });
    }

    /** Sets the position that was looked up, unless something else has happened to the partition meanwhile. */
    public boolean resolve(TopicPartition partition, long fetchEpoch, FetchPosition position) {
        lock.lock();
        try {
            Slot slot = slots.get(partition);
            if (slot == null || slot.fetchEpoch != fetchEpoch || slot.position != null) {
                return false;
            }
            slot.place(position);
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
            slot.place(position);
            processed.onSeek(partition, position);
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
    public Optional<Long> restart(TopicPartition partition, long fetchEpoch, long tenure) {
        lock.lock();
        try {
            Optional<Long> newEpoch = forget(partition, fetchEpoch);
            if (newEpoch.isPresent()) {
                Slot slot = assigned(partition);
                slot.tenure = tenure;
                slot.begin = Long.MAX_VALUE;
                slot.end = -1;
                processed.forget(partition);
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

    /**
     * What was fetched under this epoch is given up, because the log ends at {@code end} for all that it has in common with
     * what was read; the position goes back there if it is beyond. Empty if another fetch epoch holds by now.
     */
    public Optional<SetBack> setBack(TopicPartition partition, long fetchEpoch, FetchPosition end) {
        lock.lock();
        try {
            Slot slot = slots.get(partition);
            FetchPosition position = slot == null || slot.fetchEpoch != fetchEpoch ? null : slot.position;
            if (slot == null || position == null) {
                return Optional.empty();
            }
            SetBack setBack = new SetBack(position, position.upTo(end), lastFetchEpoch + 1);
            if (setBack.isLoss()) {
                seek(partition, setBack.to());
                slot.end = Math.min(slot.end, setBack.to().offset());
            } else {
                slot.fetchEpoch = ++lastFetchEpoch;
                slot.place(setBack.to());
            }
            return Optional.of(setBack);
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
            return slot.isStopped() ? Standing.PAUSED : Standing.CURRENT;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Moves the position after records that are about to be handed out; false if they must not be, as the epoch is over.
     *
     * @param lastTimestamp of the last of them, -1 if there are none, or it has none
     */
    public boolean advance(TopicPartition partition, long fetchEpoch, FetchPosition next, long lastTimestamp) {
        lock.lock();
        try {
            Slot slot = slots.get(partition);
            if (slot == null || slot.fetchEpoch != fetchEpoch) {
                return false;
            }
            slot.position = next;
            if (lastTimestamp >= 0) {
                slot.lastTimestamp = lastTimestamp;
            }
            if (slot.epoch != next.leaderEpoch()) {
                slot.onEpoch(next);
            }
            slot.end = Math.max(slot.end, next.offset());
            processed.onHandedOut(partition, next);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** The application is shown records up to this offset; the position follows when it has moved over them. */
    public void onShown(TopicPartition partition, long fetchEpoch, long endOffset) {
        lock.lock();
        try {
            Slot slot = slots.get(partition);
            if (slot != null && slot.fetchEpoch == fetchEpoch) {
                slot.end = Math.max(slot.end, endOffset);
            }
        } finally {
            lock.unlock();
        }
    }

    /** The position, empty while it is looked up. */
    public Optional<FetchPosition> position(TopicPartition partition) {
        return locked(() -> Optional.ofNullable(assigned(partition).position));
    }

    /** The position's offset; empty while it is looked up, or if the partition is not there. */
    public OptionalLong offset(TopicPartition partition) {
        return locked(() -> {
            Slot slot = slots.get(partition);
            FetchPosition position = slot == null ? null : slot.position;
            return position == null ? OptionalLong.empty() : OptionalLong.of(position.offset());
        });
    }

    /** The position under this fetch epoch; empty if it is over or still looked up. */
    public Optional<FetchPosition> position(TopicPartition partition, long fetchEpoch) {
        return locked(() -> {
            Slot slot = slots.get(partition);
            return slot == null || slot.fetchEpoch != fetchEpoch
                    ? Optional.empty()
                    : Optional.ofNullable(slot.position);
        });
    }

    /** The epoch of the leader that wrote the record before this offset; empty if that is not known for sure. */
    public OptionalInt leaderEpochBefore(TopicPartition partition, long offset) {
        return locked(() -> {
            Slot slot = slots.get(partition);
            FetchPosition position = slot == null ? null : slot.position;
            if (slot == null || position == null || slot.epoch < 0) {
                return OptionalInt.empty();
            }
            boolean known = offset >= slot.epochSince && offset <= position.offset();
            return known ? OptionalInt.of(slot.epoch) : OptionalInt.empty();
        });
    }

    /** Of the last record that was handed out since the position was set; empty if there is none, or it has none. */
    public OptionalLong lastTimestamp(TopicPartition partition) {
        return locked(() -> {
            Slot slot = slots.get(partition);
            return slot == null || slot.lastTimestamp < 0 ? OptionalLong.empty() : OptionalLong.of(slot.lastTimestamp);
        });
    }

    /**
     * The application stops or resumes delivery; returns whether that makes a difference.
     *
     * @throws IllegalStateException if the partition is not assigned
     */
    public boolean setPaused(TopicPartition partition, boolean paused) {
        lock.lock();
        try {
            Slot slot = assigned(partition);
            boolean before = slot.isStopped();
            slot.paused = paused;
            return slot.isStopped() != before;
        } finally {
            lock.unlock();
        }
    }

    /** As {@link #setPaused}, by the library itself: the one leaves the other alone. Not if the partition is not assigned. */
    public boolean setHeldBack(TopicPartition partition, boolean heldBack) {
        lock.lock();
        try {
            Slot slot = slots.get(partition);
            boolean before = slot != null && slot.isStopped();
            if (slot != null) {
                slot.heldBack = heldBack;
            }
            return slot != null && slot.isStopped() != before;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Whether the record before this offset was handed out since the partition was assigned. One that was read under an earlier
     * assignment may lie before what the next one began with, or behind what is read of it by now.
     */
    public boolean isHandedOut(TopicPartition partition, long nextOffset) {
        return locked(() -> {
            Slot slot = slots.get(partition);
            return slot != null && slot.begin < nextOffset && nextOffset <= slot.end;
        });
    }

    /** The partitions that the application has paused. */
    public Set<TopicPartition> paused() {
        return locked(() -> {
            Set<TopicPartition> paused = new HashSet<>();
            slots.forEach((partition, slot) -> {
                if (slot.paused) {
                    paused.add(partition);
                }
            });
            return paused;
        });
    }

    /** Whether the partition is assigned and its delivery stopped, by whomever. */
    public boolean isStopped(TopicPartition partition) {
        return locked(() -> {
            Slot slot = slots.get(partition);
            return slot != null && slot.isStopped();
        });
    }

    /** What to commit so that the next owner begins where this application is, for all partitions with a position. */
    public Map<TopicPartition, OffsetAndMetadata> consumed() {
        return locked(() -> {
            Map<TopicPartition, OffsetAndMetadata> consumed = new TreeMap<>();
            slots.forEach((partition, slot) -> {
                if (slot.position != null) {
                    consumed.put(partition, Processed.toCommit(slot.position));
                }
            });
            return consumed;
        });
    }

    /** The application polls again: what was handed out before counts as processed. */
    public void onPoll() {
        lock.lock();
        try {
            processed.onPoll();
        } finally {
            lock.unlock();
        }
    }

    /** Takes what has been processed since the last call, to be committed. */
    public Map<TopicPartition, OffsetAndMetadata> takeProcessed() {
        return locked(processed::take);
    }

    /**
     * What was taken could not be committed: the next automatic commit tries again, from where the partition is then. Not if
     * more was taken meanwhile, which may be committed by now: the committed offset would go back.
     */
    public void putBackProcessed(Map<TopicPartition, OffsetAndMetadata> taken) {
        lock.lock();
        try {
            taken.forEach((partition, offset) -> {
                if (slots.containsKey(partition)) {
                    processed.putBack(partition, offset);
                }
            });
        } finally {
            lock.unlock();
        }
    }

    private <T> T locked(Supplier<T> read) {
        lock.lock();
        try {
            return read.get();
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
}
