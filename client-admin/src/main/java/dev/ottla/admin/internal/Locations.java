package dev.ottla.admin.internal;

import dev.ottla.errors.KafkaException;
import dev.ottla.internal.cluster.Route;
import dev.ottla.internal.concurrent.Confined;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Where items go: those of one route travel in one request. Filled by a {@link Locator}, read by {@link Fanout}. */
@Confined
public final class Locations<K> {
    private final Map<Route, List<K>> byRoute = new LinkedHashMap<>();
    private final Map<K, KafkaException> failures = new LinkedHashMap<>();

    /** Whoever this route leads to answers for the item. */
    public void found(K key, Route route) {
        byRoute.computeIfAbsent(route, r -> new ArrayList<>()).add(key);
    }

    /** It can't be told now who answers for the item. */
    public void notFound(K key, KafkaException why) {
        failures.put(key, why);
    }

    /** The items by their route. */
    public Map<Route, List<K>> byRoute() {
        return byRoute;
    }

    /** The items that nobody answers for now. */
    public Map<K, KafkaException> failures() {
        return failures;
    }
}
