package dev.ottla.consumer.internal.work;

import dev.ottla.internal.concurrent.Confined;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The work of a {@link WorkBoard} that waits for nothing but to be started, in the order in which it will be: what was started
 * before, or is waited for, comes first. Confined by the board's lock.
 *
 * @param <T> what is worked on
 */
@Confined
final class ReadyWork<T> {
    private final Deque<Work<T>> queue = new ArrayDeque<>();

    /** After all others, unless its share is waited for. */
    void add(Work<T> work) {
        if (work.share.isOpen()) {
            work.state = Work.State.READY;
            queue.addLast(work);
        } else {
            addAgain(work);
        }
    }

    /** Before all others: it was started before. */
    void addAgain(Work<T> work) {
        work.state = Work.State.READY;
        queue.addFirst(work);
    }

    /** The next one, which is not here any more; null if there is none. */
    @Nullable
    Work<T> poll() {
        return queue.pollFirst();
    }

    /** What is of shares that were stopped, and so are waited for, comes first from now on; otherwise the order stays. */
    void bringStoppedForward() {
        List<Work<T>> others = new ArrayList<>();
        List<Work<T>> first = new ArrayList<>();
        queue.forEach(work -> (work.share.isOpen() ? others : first).add(work));
        queue.clear();
        queue.addAll(first);
        queue.addAll(others);
    }

    /** The share has ended. */
    void leave(Share<T> ended) {
        queue.removeIf(work -> work.share == ended);
    }
}
