package dev.ottla.internal.concurrent;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Unmodifiable copies that are iterated over in the order of the original. The JDK's own have another order in every process,
 * and with it would come requests, and so whole runs, that can't be repeated elsewhere. Used by any thread.
 */
@ThreadSafe
public final class Copies {
    private Copies() {}

    /** A copy that nobody can change. */
    public static <T> Set<T> of(Collection<? extends T> elements) {
        return Collections.unmodifiableSet(new LinkedHashSet<>(elements));
    }

    /** A copy that nobody can change. */
    public static <K, V> Map<K, V> of(Map<? extends K, ? extends V> map) {
        return Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }
}
