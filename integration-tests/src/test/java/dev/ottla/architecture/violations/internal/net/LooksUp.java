package dev.ottla.architecture.violations.internal.net;

import dev.ottla.architecture.violations.internal.cluster.Upper;
import dev.ottla.internal.concurrent.ThreadSafe;

/** Breaks: a connection that knows of the cluster above it. */
@ThreadSafe
public record LooksUp(Upper upper) {}
