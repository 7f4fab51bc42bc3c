package dev.ottla.testkit.internal.topic;

import dev.ottla.internal.concurrent.EventLoopConfined;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The requests that wait for something to happen to a partition: what Kafka calls a purgatory. Owned by the cluster's loop.
 */
@EventLoopConfined
public final class Watchers {
    private final Set<Runnable> watchers = new LinkedHashSet<>();

    /** Adds a request that wants to look again whenever something has happened. */
    public void add(Runnable watcher) {
        watchers.add(watcher);
    }

    public void remove(Runnable watcher) {
        watchers.remove(watcher);
    }

    /** Lets each look again; those that have seen enough remove themselves, and what one does may end others meanwhile. */
    public void wake() {
        for (Runnable watcher : List.copyOf(watchers)) {
            if (watchers.contains(watcher)) {
                watcher.run();
            }
        }
    }
}
