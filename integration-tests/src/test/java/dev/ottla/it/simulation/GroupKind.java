package dev.ottla.it.simulation;

import dev.ottla.config.GroupProtocol;
import dev.ottla.consumer.ConsumerBuilder;
import dev.ottla.consumer.assignor.PartitionAssignor;
import dev.ottla.it.simulation.Plan.TimedFault;
import dev.ottla.testkit.simulation.SimulatedFault;
import dev.ottla.testkit.simulation.SimulatedFault.AnswerWithError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

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

        @Override
        List<SimulatedFault> expulsions() {
            return List.of(
                    new AnswerWithError("JOIN_GROUP", "UNKNOWN_MEMBER_ID", 1),
                    new AnswerWithError("SYNC_GROUP", "UNKNOWN_MEMBER_ID", 1));
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

        @Override
        List<SimulatedFault> expulsions() {
            return List.of(
                    new AnswerWithError("CONSUMER_GROUP_HEARTBEAT", "FENCED_MEMBER_EPOCH", 1),
                    new AnswerWithError("CONSUMER_GROUP_HEARTBEAT", "UNKNOWN_MEMBER_ID", 1));
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

    /** What throws a member out that has partitions, whatever it is about; none where it has given them up by then. */
    List<SimulatedFault> expulsions() {
        return List.of();
    }

    /**
     * In every second run members are thrown out, by at most two answers within this time. Drawn apart from all else, which is then
     * as it would be without.
     */
    List<TimedFault> drawExpulsions(SplittableRandom random, Duration within) {
        List<SimulatedFault> ways = expulsions();
        List<TimedFault> drawn = new ArrayList<>();
        for (int i = ways.isEmpty() ? 0 : random.nextInt(2) * (1 + random.nextInt(2)); i > 0; i--) {
            drawn.add(new TimedFault(FaultDice.moment(random, within), ways.get(random.nextInt(ways.size()))));
        }
        return drawn;
    }

    /** What members ask their coordinator. */
    List<String> apis() {
        return List.of("OFFSET_COMMIT", "OFFSET_COMMIT", "JOIN_GROUP", "SYNC_GROUP", "HEARTBEAT", "OFFSET_FETCH");
    }
}
