package dev.ottla.benchmarks.peer;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads of the application, {@code app-0} and on: by their names the comparison tells their cost from the client's. */
final class AppThreads implements AutoCloseable {
    private final int count;
    private final ExecutorService executor;

    AppThreads(int count) {
        AtomicInteger next = new AtomicInteger();
        this.count = count;
        this.executor = Executors.newFixedThreadPool(count, task -> new Thread(task, "app-" + next.getAndIncrement()));
    }

    /** A part of a round. */
    interface Part {
        void run(int thread) throws InterruptedException;
    }

    int count() {
        return count;
    }

    /** How many of so many records a thread takes: all the same, the first ones one more if need be. */
    long share(long records, int thread) {
        return records / count + (thread < records % count ? 1 : 0);
    }

    /** Runs the part once per thread, and waits for all. */
    void runOnAll(Part part) throws InterruptedException {
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int thread = i;
            running.add(executor.submit(() -> {
                part.run(thread);
                return null;
            }));
        }
        for (Future<?> each : running) {
            try {
                each.get();
            } catch (ExecutionException e) {
                throw new IllegalStateException("a round failed", e.getCause());
            }
        }
    }

    @Override
    public void close() {
        executor.shutdown();
    }
}
