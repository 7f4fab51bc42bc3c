package dev.ottla.consumer.internal.work;

import dev.ottla.internal.concurrent.Confined;
import java.util.Arrays;

/**
 * Which of the records handed out in one partition are finished, in whatever order that happens: a ring with the offset of
 * each open record and a bit that says whether it is done. To finish a record costs a bit, and moving over a finished prefix
 * one step per 64 records; neither depends on how many are open. Confined by the lock of {@link WorkBoard}.
 */
@Confined
public final class OpenOffsets {
    private static final int CAPACITY_MIN = Long.SIZE;

    private long[] offsets = new long[CAPACITY_MIN];
    private long[] done = new long[1];

    /** The place of the first record that is not finished; places count up from 0 and lie in the ring modulo its size. */
    private long head;

    private long tail;
    private long last = -1;
    private long passed = -1;

    /** Takes in a record and returns its place. */
    public long add(long offset) {
        if (offset <= last) {
            throw new IllegalArgumentException("offset " + offset + " does not follow " + last);
        }
        if (tail - head == offsets.length) {
            grow();
        }
        int index = index(tail);
        offsets[index] = offset;
        done[index / Long.SIZE] &= ~(1L << index);
        last = offset;
        return tail++;
    }

    private int index(long place) {
        return (int) place & (offsets.length - 1);
    }

    private void grow() {
        long[] larger = new long[2 * offsets.length];
        long[] largerDone = new long[2 * done.length];
        int mask = larger.length - 1;
        for (long place = head; place < tail; place++) {
            int to = (int) place & mask;
            larger[to] = offsets[index(place)];
            if (isDone(place)) {
                largerDone[to / Long.SIZE] |= 1L << to;
            }
        }
        offsets = larger;
        done = largerDone;
    }

    private boolean isDone(long place) {
        int index = index(place);
        return (done[index / Long.SIZE] & 1L << index) != 0;
    }

    /** Whether the next record may have this offset: they grow, unless the position was set back. */
    boolean mayFollow(long offset) {
        return offset > last;
    }

    /** The record at this place, which {@link #add} returned, is finished. */
    public void finish(long place) {
        int index = index(place);
        done[index / Long.SIZE] |= 1L << index;
        if (place == head) {
            passFinished();
        }
    }

    private void passFinished() {
        while (head < tail) {
            int index = index(head);
            int bit = index % Long.SIZE;
            int finished = Long.numberOfTrailingZeros(~(done[index / Long.SIZE] >>> bit));
            head = Math.min(tail, head + Math.min(finished, Long.SIZE - bit));
            if (finished < Long.SIZE - bit) {
                return;
            }
        }
    }

    /** Whether all records at places before this one are finished. */
    boolean isFinishedBefore(long place) {
        return head >= Math.min(place, tail);
    }

    /** The reader has come to this offset, having handed out all records before it. */
    void onPassed(long offset) {
        passed = offset;
    }

    /** Where another consumer would have to begin: at the first record that is not finished; -1 while there is none to tell by. */
    public long next() {
        return head < tail ? offsets[index(head)] : Math.max(last + 1, passed);
    }

    /** Records from the first that is not finished on; finished ones behind it are among them. */
    int open() {
        return (int) (tail - head);
    }

    @Override
    public String toString() {
        return "OpenOffsets[" + open() + " open, next " + next() + ", "
                + Arrays.stream(done).map(Long::bitCount).sum() + " done]";
    }
}
