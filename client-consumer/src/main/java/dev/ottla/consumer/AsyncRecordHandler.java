package dev.ottla.consumer;

import java.util.concurrent.CompletionStage;

/**
 * As {@link RecordHandler}, for work that goes on after the call has returned.
 *
 * @param <K> what keys are
 * @param <V> what values are
 */
@FunctionalInterface
public interface AsyncRecordHandler<K, V> {

    /**
     * Begins to work on one record; must not block for long. What it returns is waited for without a thread.
     *
     * @return completes when the record is finished, or with the failure; null counts as a failure
     * @throws Exception as if the returned stage had failed with it
     */
    CompletionStage<?> handle(ConsumerRecord<K, V> record) throws Exception;
}
