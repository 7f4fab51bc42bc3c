package dev.ottla.it.simulation;

import dev.ottla.common.TopicPartition;
import dev.ottla.config.IsolationLevel;
import dev.ottla.it.simulation.Plan.Step;
import dev.ottla.it.simulation.Plan.TimedFault;
import dev.ottla.testkit.Simulation;
import dev.ottla.testkit.history.HistoryEvent.Settled;
import dev.ottla.testkit.history.Invariant;
import dev.ottla.testkit.simulation.SimulatedFault.DelayMarkers;
import dev.ottla.testkit.simulation.SimulatedFault.MoveCoordinator;
import dev.ottla.testkit.simulation.SimulatedFault.MoveTransactionCoordinator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Members of a group read, process and write in transactions, which commit the offsets too, while they come, go, die and stand
 * still; a reader of committed records looks at what they write. Half of the runs speak the protocol before KIP-890,
 * and half are about a group of KIP-848, which throws members out now and then.
 */
final class ExactlyOnceScenario implements Scenario {
    private static final int BROKERS = 3;
    private static final int INPUT_PARTITIONS = 3;
    private static final int MEMBERS = 3;
    private static final Duration LOAD = Duration.ofSeconds(5);
    private static final Duration REST = Duration.ofSeconds(90);

    @Override
    public String name() {
        return "exactly-once";
    }

    @Override
    public int cost() {
        return 4;
    }

    @Override
    public Plan plan(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<TopicPartition> partitions =
                new ArrayList<>(ProduceScenario.partitions(ProduceScenario.TOPIC, INPUT_PARTITIONS));
        partitions.addAll(RecordingWorker.OUTPUT);
        FaultDice dice = new FaultDice(
                random,
                BROKERS,
                partitions,
                List.of(
                        "END_TXN",
                        "END_TXN",
                        "TXN_OFFSET_COMMIT",
                        "TXN_OFFSET_COMMIT",
                        "ADD_OFFSETS_TO_TXN",
                        "ADD_PARTITIONS_TO_TXN",
                        "PRODUCE",
                        "OFFSET_FETCH",
                        "HEARTBEAT"));
        List<TimedFault> faults = new ArrayList<>(dice.draw(6, LOAD));
        if (random.nextInt(3) == 0) {
            faults.add(new TimedFault(
                    FaultDice.moment(random, LOAD),
                    new MoveCoordinator(RecordingWorker.GROUP, 1 + random.nextInt(BROKERS))));
        }
        if (random.nextInt(3) == 0) {
            String id = RecordingWorker.transactionalId("m" + random.nextInt(MEMBERS));
            faults.add(new TimedFault(
                    FaultDice.moment(random, LOAD), new MoveTransactionCoordinator(id, 1 + random.nextInt(BROKERS))));
        }
        if (random.nextInt(2) == 0) {
            faults.add(new TimedFault(
                    FaultDice.moment(random, LOAD), new DelayMarkers(Duration.ofMillis(random.nextLong(1_500)))));
        }
        faults.addAll(kind(seed).drawExpulsions(new SplittableRandom(-seed), LOAD));
        List<Step> steps = new ArrayList<>(ProduceScenario.sends(random, 1, INPUT_PARTITIONS, 40, LOAD));
        steps.addAll(Memberships.plan(random, MEMBERS, LOAD));
        return new Plan(seed, faults, steps);
    }

    private static GroupKind kind(long seed) {
        return seed % 2 == 0 ? GroupKind.CONSUMER : GroupKind.EAGER;
    }

    @Override
    public Outcome run(Plan plan, boolean recordsSteps) {
        GroupKind kind = kind(plan.seed());
        SplittableRandom random = new SplittableRandom(~plan.seed());
        Memberships members = new Memberships();
        try (Simulation simulation = Simulation.builder(plan.seed())
                .brokers(BROKERS)
                .recordsSteps(recordsSteps)
                .transactionVersion(1 + random.nextInt(2))
                .consumerHeartbeatInterval(RecordingMember.HEARTBEAT_INTERVAL)
                .consumerSessionTimeout(RecordingMember.SESSION_TIMEOUT)
                .build()) {
            simulation.createTopic(ProduceScenario.TOPIC, INPUT_PARTITIONS, BROKERS);
            simulation.createTopic(RecordingWorker.OUTPUT_TOPIC, RecordingWorker.OUTPUT.size(), BROKERS);
            plan.faults().forEach(each -> simulation.after(each.at(), each.fault()));
            RecordingProducer producer = ProduceScenario.producer(simulation, "p0", true, random);
            ProduceScenario.schedule(simulation, plan, List.of(producer));
            RecordingReader reader =
                    ReadScenario.reader(simulation, RecordingWorker.OUTPUT, IsolationLevel.READ_COMMITTED, random);
            members.schedule(
                    simulation, plan, random, (name, own) -> new RecordingWorker(simulation, kind, name, name, own));
            GroupScenario.observe(simulation, RecordingWorker.GROUP);
            simulation.run(() -> false, LOAD.plusSeconds(3));
            simulation.heal();
            members.thaw(simulation);
            simulation.run(producer::hasEnded, Duration.ofSeconds(15));
            producer.close(Duration.ofSeconds(5));
            simulation.run(
                    () -> GroupScenario.isAllCommitted(
                            simulation,
                            RecordingWorker.GROUP,
                            ProduceScenario.partitions(ProduceScenario.TOPIC, INPUT_PARTITIONS)),
                    REST);
            members.leave();
            simulation.run(() -> reader.isAtEnd(simulation), REST);
            reader.close();
            simulation.recordCommitted(RecordingWorker.GROUP);
            simulation.recordLogs();
            simulation.history().add(new Settled());
            Set<Invariant> promised = Invariant.ofTransactions();
            promised.addAll(Invariant.ofGroup());
            members.giveBackMemory();
            simulation.closeClients();
            producer.recordMemory();
            return Outcome.of(simulation, promised);
        }
    }
}
