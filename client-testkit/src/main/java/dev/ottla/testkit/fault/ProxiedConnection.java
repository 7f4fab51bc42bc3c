package dev.ottla.testkit.fault;

/**
 * A client's connection through a {@link FaultProxy}. Immutable.
 *
 * @param number counted from 1 in the order in which the proxy accepted them
 * @param clientId the {@code client.id} of its latest request, empty before the first and where none is named
 */
public record ProxiedConnection(int number, String clientId) {}
