package dev.ottla.it.simulation;

import dev.ottla.config.GroupProtocol;
import dev.ottla.consumer.ConsumerBuilder;
import dev.ottla.consumer.assignor.PartitionAssignor;
import java.util.List;

/** How the members of a group agree on who reads what. */
enum GroupKind {
    /** All give up everything at each rebalance. */
    EAGER("group") {
        @Override
        void choose(ConsumerBuilder<?, ?> builder) {
            builder.groupProtocol(GroupProtocol.CLASSIC);
        }
    },
    /** Each gives up only what moves (KIP-429). */
    COOPERATIVE("group-cooperative") {
        @Override
        void choose(ConsumerBuilder<?, ?> builder) {
            builder.groupProtocol(GroupProtocol.CLASSIC).assignors(PartitionAssignor.cooperativeSticky());
        }
    },
    /** The coordinator divides, and each gets there at its own pace (KIP-848). */
    CONSUMER("group-consumer") {
        @Override
        void choose(ConsumerBuilder<?, ?> builder) {
            builder.groupProtocol(GroupProtocol.CONSUMER);
        }

        @Override
        List<String> apis() {
            return List.of(
                    "OFFSET_COMMIT",
                    "OFFSET_COMMIT",
                    "CONSUMER_GROUP_HEARTBEAT",
                    "CONSUMER_GROUP_HEARTBEAT",
                    "CONSUMER_GROUP_HEARTBEAT",
                    "OFFSET_FETCH");
        }
    };

    private final String scenario;

    GroupKind(String scenario) {
        this.scenario = scenario;
    }

    /** The name of the runs with such groups. */
    String scenario() {
        return scenario;
    }

    abstract void choose(ConsumerBuilder<?, ?> builder);

    /** What members ask their coordinator. */
    List<String> apis() {
        return List.of("OFFSET_COMMIT", "OFFSET_COMMIT", "JOIN_GROUP", "SYNC_GROUP", "HEARTBEAT", "OFFSET_FETCH");
    }
}
