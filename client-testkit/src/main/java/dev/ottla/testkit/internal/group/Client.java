package dev.ottla.testkit.internal.group;

import dev.ottla.internal.concurrent.Immutable;

/**
 * Who is behind a member, as group descriptions show it.
 *
 * @param id as the client calls itself
 * @param host the client's address
 */
@Immutable
public record Client(String id, String host) {}
