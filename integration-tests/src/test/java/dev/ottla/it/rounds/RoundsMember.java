package dev.ottla.it.rounds;

import dev.ottla.common.TopicPartition;
import dev.ottla.testkit.history.History;
import dev.ottla.testkit.history.HistoryEvent;
import dev.ottla.testkit.history.HistoryEvent.Assigned;
import dev.ottla.testkit.history.HistoryEvent.CommitFailed;
import dev.ottla.testkit.history.HistoryEvent.CommitInvoked;
import dev.ottla.testkit.history.HistoryEvent.CommitOk;
import dev.ottla.testkit.history.HistoryEvent.Crashed;
import dev.ottla.testkit.history.HistoryEvent.Delivered;
import dev.ottla.testkit.history.HistoryEvent.Done;
import dev.ottla.testkit.history.HistoryEvent.Lost;
import dev.ottla.testkit.history.HistoryEvent.MemberClosed;
import dev.ottla.testkit.history.HistoryEvent.Revoked;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * A member on a thread of its own: polls, is done with what it got at once, commits, and says so. A killed one says and commits
 * nothing more. What the two kinds of consumers do differently is theirs.
 */
abstract class RoundsMember implements Runnable {
    static final Duration POLL = Duration.ofMillis(20);

    private final String group;
    private final String name;
    private final History history;
    private final Consumer<Done> onDone;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition resumed = lock.newCondition();
    private boolean paused;
    private boolean killed;
    private volatile boolean stopped;
    private int commits;

    RoundsMember(String group, String name, History history, Consumer<Done> onDone) {
        this.group = group;
        this.name = name;
        this.history = history;
        this.onDone = onDone;
        this.thread = new Thread(this, name);
    }

    void start() {
        thread.start();
    }

    /** One poll; calls {@link #onDelivered} for every record. */
    abstract void poll();

    /** Throws if the commit is refused or its end is not known. */
    abstract void commit(Map<TopicPartition, Long> offsets);

    /** Leaves the group. */
    abstract void close();

    /** On the thread that kills it. */
    abstract void disconnect();

    /** Goes without a word, as a process does that is killed. */
    abstract void abandon();

    /** What was delivered by the poll under way, to be committed. */
    private final Map<TopicPartition, Long> next = new TreeMap<>();

    @Override
    public void run() {
        try {
            while (!stopped && awaitResumed()) {
                next.clear();
                poll();
                commitNext();
            }
        } finally {
            if (isKilled()) {
                abandon();
            } else {
                close();
                tell(new MemberClosed(group, name));
            }
        }
    }

    private boolean awaitResumed() {
        lock.lock();
        try {
            while (paused && !stopped) {
                resumed.awaitUninterruptibly();
            }
            return !killed;
        } finally {
            lock.unlock();
        }
    }

    final void onDelivered(TopicPartition partition, long offset, String value) {
        Done done = new Done(group, name, partition, offset);
        boolean told = tell(new Delivered(group, name, partition, offset, value, value.hashCode()));
        if (told && tell(done)) {
            next.put(partition, offset + 1);
            onDone.accept(done);
        }
    }

    private void commitNext() {
        int number = ++commits;
        if (next.isEmpty() || !tell(new CommitInvoked(group, name, number, Map.copyOf(next)))) {
            return;
        }
        try {
            commit(next);
            tell(new CommitOk(group, name, number));
        } catch (RuntimeException refused) {
            tell(new CommitFailed(group, name, number, refused.toString()));
        }
    }

    final void onAssigned(Set<TopicPartition> partitions) {
        tell(new Assigned(group, name, Set.copyOf(partitions)));
    }

    final void onRevoked(Set<TopicPartition> partitions) {
        tell(new Revoked(group, name, Set.copyOf(partitions)));
    }

    final void onLost(Set<TopicPartition> partitions) {
        tell(new Lost(group, name, Set.copyOf(partitions)));
    }

    /** Returns whether it was told: a killed member tells nothing. */
    private boolean tell(HistoryEvent event) {
        lock.lock();
        try {
            if (!killed) {
                history.add(event);
            }
            return !killed;
        } finally {
            lock.unlock();
        }
    }

    final boolean isKilled() {
        lock.lock();
        try {
            return killed;
        } finally {
            lock.unlock();
        }
    }

    final boolean isPaused() {
        lock.lock();
        try {
            return paused;
        } finally {
            lock.unlock();
        }
    }

    /** Its application stands still: it polls no more. */
    final void pause() {
        setPaused(true);
    }

    final void resume() {
        setPaused(false);
    }

    private void setPaused(boolean now) {
        lock.lock();
        try {
            paused = now;
            resumed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Has it leave. */
    final void leave() {
        stopped = true;
        resume();
    }

    /** Ends it without a word to anybody. */
    final void kill() {
        lock.lock();
        try {
            history.add(new Crashed(group, name));
            killed = true;
        } finally {
            lock.unlock();
        }
        disconnect();
        leave();
    }

    /** Whether it has ended within this time. */
    final boolean awaitEnd(Duration patience) throws InterruptedException {
        thread.join(TimeUnit.NANOSECONDS.toMillis(patience.toNanos()));
        return !thread.isAlive();
    }

    @Override
    public String toString() {
        return name;
    }
}
