package dev.ottla.benchmarks.compare;

import dev.ottla.benchmarks.workload.TopicShape;
import dev.ottla.benchmarks.workload.Workload;

/**
 * One workload and how it is measured. Immutable.
 *
 * @param suite what it belongs to
 * @param name its own name within the suite
 * @param cluster what it runs against
 * @param shape the topic
 * @param workload what the peers do, without the addresses
 * @param warmUpRecords how many records go before the first measured round
 * @param roundRecords how many records a round has
 * @param method what a round is
 */
record Scenario(
        String suite,
        String name,
        Target cluster,
        TopicShape shape,
        Workload workload,
        long warmUpRecords,
        long roundRecords,
        Method method) {

    /** What the peers talk to. */
    enum Target {
        NULL_BROKER,
        THREE_NULL_BROKERS,
        REAL_BROKER
    }

    /** What a round is. */
    enum Method {
        /** Records of a process that is warm. */
        STEADY,
        /** A whole process, from its start to its end. */
        COLD,
        /** Some seconds in which nothing is sent. */
        IDLE
    }

    boolean consumes() {
        return workload.mode() == Workload.Mode.CONSUME;
    }

    String id() {
        return suite + "/" + name;
    }
}
