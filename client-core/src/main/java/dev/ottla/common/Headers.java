package dev.ottla.common;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The headers of a record in their order; a key may occur several times. Immutable, see {@link Header} for the values.
 */
public final class Headers implements Iterable<Header> {
    private static final Headers EMPTY = new Headers(List.of());

    private final List<Header> list;

    private Headers(List<Header> list) {
        this.list = list;
    }

    /** No headers. */
    public static Headers empty() {
        return EMPTY;
    }

    /** These headers in this order. */
    public static Headers of(Header... headers) {
        return of(Arrays.asList(headers));
    }

    /** These headers in this order; the list is copied. */
    public static Headers of(List<Header> headers) {
        return headers.isEmpty() ? EMPTY : new Headers(List.copyOf(headers));
    }

    /** These headers and one more after them. */
    public Headers with(String key, byte @Nullable [] value) {
        List<Header> longer = new ArrayList<>(list.size() + 1);
        longer.addAll(list);
        longer.add(new Header(key, value));
        return of(longer);
    }

    /** The last header with this key: by convention the one that counts. */
    public Optional<Header> lastHeader(String key) {
        for (int i = list.size() - 1; i >= 0; i--) {
            if (list.get(i).key().equals(key)) {
                return Optional.of(list.get(i));
            }
        }
        return Optional.empty();
    }

    /** All headers with this key in their order. */
    public List<Header> headers(String key) {
        return list.stream().filter(header -> header.key().equals(key)).toList();
    }

    /** The header at a position from 0 to {@link #size()} - 1. */
    public Header get(int index) {
        return list.get(index);
    }

    /** How many headers there are, duplicates included. */
    public int size() {
        return list.size();
    }

    /** Whether there are none. */
    public boolean isEmpty() {
        return list.isEmpty();
    }

    /** All headers in their order, unmodifiable. */
    public List<Header> asList() {
        return list;
    }

    @Override
    public Iterator<Header> iterator() {
        return list.iterator();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Headers that && list.equals(that.list);
    }

    @Override
    public int hashCode() {
        return list.hashCode();
    }

    @Override
    public String toString() {
        return list.toString();
    }
}
