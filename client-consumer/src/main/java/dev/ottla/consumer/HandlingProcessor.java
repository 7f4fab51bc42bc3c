package dev.ottla.consumer;

import dev.ottla.common.Headers;
import dev.ottla.consumer.internal.work.DeadLetters;
import dev.ottla.consumer.internal.work.Work;
import dev.ottla.consumer.internal.work.Workers;
import dev.ottla.errors.ErrorDetails;
import dev.ottla.errors.RecordException;
import dev.ottla.internal.cluster.ExponentialBackoff;
import dev.ottla.internal.concurrent.ClientRuntime;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The handler style: joins reading, workers and what becomes of failures. Thread-safe. */
final class HandlingProcessor<K, V> implements Processor {
    private static final Logger LOG = LoggerFactory.getLogger(HandlingProcessor.class);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(30);

    private final Reading<K, V> reading;
    private final Retries retries;
    private final FailurePolicy failurePolicy;
    private final @Nullable DeadLetters deadLetters;

    HandlingProcessor(Reading<K, V> reading, Retries retries, FailurePolicy failurePolicy) {
        this.reading = reading;
        this.retries = retries;
        this.failurePolicy = failurePolicy;
        this.deadLetters = failurePolicy instanceof FailurePolicy.DeadLetter to
                ? new DeadLetters(reading.cluster(), to.topic())
                : null;
    }

    void start(Workers.Task<ConsumerRecord<byte[], byte[]>> task, @Nullable Executor chosen, int concurrency) {
        Workers.Threads threads = chosen == null ? ownThreads(concurrency) : threadsOf(chosen);
        Workers<ConsumerRecord<byte[], byte[]>> workers = workers(task, threads);
        if (deadLetters != null) {
            atTheEnd(deadLetters::close);
        }
        reading.start(workers::dispatch);
    }

    /** Who has the work done, as soon as there is any. */
    Workers<ConsumerRecord<byte[], byte[]>> workers(
            Workers.Task<ConsumerRecord<byte[], byte[]>> task, Workers.Threads threads) {
        return new Workers<>(
                reading.intake().board(),
                threads,
                reading.cluster().homeLoop(),
                new ExponentialBackoff(
                        retries.backoff(),
                        retries.backoffMax(),
                        reading.cluster().runtime().newRandom()),
                task,
                retries::allow,
                new Workers.Outcomes<>(this::giveAway, this::onStuck));
    }

    private Workers.Threads ownThreads(int count) {
        return new Workers.Threads(threads("handler", count), Runnable::run);
    }

    /** The executor may do the work in the thread that gives it, which must not be one of the client's loops. */
    private Workers.Threads threadsOf(Executor chosen) {
        ClientRuntime runtime = reading.cluster().runtime();
        Executor giver = threads("giver", 1);
        return new Workers.Threads(chosen, task -> {
            if (runtime.inEventLoop()) {
                giver.execute(task);
            } else {
                task.run();
            }
        });
    }

    private ExecutorService threads(String role, int count) {
        ExecutorService threads = reading.cluster().runtime().newWorkers(reading.name(role), count);
        atTheEnd(threads::shutdown);
        return threads;
    }

    private void atTheEnd(Runnable action) {
        var unused = reading.intake().ended().whenComplete((nothing, failure) -> action.run());
    }

    private CompletionStage<?> giveAway(Work<ConsumerRecord<byte[], byte[]>> work, Throwable failure) {
        if (!RecordDecoder.isOfTheRecord(failure)) {
            return CompletableFuture.failedFuture(failure);
        } else if (failurePolicy instanceof FailurePolicy.Skip) {
            LOG.warn("{} is left out, having failed {} times", work, work.attempts(), failure);
            return CompletableFuture.completedFuture(null);
        } else if (deadLetters != null) {
            LOG.warn("{} goes to the dead letters, having failed {} times", work, work.attempts(), failure);
            return deadLetters.write(letter(work, failure));
        }
        return CompletableFuture.failedFuture(failure);
    }

    private DeadLetters.Letter letter(Work<ConsumerRecord<byte[], byte[]>> work, Throwable failure) {
        ConsumerRecord<byte[], byte[]> record = work.payload();
        Headers headers = ErrorHeaders.added(
                record.headers(), work.partition(), work.offset(), reading.group(), failure, work.attempts());
        return new DeadLetters.Letter(
                record.partition(), record.timestamp(), buffer(record.key()), buffer(record.value()), headers);
    }

    private static @Nullable ByteBuffer buffer(byte @Nullable [] bytes) {
        return bytes == null ? null : ByteBuffer.wrap(bytes);
    }

    private void onStuck(Work<ConsumerRecord<byte[], byte[]>> work, Throwable failure) {
        reading.intake()
                .fail(new RecordException(
                        "The record at offset " + work.offset()
                                + " failed; the processor ends, and it is not committed.",
                        ErrorDetails.builder()
                                .topicPartition(work.partition())
                                .attempts(work.attempts())
                                .hint("Mend the handler, or choose another FailurePolicy: skip or deadLetter.")
                                .build(),
                        failure));
        // Nobody works on it any more; the end must not wait for it, nor for what lies in front of anything behind it.
        reading.intake().board().stop(Set.of(work.partition()));
        reading.intake().board().suspend(work);
    }

    @Override
    public CompletableFuture<Void> ended() {
        return reading.intake().ended().copy();
    }

    @Override
    public int openRecords() {
        return reading.intake().board().open();
    }

    @Override
    public void close() {
        close(CLOSE_TIMEOUT);
    }

    @Override
    public void close(Duration timeout) {
        reading.close(timeout);
    }
}
