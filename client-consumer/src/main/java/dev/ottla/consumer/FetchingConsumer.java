package dev.ottla.consumer;

import dev.ottla.consumer.internal.work.Work;
import dev.ottla.consumer.internal.work.WorkBoard;
import dev.ottla.errors.ClosedException;
import dev.ottla.errors.ErrorDetails;
import dev.ottla.errors.KafkaException;
import dev.ottla.errors.Outcome;
import dev.ottla.errors.RetriableException;
import dev.ottla.internal.cluster.ClusterFailures;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/** The style in which the application fetches records one by one, over a {@link Reading}. Thread-safe. */
final class FetchingConsumer<K, V> implements AcknowledgingConsumer<K, V> {
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(30);

    private final Reading<K, V> reading;
    private final WorkBoard<ConsumerRecord<byte[], byte[]>> board;

    FetchingConsumer(Reading<K, V> reading) {
        this.reading = reading;
        this.board = reading.intake().board();
    }

    @Override
    public Optional<OpenRecord<K, V>> fetch(Duration timeout) {
        Work<ConsumerRecord<byte[], byte[]>> work;
        try {
            work = board.begin(TimeUnit.NANOSECONDS.convert(timeout));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RetriableException(
                    "fetch was interrupted; the thread's interrupt flag is set.",
                    ErrorDetails.builder().outcome(Outcome.REJECTED).build(),
                    e);
        }
        if (work == null) {
            throwIfEnded();
            return Optional.empty();
        }
        return Optional.of(new OpenRecord<>(board, work, reading.decoder(), () -> {}));
    }

    private void throwIfEnded() {
        if (reading.intake().ended().isDone()) {
            try {
                reading.intake().ended().join();
            } catch (CompletionException e) {
                KafkaException cause = ClusterFailures.of(e.getCause() == null ? e : e.getCause());
                throw cause;
            }
            throw new ClosedException("The consumer is closed.", null);
        }
    }

    @Override
    public int openRecords() {
        return board.open();
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
