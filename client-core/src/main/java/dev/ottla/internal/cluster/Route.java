package dev.ottla.internal.cluster;

import dev.ottla.common.TopicPartition;
import dev.ottla.internal.concurrent.Immutable;

/** Who answers a request. Resolved to a broker anew for every attempt, because leaders and coordinators move. */
@Immutable
public sealed interface Route {

    /** Any broker will do. */
    Route ANY = new Any();

    /** The controller, or the broker that forwards to it. */
    Route CONTROLLER = new Controller();

    /** Exactly this broker. */
    static Route node(int nodeId) {
        return new ToNode(nodeId);
    }

    /** The broker that leads the partition. */
    static Route leader(TopicPartition partition) {
        return new Leader(partition);
    }

    /** The coordinator of the consumer, share or streams group. */
    static Route groupCoordinator(String groupId) {
        return new ToCoordinator(new CoordinatorKey(CoordinatorKey.Type.GROUP, groupId));
    }

    /** The coordinator of the transactional id. */
    static Route transactionCoordinator(String transactionalId) {
        return new ToCoordinator(new CoordinatorKey(CoordinatorKey.Type.TRANSACTION, transactionalId));
    }

    /** See {@link #ANY}. */
    record Any() implements Route {
        @Override
        public String toString() {
            return "any broker";
        }
    }

    /** See {@link #CONTROLLER}. */
    record Controller() implements Route {
        @Override
        public String toString() {
            return "the controller";
        }
    }

    /** See {@link #node}. */
    record ToNode(int nodeId) implements Route {
        @Override
        public String toString() {
            return "broker " + nodeId;
        }
    }

    /** See {@link #leader}. */
    record Leader(TopicPartition partition) implements Route {
        @Override
        public String toString() {
            return "the leader of " + partition;
        }
    }

    /** See {@link #groupCoordinator} and {@link #transactionCoordinator}. */
    record ToCoordinator(CoordinatorKey key) implements Route {
        @Override
        public String toString() {
            return "the coordinator of " + key.key();
        }
    }
}
