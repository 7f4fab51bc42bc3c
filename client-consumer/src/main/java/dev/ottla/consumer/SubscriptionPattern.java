package dev.ottla.consumer;

import java.util.Objects;

/**
 * A regular expression that brokers match with the names of topics (KIP-848), given to
 * {@link ConsumerBuilder#topics(SubscriptionPattern)}. Immutable.
 *
 * @param pattern in the syntax of RE2, which has no look-ahead and no back references; the whole name must match. Whether it is
 *     well-formed only the broker says
 */
public record SubscriptionPattern(String pattern) {
    /**
     * Checks nothing but that there is a pattern.
     *
     * @throws IllegalArgumentException if it is empty
     */
    public SubscriptionPattern {
        Objects.requireNonNull(pattern, "pattern");
        if (pattern.isEmpty()) {
            throw new IllegalArgumentException("pattern must not be empty");
        }
    }

    /** The pattern of this text. */
    public static SubscriptionPattern of(String pattern) {
        return new SubscriptionPattern(pattern);
    }
}
