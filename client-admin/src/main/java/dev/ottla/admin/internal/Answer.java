package dev.ottla.admin.internal;

import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.KafkaException;
import dev.ottla.internal.concurrent.Immutable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a response says about one item. Read by a {@link KeyedRequest}, judged by {@link Fanout}. */
@Immutable
public sealed interface Answer<V> {

    /** It worked. */
    record Value<V>(V value) implements Answer<V> {}

    /** The broker refused it, with its code and, if it gave any, its words. */
    record Refused<V>(short errorCode, @Nullable String errorMessage) implements Answer<V> {}

    /** The broker answered, and the answer makes no sense. */
    record Unreadable<V>(KafkaException cause) implements Answer<V> {}

    /** The value, or the refusal if there is an error code. */
    static <V> Answer<V> of(short errorCode, @Nullable String errorMessage, Supplier<V> value) {
        return errorCode == ErrorCode.NONE.code() ? new Value<>(value.get()) : new Refused<>(errorCode, errorMessage);
    }
}
