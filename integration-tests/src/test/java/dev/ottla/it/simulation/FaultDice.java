package dev.ottla.it.simulation;

import dev.ottla.common.TopicPartition;
import dev.ottla.it.simulation.Plan.TimedFault;
import dev.ottla.testkit.simulation.SimulatedFault;
import dev.ottla.testkit.simulation.SimulatedFault.AnswerWithError;
import dev.ottla.testkit.simulation.SimulatedFault.BlackHole;
import dev.ottla.testkit.simulation.SimulatedFault.BrokerDown;
import dev.ottla.testkit.simulation.SimulatedFault.ClockJump;
import dev.ottla.testkit.simulation.SimulatedFault.DelayRequest;
import dev.ottla.testkit.simulation.SimulatedFault.DelayResponse;
import dev.ottla.testkit.simulation.SimulatedFault.EvictFetchSessions;
import dev.ottla.testkit.simulation.SimulatedFault.HalfClose;
import dev.ottla.testkit.simulation.SimulatedFault.HoldFollowers;
import dev.ottla.testkit.simulation.SimulatedFault.LoseRequest;
import dev.ottla.testkit.simulation.SimulatedFault.LoseResponse;
import dev.ottla.testkit.simulation.SimulatedFault.MoveLeader;
import dev.ottla.testkit.simulation.SimulatedFault.RefusePartition;
import dev.ottla.testkit.simulation.SimulatedFault.ResetConnections;
import dev.ottla.testkit.simulation.SimulatedFault.SlowNetwork;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Draws what goes wrong in a run. */
final class FaultDice {
    private static final List<String> PRODUCE_ERRORS = List.of(
            "NOT_LEADER_OR_FOLLOWER",
            "NOT_ENOUGH_REPLICAS",
            "NOT_ENOUGH_REPLICAS_AFTER_APPEND",
            "REQUEST_TIMED_OUT",
            "UNKNOWN_TOPIC_OR_PARTITION",
            "OUT_OF_ORDER_SEQUENCE_NUMBER",
            "UNKNOWN_PRODUCER_ID",
            "KAFKA_STORAGE_ERROR");
    private static final List<String> FETCH_ERRORS = List.of(
            "NOT_LEADER_OR_FOLLOWER",
            "UNKNOWN_TOPIC_OR_PARTITION",
            "FENCED_LEADER_EPOCH",
            "UNKNOWN_LEADER_EPOCH",
            "OFFSET_NOT_AVAILABLE",
            "KAFKA_STORAGE_ERROR");

    private static final Set<String> TRANSACTION_APIS =
            Set.of("INIT_PRODUCER_ID", "ADD_PARTITIONS_TO_TXN", "ADD_OFFSETS_TO_TXN", "TXN_OFFSET_COMMIT", "END_TXN");
    private static final List<String> TRANSACTION_ERRORS = List.of(
            "COORDINATOR_LOAD_IN_PROGRESS",
            "COORDINATOR_NOT_AVAILABLE",
            "NOT_COORDINATOR",
            "CONCURRENT_TRANSACTIONS",
            "UNKNOWN_SERVER_ERROR");

    private final RandomGenerator random;
    private final int brokers;
    private final List<TopicPartition> partitions;
    private final List<String> apis;

    /** Dice for these partitions, and for the exchanges that these APIs are, more often those that are named more often. */
    FaultDice(RandomGenerator random, int brokers, List<TopicPartition> partitions, List<String> apis) {
        this.random = random;
        this.brokers = brokers;
        this.partitions = partitions;
        this.apis = apis;
    }

    /** Any time within this one. */
    static Duration moment(RandomGenerator random, Duration within) {
        return Duration.ofMillis(random.nextLong(within.toMillis()));
    }

    /** Up to so many faults within this time, by time. */
    List<TimedFault> draw(int countMax, Duration within) {
        List<TimedFault> faults = new ArrayList<>();
        int count = random.nextInt(countMax + 1);
        for (int i = 0; i < count; i++) {
            faults.add(new TimedFault(time(within), one()));
        }
        faults.sort(Comparator.comparing(TimedFault::at));
        return faults;
    }

    /** Often right at the beginning, when nothing is known yet. */
    private Duration time(Duration within) {
        return Duration.ofMillis(random.nextLong(random.nextInt(5) == 0 ? 30 : within.toMillis()));
    }

    private SimulatedFault one() {
        int nodeId = 1 + random.nextInt(brokers);
        String api = apis.get(random.nextInt(apis.size()));
        TopicPartition partition = partitions.get(random.nextInt(partitions.size()));
        return switch (random.nextInt(16)) {
            case 0 -> new ResetConnections(nodeId);
            case 1 -> new HalfClose(nodeId);
            case 2, 3 -> new BlackHole(nodeId, time(4_000));
            case 4, 5 -> new LoseRequest(api);
            case 6, 7 -> new LoseResponse(api);
            case 8 ->
                TRANSACTION_APIS.contains(api) && random.nextBoolean()
                        ? new DelayRequest(api, time(3_000))
                        : new DelayResponse(api, time(2_000));
            case 9, 10 -> refusal(api, partition);
            case 11, 12 -> new MoveLeader(partition, nodeId);
            case 13 -> random.nextBoolean() ? new HoldFollowers(partition, time(2_000)) : new SlowNetwork(time(300));
            case 14 -> new BrokerDown(nodeId, time(3_000));
            default ->
                random.nextBoolean()
                        ? new ClockJump(Duration.ofMinutes(random.nextInt(-60, 60)))
                        : new EvictFetchSessions(nodeId);
        };
    }

    private SimulatedFault refusal(String api, TopicPartition partition) {
        int times = 1 + random.nextInt(3);
        if (api.equals("PRODUCE")) {
            return new RefusePartition(api, partition, any(PRODUCE_ERRORS), times);
        } else if (api.equals("FETCH")) {
            return new RefusePartition(api, partition, any(FETCH_ERRORS), times);
        } else if (TRANSACTION_APIS.contains(api)) {
            return new AnswerWithError(api, any(TRANSACTION_ERRORS), times);
        }
        return new AnswerWithError(api, "UNKNOWN_SERVER_ERROR", times);
    }

    private String any(List<String> errors) {
        return errors.get(random.nextInt(errors.size()));
    }

    private Duration time(int millisMax) {
        return Duration.ofMillis(1 + random.nextInt(millisMax));
    }
}
