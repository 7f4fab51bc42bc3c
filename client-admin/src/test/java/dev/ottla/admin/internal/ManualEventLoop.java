package dev.ottla.admin.internal;

import dev.ottla.internal.concurrent.EventLoop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;

/** A loop that the test drives: tasks and timers run when the test says so, on a clock that only the test moves. */
public final class ManualEventLoop implements EventLoop {
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final PriorityQueue<Scheduled> timers =
            new PriorityQueue<>(Comparator.comparingLong(Scheduled::atNanos).thenComparingLong(Scheduled::order));
    private long nowNanos = 1_000_000_007L;
    private long order;
    private boolean running;

    private record Scheduled(long atNanos, long order, Runnable task) {}

    @Override
    public boolean inEventLoop() {
        return running;
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    @Override
    public Timer schedule(Runnable task, long delayNanos) {
        Scheduled scheduled = new Scheduled(nowNanos + delayNanos, order++, task);
        timers.add(scheduled);
        return () -> timers.remove(scheduled);
    }

    @Override
    public long nanoTime() {
        return nowNanos;
    }

    /** Runs what waits to be run now. */
    public void runTasks() {
        running = true;
        try {
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                task.run();
            }
        } finally {
            running = false;
        }
    }

    /** Runs everything that is due within this time, each thing at its time. */
    public void advance(Duration duration) {
        long endNanos = nowNanos + duration.toNanos();
        runTasks();
        while (!timers.isEmpty() && timers.peek().atNanos() - endNanos <= 0) {
            Scheduled next = timers.remove();
            nowNanos = Math.max(nowNanos, next.atNanos());
            tasks.add(next.task());
            runTasks();
        }
        nowNanos = endNanos;
    }

    /** How many timers are set. */
    public int timerCount() {
        return timers.size();
    }
}
