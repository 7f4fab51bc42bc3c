package dev.ottla.consumer.internal.work;

import dev.ottla.common.TopicPartition;
import dev.ottla.internal.concurrent.Confined;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is being worked on, for {@link WorkBoard}, whose lock confines it. Work whose share has ended does not count any more,
 * but somebody is at it: what belongs to the same lane of the share that follows waits for it.
 *
 * @param <T> what is worked on
 */
@Confined
final class UnderWay<T> {
    /** Of partitions that are still here, in the order in which they were started last. */
    private final Set<Work<T>> current = new LinkedHashSet<>();

    /** Of shares that have ended, as far as others wait for it. */
    private final Set<Work<T>> leftBehind = new LinkedHashSet<>();

    /** Of partitions that are still here: suspended, or begun again since, in the order in which they were suspended first. */
    private final Set<Work<T>> triedBefore = new LinkedHashSet<>();

    /** Also of partitions that are not here any more. */
    private int count;

    int count() {
        return count;
    }

    void add(Work<T> work, long nowNanos) {
        if (!triedBefore.contains(work)) {
            work.startedNanos = nowNanos;
        }
        count++;
        work.share.running++;
        current.add(work);
    }

    /** The work is not under way any more; returns what waited for it although its share had ended. */
    @Nullable
    Work<T> remove(Work<T> work, @Nullable Share<T> now) {
        count--;
        work.share.running--;
        current.remove(work);
        if (!leftBehind.remove(work)) {
            return null;
        }
        if (now != null) {
            now.onLeftBehindEnded(work);
        }
        return work.next;
    }

    /** The work is to be started again. */
    void onSuspended(Work<T> work) {
        triedBefore.add(work);
    }

    /** The work will not be started again. */
    void onEnded(Work<T> work) {
        triedBefore.remove(work);
    }

    /** The share has ended; {@code awaited} says whether the next one of its partition has to wait for what is under way. */
    void leave(Share<T> ended, boolean awaited) {
        triedBefore.removeIf(work -> work.share == ended);
        for (Iterator<Work<T>> all = current.iterator(); all.hasNext(); ) {
            Work<T> work = all.next();
            if (work.share == ended) {
                all.remove();
                leftBehind.add(work);
            }
        }
        for (Iterator<Work<T>> all = leftBehind.iterator(); all.hasNext(); ) {
            Work<T> work = all.next();
            if (work.partition().equals(ended.partition)) {
                work.next = null;
                if (!awaited || work.lane == null) {
                    all.remove();
                }
            }
        }
    }

    /** Has the share wait for what was left behind in its partition. */
    void precede(Share<T> fresh) {
        for (Work<T> work : leftBehind) {
            if (work.lane != null && work.partition().equals(fresh.partition)) {
                fresh.lanes.put(work.lane, work);
            }
        }
    }

    /** Whether something was left behind in the partition whose end may be near. */
    boolean hasLeftBehind(TopicPartition partition) {
        return leftBehind.stream()
                .anyMatch(work -> !work.awaitedInVain && work.partition().equals(partition));
    }

    /** What is under way in these partitions did not end in time; lanes still wait for it, but nobody else does again. */
    void onAwaitedInVain(Collection<TopicPartition> partitions) {
        Stream.concat(current.stream(), leftBehind.stream())
                .filter(work -> partitions.contains(work.partition()))
                .forEach(work -> work.awaitedInVain = true);
    }

    /** The first place of the share that waits for what may never end; {@link Long#MAX_VALUE} if none does. */
    long firstBlocked(Share<T> share) {
        long first = Long.MAX_VALUE;
        for (Work<T> work : leftBehind) {
            Work<T> blocked = work.next;
            if (work.awaitedInVain && blocked != null && blocked.share == share) {
                first = Math.min(first, blocked.place);
            }
        }
        return first;
    }

    /** The furthest place of the share at which somebody is, or was; -1 if there is none. */
    long furthestBegun(Share<T> share) {
        return current.stream()
                .filter(work -> work.share == share && work.hasBegun)
                .mapToLong(work -> work.place)
                .max()
                .orElse(-1);
    }

    /** What was begun first and has not ended, of partitions that are here or with something that waits for it. */
    Optional<Work<T>> longest() {
        return Stream.of(
                        current.stream().limit(1),
                        triedBefore.stream(),
                        leftBehind.stream().filter(work -> work.next != null))
                .flatMap(Function.identity())
                .min((one, other) -> Long.signum(one.startedNanos - other.startedNanos));
    }
}
