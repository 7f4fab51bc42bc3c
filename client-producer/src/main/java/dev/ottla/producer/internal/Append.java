package dev.ottla.producer.internal;

import dev.ottla.internal.concurrent.Immutable;

/** What became of a record that was to be appended to a {@link PartitionQueue}. Step 4 of sending. */
@Immutable
enum Append {
    APPENDED,
    /** There is no open batch: a segment is needed for one. */
    NO_BATCH,
    /** The open batch had no room and was closed: a segment is needed for the next. */
    BATCH_FULL,
    CLOSED
}
