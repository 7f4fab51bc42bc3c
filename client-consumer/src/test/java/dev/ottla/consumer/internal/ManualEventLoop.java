package dev.ottla.consumer.internal;

import dev.ottla.internal.concurrent.EventLoop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** An event loop on a virtual clock: the test's thread runs it, and time passes when the test says so. */
public final class ManualEventLoop implements EventLoop {

    private static final class Scheduled implements Timer {
        private final Runnable task;
        private final long atNanos;
        private final long order;
        private boolean cancelled;

        private Scheduled(Runnable task, long atNanos, long order) {
            this.task = task;
            this.atNanos = atNanos;
            this.order = order;
        }

        @Override
        public void cancel() {
            cancelled = true;
        }
    }

    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final PriorityQueue<Scheduled> timers = new PriorityQueue<>(
            Comparator.<Scheduled>comparingLong(timer -> timer.atNanos).thenComparingLong(timer -> timer.order));
    private long nowNanos;
    private long order;
    private boolean running;

    @Override
    public boolean inEventLoop() {
        return running;
    }

    @Override
    public void execute(Runnable task) {
        tasks.addLast(task);
    }

    @Override
    public Timer schedule(Runnable task, long delayNanos) {
        Scheduled timer = new Scheduled(task, nowNanos + Math.max(0, delayNanos), order++);
        timers.add(timer);
        return timer;
    }

    @Override
    public long nanoTime() {
        return nowNanos;
    }

    /** Has the tasks that wait run in the opposite order, as if several threads had given them in that one. */
    public void reverseWaiting() {
        List<Runnable> waiting = new ArrayList<>(tasks);
        tasks.clear();
        waiting.forEach(tasks::addFirst);
    }

    /** Runs all that is due now. */
    public void run() {
        advance(Duration.ZERO);
    }

    /** Runs a task as if on the loop, then all that is due. */
    public void run(Runnable task) {
        execute(task);
        run();
    }

    /** Lets time pass and runs what falls due, in order. */
    public void advance(Duration duration) {
        running = true;
        try {
            advance(duration.toNanos());
        } finally {
            running = false;
        }
    }

    private void advance(long nanos) {
        long end = nowNanos + nanos;
        runTasks();
        while (!timers.isEmpty() && timers.peek().atNanos <= end) {
            Scheduled next = timers.remove();
            nowNanos = Math.max(nowNanos, next.atNanos);
            if (!next.cancelled) {
                next.task.run();
                runTasks();
            }
        }
        nowNanos = end;
    }

    private void runTasks() {
        for (Runnable task = tasks.pollFirst(); task != null; task = tasks.pollFirst()) {
            task.run();
        }
    }
}
