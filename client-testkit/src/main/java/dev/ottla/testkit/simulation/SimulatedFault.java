package dev.ottla.testkit.simulation;

import dev.ottla.common.TopicPartition;
import java.time.Duration;

/**
 * Something that goes wrong in a {@link dev.ottla.testkit.Simulation}. Brokers have the ids 1 to their number. APIs and errors
 * have the names of Kafka's protocol: {@code PRODUCE}, {@code NOT_LEADER_OR_FOLLOWER}.
 */
public sealed interface SimulatedFault {

    /** All connections to a broker are reset; what was on its way is lost. */
    record ResetConnections(int nodeId) implements SimulatedFault {}

    /** The broker ends its direction of all connections to it; it still reads. */
    record HalfClose(int nodeId) implements SimulatedFault {}

    /** Nothing goes to or from a broker for a time, while connections stay open. */
    record BlackHole(int nodeId, Duration duration) implements SimulatedFault {}

    /** The next request of this API never arrives, and its connection is lost. */
    record LoseRequest(String api) implements SimulatedFault {}

    /** The next request of this API is carried out, its answer never arrives, and its connection is lost. */
    record LoseResponse(String api) implements SimulatedFault {}

    /** The next request of this API is carried out only later, even if its client has given it up by then. */
    record DelayRequest(String api, Duration delay) implements SimulatedFault {}

    /**
     * The next request of this API is held back: its connection is lost now, so that its client asks again on another one, and
     * its broker looks at it only later.
     */
    record HoldRequest(String api, Duration delay) implements SimulatedFault {}

    /** The next request of this API is carried out, its answer comes later. */
    record DelayResponse(String api, Duration delay) implements SimulatedFault {}

    /** The next requests of this API are answered with an error. */
    record AnswerWithError(String api, String error, int times) implements SimulatedFault {}

    /** The next requests of this API are answered with an error for one partition. */
    record RefusePartition(String api, TopicPartition partition, String error, int times) implements SimulatedFault {}

    /** Another broker leads a partition. Nothing happens if it can't, or does already. */
    record MoveLeader(TopicPartition partition, int nodeId) implements SimulatedFault {}

    /** Followers of a partition get nothing for a time; then the leader has what they have not. */
    record HoldFollowers(TopicPartition partition, Duration duration) implements SimulatedFault {}

    /** A broker dies and comes back. */
    record BrokerDown(int nodeId, Duration duration) implements SimulatedFault {}

    /** Another broker coordinates a group. */
    record MoveCoordinator(String group, int nodeId) implements SimulatedFault {}

    /** Another broker coordinates a transactional id. */
    record MoveTransactionCoordinator(String transactionalId, int nodeId) implements SimulatedFault {}

    /** From now on the markers of a transaction are written this much later than its end is decided and answered. */
    record DelayMarkers(Duration delay) implements SimulatedFault {}

    /** A broker forgets its fetch sessions. */
    record EvictFetchSessions(int nodeId) implements SimulatedFault {}

    /** The wall clock jumps, forward or back. */
    record ClockJump(Duration by) implements SimulatedFault {}

    /** From now on bytes take up to this long, each way. */
    record SlowNetwork(Duration latencyMax) implements SimulatedFault {}
}
