package dev.ottla.producer.internal;

import dev.ottla.internal.concurrent.Immutable;

/** What a send does when the buffer has no room for its record; the user's choice. */
@Immutable
public sealed interface FullBufferPolicy {

    /** The sending thread waits, at most so long. */
    record Block(long nanosMax) implements FullBufferPolicy {}

    /** The record fails. */
    record Fail() implements FullBufferPolicy {}

    /** The record waits outside the buffer, with at most so many others. */
    record Suspend(int recordsMax) implements FullBufferPolicy {}
}
