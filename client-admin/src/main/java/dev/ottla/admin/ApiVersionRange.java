package dev.ottla.admin;

import java.util.Optional;

/**
 * An API of a broker. Immutable.
 *
 * @param apiKey the API's number in the protocol
 * @param name the API's name, if this client knows it
 * @param minVersion the lowest version that the broker speaks
 * @param maxVersion the highest version that the broker speaks
 */
public record ApiVersionRange(int apiKey, Optional<String> name, int minVersion, int maxVersion) {}
