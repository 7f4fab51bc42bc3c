package dev.ottla.consumer;

import dev.ottla.common.Headers;
import dev.ottla.common.TopicPartition;
import java.nio.charset.StandardCharsets;

/** The headers that say of a dead letter where it comes from and why it is there; see {@link FailurePolicy#deadLetter}. */
final class ErrorHeaders {
    private static final String PREFIX = "ottla.error.";

    private ErrorHeaders() {}

    static Headers added(
            Headers headers, TopicPartition partition, long offset, String group, Throwable failure, int attempts) {
        Headers added = with(headers, "topic", partition.topic());
        added = with(added, "partition", Integer.toString(partition.partition()));
        added = with(added, "offset", Long.toString(offset));
        added = with(added, "group", group);
        added = with(added, "exception", failure.getClass().getName());
        added = with(added, "message", String.valueOf(failure.getMessage()));
        return with(added, "attempts", Integer.toString(attempts));
    }

    private static Headers with(Headers headers, String name, String value) {
        return headers.with(PREFIX + name, value.getBytes(StandardCharsets.UTF_8));
    }
}
