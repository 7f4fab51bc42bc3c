package dev.ottla.admin;

import java.util.List;

/**
 * What one broker speaks. Immutable.
 *
 * @param apis its APIs, in the order of their numbers
 * @param features its features, in the order of their names; none from brokers before 2.7
 */
public record ApiVersionsDescription(List<ApiVersionRange> apis, List<FeatureDescription> features) {

    /** Copies the lists. */
    public ApiVersionsDescription {
        apis = List.copyOf(apis);
        features = List.copyOf(features);
    }
}
