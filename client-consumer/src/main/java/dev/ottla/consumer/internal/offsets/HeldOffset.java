package dev.ottla.consumer.internal.offsets;

import dev.ottla.internal.concurrent.Immutable;

/**
 * An offset to commit for a partition, as long as it is held by the assignment that it was reached under.
 *
 * @param tenure the assignment, see {@link Assignment#tenure}
 */
@Immutable
public record HeldOffset(long tenure, long offset) {}
