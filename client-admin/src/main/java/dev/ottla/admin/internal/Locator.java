package dev.ottla.admin.internal;

import dev.ottla.errors.KafkaException;
import dev.ottla.internal.cluster.Route;
import dev.ottla.internal.concurrent.EventLoopConfined;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Finds the brokers that answer for items. Asked by {@link Fanout}, on its loop, before every attempt, because leaders and
 * coordinators move. One instance serves one operation.
 */
@EventLoopConfined
public interface Locator<K> {

    /** Who answers for each of the items now; completes on the loop, fails only if nothing can be told about any of them. */
    CompletableFuture<Locations<K>> locate(List<K> keys, Deadline deadline);

    /** The item was not answered there, and will be tried again: do not find the same place without looking. */
    default void onMisrouted(K key, Route route, KafkaException failure) {}
}
