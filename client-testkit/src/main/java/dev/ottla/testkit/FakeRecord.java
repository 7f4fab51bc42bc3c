package dev.ottla.testkit;

import dev.ottla.common.Headers;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A record in a log of {@link FakeKafka}. Immutable, as long as nobody writes to the arrays.
 *
 * @param offset its offset
 * @param timestamp milliseconds since 1970; -1 for none
 * @param key null if it has none
 * @param value null if it has none
 * @param headers its headers, in order
 */
@SuppressWarnings("ArrayRecordComponent") // key and value are looked at, records are never compared
public record FakeRecord(long offset, long timestamp, byte @Nullable [] key, byte @Nullable [] value, Headers headers) {

    /** The value as UTF-8 text; null if there is none. */
    public @Nullable String valueText() {
        return value == null ? null : new String(value, StandardCharsets.UTF_8);
    }
}
