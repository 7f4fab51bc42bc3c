package dev.ottla.admin;

import dev.ottla.errors.KafkaException;
import java.util.List;
import java.util.Map;

/**
 * What all brokers together know, where each knows a part. Immutable.
 *
 * @param found what the brokers that answered have told, each thing once
 * @param failures the brokers that did not answer, by node id, each with its error; what only they know is missing
 * @param <T> what was listed
 */
public record Listings<T>(List<T> found, Map<Integer, KafkaException> failures) {

    /** Copies both. */
    public Listings {
        found = List.copyOf(found);
        failures = Map.copyOf(failures);
    }

    /**
     * The complete list.
     *
     * @throws KafkaException the failure of a broker, if any failed
     */
    public List<T> all() {
        if (!failures.isEmpty()) {
            throw failures.values().iterator().next();
        }
        return found;
    }
}
