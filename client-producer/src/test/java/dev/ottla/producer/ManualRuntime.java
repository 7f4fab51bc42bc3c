package dev.ottla.producer;

import dev.ottla.internal.concurrent.ClientRuntime;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.concurrent.WallClock;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Several event loops on one virtual clock, run by the test's thread: what is due runs in one fixed order. */
final class ManualRuntime implements ClientRuntime {

    private record Task(long atNanos, long number, ManualLoop loop, Runnable body) {}

    private static final Comparator<Task> IN_TURN =
            Comparator.comparingLong(Task::atNanos).thenComparingLong(Task::number);

    private final PriorityQueue<Task> tasks = new PriorityQueue<>(IN_TURN);

    /** Those that run nothing at the moment. */
    private final Set<EventLoop> held = new HashSet<>();

    private final ManualLoop homeLoop = new ManualLoop();
    private final ReentrantLock lock = new ReentrantLock();
    private long nowNanos = 1_000;
    private long nextNumber;
    private int executes;
    private @Nullable ManualLoop running;
    private @Nullable Thread runningThread;

    /** What happens, once, when somebody looks at the wall clock: in the middle of a send, for one. */
    private @Nullable Runnable meanwhile;

    /** One of the loops. Other threads may hand tasks over. */
    final class ManualLoop implements EventLoop {
        @Override
        public boolean inEventLoop() {
            return locked(() -> running == this && runningThread == Thread.currentThread());
        }

        @Override
        public void execute(Runnable task) {
            locked(() -> {
                executes++;
                return tasks.add(new Task(nowNanos, nextNumber++, this, task));
            });
        }

        @Override
        public Timer schedule(Runnable task, long delayNanos) {
            return locked(() -> {
                Task scheduled = new Task(nowNanos + Math.max(0, delayNanos), nextNumber++, this, task);
                tasks.add(scheduled);
                return () -> locked(() -> tasks.remove(scheduled));
            });
        }

        @Override
        public long nanoTime() {
            return locked(() -> nowNanos);
        }
    }

    private <T> T locked(Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }

    /** Runs everything that is due now, and what that makes due. */
    void run() {
        advance(Duration.ZERO);
    }

    /** Lets time pass, and runs what becomes due on the way at its own time. */
    void advance(Duration duration) {
        long untilNanos = homeLoop.nanoTime() + duration.toNanos();
        for (Optional<Task> task = nextDue(untilNanos); task.isPresent(); task = nextDue(untilNanos)) {
            task.get().body().run();
        }
        locked(() -> {
            running = null;
            nowNanos = untilNanos;
            return untilNanos;
        });
    }

    private Optional<Task> nextDue(long untilNanos) {
        return locked(() -> {
            Task task = held.isEmpty() ? tasks.peek() : firstNotHeld();
            if (task == null || task.atNanos() > untilNanos) {
                return Optional.empty();
            }
            tasks.remove(task);
            nowNanos = Math.max(nowNanos, task.atNanos());
            running = task.loop();
            runningThread = Thread.currentThread();
            return Optional.of(task);
        });
    }

    private @Nullable Task firstNotHeld() {
        return tasks.stream()
                .filter(task -> !held.contains(task.loop()))
                .min(IN_TURN)
                .orElse(null);
    }

    /** The loop is busy with something else, and runs nothing more before it is released. */
    void hold(EventLoop loop) {
        locked(() -> held.add(loop));
    }

    void release(EventLoop loop) {
        locked(() -> held.remove(loop));
    }

    /** How many tasks wait for a time that comes so soon. */
    int timersWithin(Duration duration) {
        return locked(() -> (int) tasks.stream()
                .filter(task -> task.atNanos() - nowNanos <= duration.toNanos())
                .count());
    }

    /** How often any loop was handed a task so far. */
    int executes() {
        return locked(() -> executes);
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
        return locked(() -> running != null && runningThread == Thread.currentThread());
    }

    @Override
    public WallClock wallClock() {
        return () -> {
            Runnable first = meanwhile;
            meanwhile = null;
            if (first != null) {
                first.run();
            }
            return 1_700_000_000_000L + homeLoop.nanoTime() / 1_000_000;
        };
    }

    /** Lets this happen as soon as somebody looks at the wall clock. */
    void onWallClock(Runnable once) {
        meanwhile = once;
    }

    @Override
    public RandomGenerator newRandom() {
        return new SplittableRandom(42);
    }
}
