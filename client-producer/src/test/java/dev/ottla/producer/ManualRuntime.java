package dev.ottla.producer;

import dev.ottla.internal.concurrent.ClientRuntime;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.concurrent.WallClock;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Several event loops on one virtual clock, run by the test's thread: what is due runs in one fixed order. */
final class ManualRuntime implements ClientRuntime {

    private record Task(long atNanos, long number, ManualLoop loop, Runnable body) {}

    private final PriorityQueue<Task> tasks =
            new PriorityQueue<>(Comparator.comparingLong(Task::atNanos).thenComparingLong(Task::number));
    private final ManualLoop homeLoop = new ManualLoop();
    private long nowNanos = 1_000;
    private long nextNumber;
    private int executes;
    private @Nullable ManualLoop running;
    private @Nullable Thread runningThread;

    /** One of the loops. Other threads may hand tasks over. */
    final class ManualLoop implements EventLoop {
        @Override
        public boolean inEventLoop() {
            synchronized (ManualRuntime.this) {
                return running == this && runningThread == Thread.currentThread();
            }
        }

        @Override
        public void execute(Runnable task) {
            synchronized (ManualRuntime.this) {
                executes++;
                tasks.add(new Task(nowNanos, nextNumber++, this, task));
            }
        }

        @Override
        public Timer schedule(Runnable task, long delayNanos) {
            synchronized (ManualRuntime.this) {
                Task scheduled = new Task(nowNanos + Math.max(0, delayNanos), nextNumber++, this, task);
                tasks.add(scheduled);
                return () -> {
                    synchronized (ManualRuntime.this) {
                        tasks.remove(scheduled);
                    }
                };
            }
        }

        @Override
        public long nanoTime() {
            synchronized (ManualRuntime.this) {
                return nowNanos;
            }
        }
    }

    /** Runs everything that is due now, and what that makes due. */
    void run() {
        advance(Duration.ZERO);
    }

    /** Lets time pass, and runs what becomes due on the way at its own time. */
    void advance(Duration duration) {
        long untilNanos = homeLoop.nanoTime() + duration.toNanos();
        for (Task task = nextDue(untilNanos); task != null; task = nextDue(untilNanos)) {
            task.body().run();
        }
        synchronized (this) {
            running = null;
            nowNanos = untilNanos;
        }
    }

    private synchronized @Nullable Task nextDue(long untilNanos) {
        Task task = tasks.peek();
        if (task == null || task.atNanos() > untilNanos) {
            return null;
        }
        nowNanos = Math.max(nowNanos, task.atNanos());
        running = task.loop();
        runningThread = Thread.currentThread();
        return tasks.poll();
    }

    /** How often any loop was woken from outside so far. */
    synchronized int executes() {
        return executes;
    }

    @Override
    public EventLoop homeLoop() {
        return homeLoop;
    }

    @Override
    public EventLoop nextLoop() {
        return new ManualLoop();
    }

    @Override
    public boolean inEventLoop() {
        synchronized (this) {
            return running != null && runningThread == Thread.currentThread();
        }
    }

    @Override
    public WallClock wallClock() {
        return () -> 1_700_000_000_000L + homeLoop.nanoTime() / 1_000_000;
    }

    @Override
    public RandomGenerator newRandom() {
        return new SplittableRandom(42);
    }
}
