package dev.ottla.it.simulation;

import dev.ottla.common.TopicPartition;
import dev.ottla.config.IsolationLevel;
import dev.ottla.it.simulation.Plan.Step;
import dev.ottla.it.simulation.Plan.Step.Crash;
import dev.ottla.it.simulation.Plan.Step.Transact;
import dev.ottla.it.simulation.Plan.TimedFault;
import dev.ottla.testkit.Simulation;
import dev.ottla.testkit.history.HistoryEvent.Settled;
import dev.ottla.testkit.history.Invariant;
import dev.ottla.testkit.simulation.SimulatedFault.DelayMarkers;
import dev.ottla.testkit.simulation.SimulatedFault.DelayRequest;
import dev.ottla.testkit.simulation.SimulatedFault.HoldRequest;
import dev.ottla.testkit.simulation.SimulatedFault.MoveTransactionCoordinator;
import dev.ottla.testkit.simulation.SimulatedFault.SlowNetwork;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Producers commit and abort transactions over several partitions, one takes over another's transactional id, the coordinator
 * moves and does not answer; a reader of committed records looks on. Half of the runs speak the protocol before KIP-890.
 */
final class TransactionScenario implements Scenario {
    private static final int BROKERS = 3;
    private static final List<TopicPartition> PARTITIONS = ProduceScenario.partitions(ProduceScenario.TOPIC, 3);

    /** The last has the id of the first: it takes it over. */
    private static final int PRODUCERS = 3;

    private static final int IDS = 2;
    private static final Duration LOAD = Duration.ofSeconds(4);
    private static final Duration REST = Duration.ofSeconds(60);

    private final boolean hasLateEnds;

    /** {@code hasLateEnds}: whether requests to end a transaction come late, when their client has asked again elsewhere. */
    TransactionScenario(boolean hasLateEnds) {
        this.hasLateEnds = hasLateEnds;
    }

    @Override
    public String name() {
        return hasLateEnds ? "transactions-late" : "transactions";
    }

    @Override
    public int cost() {
        return hasLateEnds ? 4 : 2;
    }

    @Override
    public Plan plan(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        FaultDice dice = new FaultDice(
                random,
                BROKERS,
                PARTITIONS,
                List.of(
                        "END_TXN",
                        "END_TXN",
                        "END_TXN",
                        "ADD_PARTITIONS_TO_TXN",
                        "INIT_PRODUCER_ID",
                        "PRODUCE",
                        "PRODUCE"));
        List<TimedFault> faults = new ArrayList<>(dice.draw(8, LOAD));
        if (random.nextBoolean()) {
            String id = transactionalId(random.nextInt(IDS));
            faults.add(new TimedFault(
                    FaultDice.moment(random, LOAD), new MoveTransactionCoordinator(id, 1 + random.nextInt(BROKERS))));
        }
        if (random.nextInt(3) == 0) {
            faults.add(new TimedFault(
                    FaultDice.moment(random, LOAD), new DelayMarkers(Duration.ofMillis(random.nextLong(800)))));
        }
        if (random.nextInt(3) == 0) {
            faults.add(new TimedFault(
                    FaultDice.moment(random, LOAD), new SlowNetwork(Duration.ofMillis(1 + random.nextLong(300)))));
        }
        if (random.nextInt(3) == 0) {
            // Long enough for the client to ask again, and to go on with its next transaction.
            Duration late = ProduceScenario.REQUEST_TIMEOUT.plusMillis(random.nextLong(1_500));
            faults.add(new TimedFault(FaultDice.moment(random, LOAD), new DelayRequest("END_TXN", late)));
        }
        if (random.nextInt(3) == 0) {
            faults.add(new TimedFault(
                    FaultDice.moment(random, LOAD),
                    new DelayRequest("PRODUCE", Duration.ofMillis(1 + random.nextLong(900)))));
        }
        List<Step> steps = new ArrayList<>();
        for (int producer = 0; producer < PRODUCERS; producer++) {
            if (producer < IDS || random.nextBoolean()) {
                steps.addAll(transactions(random, producer));
            }
        }
        for (int i = hasLateEnds ? random.nextInt(3) : 0; i > 0; i--) {
            // Not so long that the client has nothing more to do: it asks again at once, and goes on.
            Duration late = Duration.ofMillis(1 + random.nextLong(600));
            faults.add(new TimedFault(FaultDice.moment(random, LOAD), new HoldRequest("END_TXN", late)));
        }
        return new Plan(seed, faults, steps);
    }

    private static List<Step> transactions(SplittableRandom random, int producer) {
        List<Step> steps = new ArrayList<>();
        Duration at = producer < IDS ? Duration.ZERO : FaultDice.moment(random, LOAD);
        int count = 2 + random.nextInt(6);
        for (int i = 0; i < count; i++) {
            List<Integer> partitions =
                    random.ints(random.nextInt(6), 0, PARTITIONS.size()).boxed().toList();
            steps.add(new Transact(at, producer, partitions, random.nextInt(3) == 0));
            at = at.plusMillis(random.nextLong(LOAD.toMillis() / count));
        }
        if (random.nextInt(6) == 0) {
            steps.add(new Crash(at.minusMillis(random.nextLong(at.toMillis() + 1)), producer));
        }
        return steps;
    }

    private static String transactionalId(int producer) {
        return "payments-" + producer % IDS;
    }

    @Override
    public Outcome run(Plan plan, boolean recordsSteps) {
        SplittableRandom random = new SplittableRandom(~plan.seed());
        try (Simulation simulation = Simulation.builder(plan.seed())
                .brokers(BROKERS)
                .recordsSteps(recordsSteps)
                .transactionVersion(1 + random.nextInt(2))
                .build()) {
            simulation.createTopic(ProduceScenario.TOPIC, PARTITIONS.size(), BROKERS);
            plan.faults().forEach(each -> simulation.after(each.at(), each.fault()));
            Map<Integer, TransactingProducer> producers = new TreeMap<>();
            RecordingReader reader = ReadScenario.reader(simulation, PARTITIONS, IsolationLevel.READ_COMMITTED, random);
            schedule(simulation, plan, producers, random);
            simulation.run(() -> false, LOAD.plusSeconds(1));
            simulation.heal();
            simulation.run(() -> producers.values().stream().allMatch(TransactingProducer::isIdle), REST);
            producers.values().forEach(producer -> producer.close(Duration.ofSeconds(5)));
            simulation.run(() -> reader.isAtEnd(simulation), REST);
            reader.close();
            simulation.recordLogs();
            simulation.history().add(new Settled());
            Set<Invariant> promised = Invariant.ofTransactions();
            promised.addAll(Invariant.ofReader());
            simulation.closeClients();
            return Outcome.of(simulation, promised);
        }
    }

    private static void schedule(
            Simulation simulation, Plan plan, Map<Integer, TransactingProducer> producers, SplittableRandom random) {
        List<SplittableRandom> chances =
                IntStream.range(0, PRODUCERS).mapToObj(number -> random.split()).toList();
        for (Transact transact : plan.steps(Transact.class)) {
            simulation.application("t" + transact.producer(), transact.at(), () -> {
                producers
                        .computeIfAbsent(transact.producer(), number -> start(simulation, number, chances.get(number)))
                        .add(transact);
                return Optional.empty();
            });
        }
        for (Crash crash : plan.steps(Crash.class)) {
            simulation.application("crash", crash.at(), () -> {
                TransactingProducer producer = producers.get(crash.member());
                if (producer != null) {
                    producer.crash();
                }
                return Optional.empty();
            });
        }
    }

    private static TransactingProducer start(Simulation simulation, int number, SplittableRandom random) {
        TransactingProducer producer =
                new TransactingProducer(simulation, "t" + number, transactionalId(number), random);
        simulation.application("t" + number, producer::step);
        return producer;
    }
}
