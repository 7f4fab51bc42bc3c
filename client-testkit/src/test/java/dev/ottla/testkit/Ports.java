package dev.ottla.testkit;

import java.io.IOException;
import java.time.Duration;
import java.util.Set;

/** Finds back the port in a broker's address. */
final class Ports {
    private Ports() {}

    static int of(String address) {
        return Integer.parseInt(address.substring(address.indexOf(':') + 1));
    }

    static Set<Integer> brokersSeenFrom(RealBroker broker, Duration timeout) throws IOException {
        return MetadataProbe.brokersSeenFrom(of(broker.address()), timeout);
    }
}
