package dev.ottla.architecture.violations.internal.cluster;

import dev.ottla.internal.concurrent.Immutable;

/** Breaks nothing: what a lower layer must not see. */
@Immutable
public record Upper(int nodeId) {}
