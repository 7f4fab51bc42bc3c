package dev.ottla.admin.internal;

import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.KafkaException;
import dev.ottla.internal.cluster.Route;
import dev.ottla.internal.concurrent.EventLoopConfined;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Sends all items in one request to the controller, or to any broker. Owned by one {@link Fanout}. */
@EventLoopConfined
public final class FixedLocator<K> implements Locator<K> {
    private final Calls calls;
    private final Route route;

    private FixedLocator(Calls calls, Route route) {
        this.calls = calls;
        this.route = route;
    }

    /** To the controller, or the broker that forwards to it. */
    public static <K> Locator<K> controller(Calls calls) {
        return new FixedLocator<>(calls, Route.CONTROLLER);
    }

    /** To any broker. */
    public static <K> Locator<K> any(Calls calls) {
        return new FixedLocator<>(calls, Route.ANY);
    }

    @Override
    public CompletableFuture<Locations<K>> locate(List<K> keys, Deadline deadline) {
        Locations<K> locations = new Locations<>();
        keys.forEach(key -> locations.found(key, route));
        return CompletableFuture.completedFuture(locations);
    }

    @Override
    public void onMisrouted(K key, Route misleading, KafkaException failure) {
        if (failure.code() == ErrorCode.NOT_CONTROLLER) {
            calls.refreshMetadata("the controller has moved");
        }
    }
}
