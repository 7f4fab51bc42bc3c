package dev.ottla.it.simulation;

import dev.ottla.common.TopicPartition;
import dev.ottla.consumer.Ordering;
import dev.ottla.it.simulation.Plan.Step;
import dev.ottla.it.simulation.Plan.Step.Send;
import dev.ottla.it.simulation.Plan.TimedFault;
import dev.ottla.testkit.Simulation;
import dev.ottla.testkit.history.HistoryEvent.CallBegan;
import dev.ottla.testkit.history.HistoryEvent.CallEnded;
import dev.ottla.testkit.history.HistoryEvent.Settled;
import dev.ottla.testkit.history.Invariant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * As {@link GroupScenario}, with members that handle many records at once. How they agree on who reads what, and which records they
 * handle in order, goes by the seed.
 */
final class HandlerScenario implements Scenario {
    private static final int BROKERS = 3;
    private static final int MEMBERS = 3;
    private static final int KEYS = 3;
    private static final List<TopicPartition> PARTITIONS = ProduceScenario.partitions(ProduceScenario.TOPIC, 3);
    private static final List<GroupKind> KINDS = List.of(GroupKind.values());
    private static final List<Ordering> ORDERINGS = List.of(Ordering.values());
    private static final Duration LOAD = Duration.ofSeconds(5);
    private static final Duration REST = Duration.ofSeconds(60);

    @Override
    public String name() {
        return "handlers";
    }

    @Override
    public int cost() {
        return 5;
    }

    private static GroupKind kind(long seed) {
        return KINDS.get(Math.floorMod(seed, KINDS.size()));
    }

    private static Ordering ordering(long seed) {
        return ORDERINGS.get(Math.floorMod(Math.floorDiv(seed, KINDS.size()), ORDERINGS.size()));
    }

    @Override
    public Plan plan(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        FaultDice dice = new FaultDice(random, BROKERS, PARTITIONS, kind(seed).apis());
        List<TimedFault> faults = new ArrayList<>(dice.draw(4, LOAD));
        List<Step> steps = new ArrayList<>(ProduceScenario.sends(random, 1, PARTITIONS.size(), 60, LOAD));
        steps.addAll(Memberships.plan(random, MEMBERS, LOAD));
        return new Plan(seed, faults, steps);
    }

    @Override
    public Outcome run(Plan plan, boolean recordsSteps) {
        Memberships members = new Memberships();
        try (Simulation simulation = Simulation.builder(plan.seed())
                .brokers(BROKERS)
                .recordsSteps(recordsSteps)
                .consumerHeartbeatInterval(RecordingMember.HEARTBEAT_INTERVAL)
                .consumerSessionTimeout(RecordingMember.SESSION_TIMEOUT)
                .build()) {
            simulation.createTopic(ProduceScenario.TOPIC, PARTITIONS.size(), BROKERS);
            plan.faults().forEach(each -> simulation.after(each.at(), each.fault()));
            SplittableRandom random = new SplittableRandom(~plan.seed());
            RecordingProducer producer = ProduceScenario.producer(simulation, "p0", true, random);
            send(simulation, plan, producer, random.split());
            members.schedule(
                    simulation,
                    plan,
                    random,
                    (name, own) -> new HandlingMember(simulation, name, kind(plan.seed()), ordering(plan.seed()), own));
            GroupScenario.observe(simulation, HandlingMember.GROUP);
            simulation.run(() -> false, LOAD.plusSeconds(3));
            simulation.heal();
            members.thaw(simulation);
            simulation.run(producer::hasEnded, Duration.ofSeconds(15));
            producer.close(Duration.ofSeconds(5));
            runUntilAllIsCommitted(simulation);
            members.leave();
            simulation.recordCommitted(HandlingMember.GROUP);
            simulation.recordLogs();
            simulation.history().add(new Settled());
            members.giveBackMemory();
            simulation.closeClients();
            producer.recordMemory();
            Set<Invariant> promised = Invariant.ofHandlers();
            promised.addAll(Invariant.ofIdempotentProducer());
            return Outcome.of(simulation, promised);
        }
    }

    private static void runUntilAllIsCommitted(Simulation simulation) {
        simulation.history().add(new CallBegan(HandlingMember.GROUP, "to commit everything", REST));
        if (simulation.run(
                () -> GroupScenario.isAllCommitted(simulation, HandlingMember.GROUP, PARTITIONS),
                REST.plusSeconds(1))) {
            simulation.history().add(new CallEnded(HandlingMember.GROUP, "to commit everything"));
        }
    }

    private static void send(Simulation simulation, Plan plan, RecordingProducer producer, SplittableRandom random) {
        for (Send send : plan.steps(Send.class)) {
            simulation.application("p0", send.at(), () -> {
                producer.send("key-" + random.nextInt(KEYS), PARTITIONS.get(send.partition()), send.bytes());
                return Optional.empty();
            });
        }
    }
}
