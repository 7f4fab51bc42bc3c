package dev.ottla.producer.internal;

import dev.ottla.internal.cluster.TopicMetadata;
import dev.ottla.internal.concurrent.Confined;
import dev.ottla.producer.internal.ProducerBatch.Stage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The batches of one partition from their first sending to their end, oldest first: decides which is sent next, and with which
 * number. Part of a {@link PartitionQueue}, on the loop of the queue's owner; steps 5 and 11 of sending.
 *
 * <p>The rules that keep the order and keep duplicates out:
 * <ul>
 *   <li>At most as many batches as a leader remembers are here; without idempotence one. A leader that knows nothing of the
 *       producer takes any number for its first: so only one is in flight until it has acknowledged something.
 *   <li>When an attempt fails, nothing more is sent before all that is in flight is answered. Then everything that was not
 *       acknowledged goes again, oldest first, with the bytes that it had.
 *   <li>When a batch was given up, so that the leader may miss its number, the batches behind it need other numbers. One that may
 *       be in the log never gets another number: it is sent as it was until the leader says whether it has it. Only when
 *       nothing is in doubt the sequence begins anew.
 *   <li>Batches end in their order, however they are answered.
 * </ul>
 */
@Confined
final class SendWindow {
    /** Leaders forget a producer that is idle for long; by default for a day (producer.id.expiration.ms). */
    private static final long IDLE_NANOS_MAX = TimeUnit.MINUTES.toNanos(1);

    /** What there is room for from the beginning, since there may be ten thousand partitions. */
    private static final int BATCHES_USUAL = 5;

    private final int batchesMax;
    private final PartitionSequence sequence;
    private final ArrayDeque<ProducerBatch> batches;
    private int inFlight;

    /** The leader knows the producer, and so what it has missed. */
    private boolean isKnown;

    private UUID topicId = TopicMetadata.NO_ID;
    private long lastOpenedNanos;

    /** An attempt has failed: what is in flight is waited for. */
    private boolean isRegrouping;

    /** How long to wait before the next attempt, when all is answered. */
    private long pauseNanos;

    SendWindow(int batchesMax, PartitionSequence sequence) {
        this.batchesMax = batchesMax;
        this.sequence = sequence;
        this.batches = new ArrayDeque<>(Math.min(batchesMax, BATCHES_USUAL));
    }

    /** How many attempts are under way. */
    int inFlight() {
        return inFlight;
    }

    /** Whether a leader recognizes a batch that it gets twice, so that one can be sent again without waiting for an answer. */
    boolean isIdempotent() {
        return sequence.isNumbered();
    }

    /** Whether a batch that was never sent may be. */
    boolean isOpen() {
        return hasRoom() && !sequence.isBroken() && batches.size() < batchesMax && nextAgain() == null;
    }

    /** Whether a batch may be sent, now or again. */
    boolean mayTakeMore() {
        return nextAgain() != null || isOpen();
    }

    private boolean hasRoom() {
        return !isRegrouping && inFlight < (isKnown ? batchesMax : 1);
    }

    /** The batch that has to be sent again next; null if there is none, or not now. */
    @Nullable
    ProducerBatch nextAgain() {
        if (!hasRoom()) {
            return null;
        }
        for (ProducerBatch batch : batches) {
            if (batch.stage() == Stage.TO_SEND_AGAIN && (batch.isInDoubt() || !sequence.isBroken())) {
                return batch;
            }
        }
        return null;
    }

    /** Takes in a batch that is sent for the first time. */
    void add(ProducerBatch batch) {
        if (batches.isEmpty() && batch.openedNanos() - lastOpenedNanos >= IDLE_NANOS_MAX) {
            isKnown = false;
        }
        lastOpenedNanos = batch.openedNanos();
        batches.addLast(batch);
    }

    /** Batches go to the topic of this id from now on; another one than before knows nothing of the producer. */
    void onTopicId(UUID newTopicId) {
        if (!newTopicId.equals(topicId)) {
            topicId = newTopicId;
            isKnown = false;
        }
    }

    /** A batch of this window is being sent. It gets its number, unless it has one that the leader may know. */
    Attempt send(ProducerBatch batch, ProducerIdentity identity) {
        if (!batch.isStamped()) {
            batch.stamp(sequence.next(batch.count(), identity));
        }
        inFlight++;
        return batch.beginAttempt();
    }

    /** The attempt is over, with or without an answer; one of the following says how. */
    void onAttemptEnded(ProducerBatch batch) {
        inFlight--;
        batch.endAttempt();
    }

    /** The batch has its result, and is told of it when its turn comes. */
    void settle(ProducerBatch batch, Verdict.Final result) {
        batch.settle(result);
        if (result instanceof Verdict.Failed) {
            breakOff();
        } else {
            isKnown = true;
        }
    }

    /** The batch, whose records have been told that its outcome is unknown, was not acknowledged in the end either. */
    void drop(ProducerBatch batch) {
        batches.remove(batch);
        breakOff();
    }

    /** The batch goes on as these, the first of which are sent next, with other numbers; those that have failed are settled. */
    void replace(ProducerBatch refused, List<ProducerBatch> parts) {
        List<ProducerBatch> all = List.copyOf(batches);
        batches.clear();
        for (ProducerBatch batch : all) {
            if (batch == refused) {
                batches.addAll(parts);
            } else {
                batches.addLast(batch);
            }
        }
        breakOff();
    }

    /** The batch has to be sent again; not before the pause, if it is longer than those asked for meanwhile. */
    void sendAgain(ProducerBatch batch, long waitNanos) {
        batch.sendAgain();
        regroup(waitNanos);
    }

    /** Nothing is sent before all that is in flight is answered. */
    void regroup(long waitNanos) {
        isRegrouping = true;
        pauseNanos = Math.max(pauseNanos, waitNanos);
    }

    private void breakOff() {
        isKnown = false;
        sequence.breakOff();
        if (inFlight > 0) {
            regroup(0);
        }
    }

    /**
     * The leader does not go on from where we are; what was not acknowledged needs new numbers.
     *
     * @return whether this was not known already
     */
    boolean onOutOfSequence(boolean isIdentityUseless) {
        boolean isNews = !sequence.isBroken();
        if (isIdentityUseless) {
            sequence.breakOffForGood();
        }
        breakOff();
        return isNews;
    }

    /** Whether what the leader misses may be a batch of this window that comes before this one and is still to be answered. */
    boolean isBehindAnother(ProducerBatch batch) {
        for (ProducerBatch earlier : batches) {
            if (earlier == batch) {
                return false;
            }
            boolean isAwaited = earlier.stage() == Stage.IN_FLIGHT
                    || (earlier.stage() == Stage.TO_SEND_AGAIN && (earlier.isInDoubt() || !sequence.isBroken()));
            if (isAwaited) {
                return true;
            }
        }
        return false;
    }

    /** Whether all is answered and the next attempt may begin after {@link #takePause}. */
    boolean isRegrouped() {
        return isRegrouping && inFlight == 0;
    }

    /** Ends the regrouping; returns how long to wait. */
    long takePause() {
        long pause = pauseNanos;
        pauseNanos = 0;
        isRegrouping = false;
        return pause;
    }

    /**
     * Gives up the attempts that are under way, because another leader can be asked: they are in doubt.
     */
    void abandonAttempts() {
        for (Iterator<ProducerBatch> each = batches.iterator(); each.hasNext(); ) {
            ProducerBatch batch = each.next();
            if (batch.stage() == Stage.IN_FLIGHT) {
                batch.abandonAttempt();
                if (batch.isEnded()) {
                    each.remove();
                    sequence.breakOff();
                }
            }
        }
        inFlight = 0;
    }

    /**
     * Begins a new sequence, if the last one is broken and what was sent with it is settled.
     *
     * @return the producer's identity, if it is used up
     */
    @Nullable
    ProducerIdentity mend() {
        if (!sequence.isBroken() || inFlight > 0) {
            return null;
        }
        for (ProducerBatch batch : batches) {
            if (batch.stage() == Stage.TO_SEND_AGAIN && batch.isInDoubt()) {
                return null;
            }
        }
        batches.forEach(ProducerBatch::forgetStamp);
        return sequence.mend();
    }

    /** Takes out those, in order, whose turn it is to be told of their results. */
    List<ProducerBatch> takeSettled() {
        List<ProducerBatch> settled = List.of();
        for (Iterator<ProducerBatch> each = batches.iterator(); each.hasNext(); ) {
            ProducerBatch batch = each.next();
            if (batch.stage() == Stage.SETTLED) {
                each.remove();
                if (!batch.isEnded()) {
                    settled = settled.isEmpty() ? new ArrayList<>(1) : settled;
                    settled.add(batch);
                }
            } else if (!batch.isEnded()) {
                break;
            }
        }
        return settled;
    }

    /**
     * The oldest whose delivery timeout has passed, to be failed now; null if there is none. One that is in flight stays here
     * until it is answered: only then it is known whether the leader misses it.
     */
    @Nullable
    ProducerBatch nextExpired(long nowNanos) {
        for (ProducerBatch batch : batches) {
            if (batch.stage() != Stage.SETTLED && !batch.isEnded() && batch.isExpired(nowNanos)) {
                if (batch.stage() == Stage.TO_SEND_AGAIN) {
                    drop(batch);
                }
                return batch;
            }
        }
        return null;
    }

    /** Whether any waits to be sent again. */
    boolean isAnyToSendAgain() {
        return batches.stream().anyMatch(batch -> batch.stage() == Stage.TO_SEND_AGAIN);
    }

    /** Those that wait to be sent again, to be settled now. */
    List<ProducerBatch> unsent() {
        return batches.stream()
                .filter(batch -> batch.stage() == Stage.TO_SEND_AGAIN)
                .toList();
    }

    /** Takes out all, to be ended now; answers that still come mean nothing. */
    List<ProducerBatch> removeAll() {
        List<ProducerBatch> all =
                batches.stream().filter(batch -> !batch.isEnded()).toList();
        abandonAttempts();
        batches.clear();
        return all;
    }

    /** The oldest batch whose records wait; null if there is none. */
    @Nullable
    ProducerBatch oldest() {
        for (ProducerBatch batch : batches) {
            if (!batch.isEnded()) {
                return batch;
            }
        }
        return null;
    }
}
