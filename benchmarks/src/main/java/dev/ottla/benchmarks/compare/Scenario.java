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
 * @param warmUpRecords how many records a part of the warm-up has
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
        /** As {@link #STEADY}; the records appear in the topic during the round, at a given pace. */
        PACED,
        /** A whole process, from its start to its end. */
        COLD,
        /** As {@link #COLD}, with JVMs that are set to start quickly rather than to become fast. */
        COLD_QUICK_START,
        /** Some seconds in which there is nothing to do. */
        IDLE
    }

    boolean sends() {
        return workload.mode() != Workload.Mode.CONSUME;
    }

    boolean receives() {
        return workload.mode() == Workload.Mode.CONSUME || workload.mode() == Workload.Mode.END_TO_END;
    }

    /** Whether its records appear only while a round runs. */
    boolean isPaced() {
        return workload.pace() > 0;
    }

    /** Whether its records go at a rate that alone would never warm a process up. */
    boolean isSlow() {
        return isPaced() || workload.rate() > 0;
    }

    /** Whether a round is a whole process. */
    boolean isCold() {
        return method == Method.COLD || method == Method.COLD_QUICK_START;
    }

    /** Whether its rounds do as much as the client can. */
    boolean isFullSpeed() {
        return method == Method.STEADY && !isSlow();
    }

    String id() {
        return suite + "/" + name;
    }

    Scenario in(String newSuite, String newName) {
        return new Scenario(newSuite, newName, cluster, shape, workload, warmUpRecords, roundRecords, method);
    }

    Scenario at(Target newCluster) {
        return new Scenario(suite, name, newCluster, shape, workload, warmUpRecords, roundRecords, method);
    }

    Scenario on(TopicShape newShape) {
        return new Scenario(suite, name, cluster, newShape, workload, warmUpRecords, roundRecords, method);
    }

    Scenario doing(Workload newWorkload) {
        return new Scenario(suite, name, cluster, shape, newWorkload, warmUpRecords, roundRecords, method);
    }

    Scenario with(String option, Object value) {
        return doing(workload.with(option, value));
    }

    Scenario records(long warmUp, long round) {
        return new Scenario(suite, name, cluster, shape, workload, warmUp, round, method);
    }

    Scenario measuredAs(Method newMethod) {
        return new Scenario(suite, name, cluster, shape, workload, warmUpRecords, roundRecords, newMethod);
    }
}
