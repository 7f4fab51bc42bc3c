package dev.ottla.admin;

import java.util.OptionalInt;

/**
 * A feature such as {@code metadata.version} as one broker sees it (KIP-584). Immutable.
 *
 * @param name the feature's name
 * @param minSupportedLevel the lowest level that the broker can run with
 * @param maxSupportedLevel the highest level that the broker can run with
 * @param finalizedLevel the level that the whole cluster has agreed on; empty if it has not
 */
public record FeatureDescription(
        String name, int minSupportedLevel, int maxSupportedLevel, OptionalInt finalizedLevel) {}
