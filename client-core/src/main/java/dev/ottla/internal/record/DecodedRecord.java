package dev.ottla.internal.record;

import dev.ottla.common.Headers;
import dev.ottla.internal.concurrent.Immutable;
import org.jspecify.annotations.Nullable;

/** One record copied out of its batch, for whoever keeps it longer than the batch's memory. Nobody writes to the arrays. */
@Immutable
@SuppressWarnings("ArrayRecordComponent") // key and value are handed on, never compared
public record DecodedRecord(
        long offset, long timestamp, byte @Nullable [] key, byte @Nullable [] value, Headers headers) {}
