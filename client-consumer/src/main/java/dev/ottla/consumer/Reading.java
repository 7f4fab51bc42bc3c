package dev.ottla.consumer;

import dev.ottla.internal.cluster.Cluster;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A consumer that the library polls: the same for all styles in which it does. Thread-safe.
 *
 * @param group the group to commit for, empty if there is none
 */
record Reading<K, V>(
        Cluster cluster,
        Intake intake,
        PollingConsumer<byte[], byte[]> consumer,
        RecordDecoder<K, V> decoder,
        String group) {

    /** Begins to read, on a thread that ends with it. */
    void start(Runnable afterEachPoll) {
        ExecutorService thread = cluster.runtime().newWorkers(name("intake"), 1);
        begin(afterEachPoll);
        thread.execute(intake::run);
        thread.shutdown();
    }

    /** Begins to read, for whoever gives the intake its turns. */
    void begin(Runnable afterEachPoll) {
        intake.begin(consumer, afterEachPoll);
        consumer.start();
    }

    String name(String role) {
        return "kafka-" + cluster.options().clientId() + "-" + role;
    }

    /** Waits for the end of reading, at most this long; not on a thread that has to bring it about. */
    void close(Duration timeout) {
        intake.stop(timeout);
        if (cluster.runtime().inEventLoop() || intake.isRunByCaller()) {
            return;
        }
        try {
            cluster.runtime().await(intake.ended(), TimeUnit.NANOSECONDS.convert(timeout));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            // What ended it was told where it arose; if the time is up, it ends by itself as soon as it can.
            return;
        }
    }
}
