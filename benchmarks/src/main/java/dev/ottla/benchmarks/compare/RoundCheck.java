package dev.ottla.benchmarks.compare;

import java.util.Map;
import java.util.Optional;

/** Looks whether all that a round was to bring is there. Immutable. */
final class RoundCheck {
    private RoundCheck() {}

    /**
     * What does not add up; empty if all is right.
     *
     * @param records how many were to be sent, or received
     * @param said by the peer, and, where it sends, by the brokers
     */
    static Optional<String> problem(Scenario scenario, long records, Map<String, String> said) {
        boolean isRight = number(said, "failed") == 0 && number(said, "gaps") == 0;
        if (scenario.receives()) {
            isRight &= number(said, "received") == records;
            isRight &=
                    number(said, "valueBytes") == records * scenario.workload().valueBytes();
        }
        if (scenario.sends()) {
            isRight &= number(said, "acked") == records;
            isRight &= number(said, "records") == records;
            isRight &= number(said, "corruptBatches") == 0;
        }
        return isRight ? Optional.empty() : Optional.of(records + " records asked for, " + said);
    }

    private static long number(Map<String, String> values, String name) {
        return Long.parseLong(values.getOrDefault(name, "0"));
    }
}
