package dev.ottla.consumer;

/**
 * What a {@link Processor} does with each record. Called by many threads at once; what {@link Ordering} keeps apart, one after
 * the other, each call seeing what the one before has written.
 *
 * @param <K> what keys are
 * @param <V> what values are
 */
@FunctionalInterface
public interface RecordHandler<K, V> {

    /**
     * Works on one record; may block. The record counts as finished when this returns.
     *
     * @throws Exception if it failed, whatever that is: it is tried again as {@link Retries} say, and then becomes what
     *     {@link FailurePolicy} says
     */
    void handle(ConsumerRecord<K, V> record) throws Exception;
}
