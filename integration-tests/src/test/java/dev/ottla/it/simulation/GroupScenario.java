package dev.ottla.it.simulation;

import dev.ottla.common.TopicPartition;
import dev.ottla.it.simulation.Plan.Step;
import dev.ottla.it.simulation.Plan.TimedFault;
import dev.ottla.testkit.Simulation;
import dev.ottla.testkit.history.HistoryEvent.Settled;
import dev.ottla.testkit.history.Invariant;
import dev.ottla.testkit.simulation.SimulatedFault.MoveCoordinator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Members of a group join, leave and die, commits are lost, the coordinator moves, while a producer writes. In every third
 * run there are two topics, and members go back, stand still and change what they read as well.
 */
final class GroupScenario implements Scenario {
    private static final int BROKERS = 3;
    private static final int MEMBERS = 4;
    private static final Duration LOAD = Duration.ofSeconds(6);
    private static final Duration REST = Duration.ofSeconds(60);

    /** What there is to read, and whether members call for more than records. */
    private record Setting(List<String> topics, int partitionsPerTopic, boolean hasCalls) {
        static Setting of(long seed) {
            return seed % 3 == 2
                    ? new Setting(List.of(ProduceScenario.TOPIC, "refunds"), 3, true)
                    : new Setting(List.of(ProduceScenario.TOPIC), 4, false);
        }

        List<TopicPartition> partitions() {
            return topics.stream()
                    .flatMap(topic -> ProduceScenario.partitions(topic, partitionsPerTopic).stream())
                    .toList();
        }
    }

    private final GroupKind kind;

    GroupScenario(GroupKind kind) {
        this.kind = kind;
    }

    @Override
    public String name() {
        return kind.scenario();
    }

    @Override
    public int cost() {
        return kind == GroupKind.EAGER ? 2 : 4;
    }

    @Override
    public Plan plan(long seed) {
        Setting setting = Setting.of(seed);
        List<TopicPartition> partitions = setting.partitions();
        SplittableRandom random = new SplittableRandom(seed);
        FaultDice dice = new FaultDice(random, BROKERS, partitions, kind.apis());
        List<TimedFault> faults = new ArrayList<>(dice.draw(5, LOAD));
        if (random.nextInt(3) == 0) {
            faults.add(new TimedFault(
                    FaultDice.moment(random, LOAD),
                    new MoveCoordinator(RecordingMember.GROUP, 1 + random.nextInt(BROKERS))));
        }
        faults.addAll(kind.drawExpulsions(new SplittableRandom(-seed), LOAD));
        List<Step> steps = new ArrayList<>(ProduceScenario.sends(random, 1, partitions.size(), 40, LOAD));
        steps.addAll(Memberships.plan(random, MEMBERS, LOAD));
        if (setting.hasCalls()) {
            steps.addAll(MemberCalls.plan(random, MEMBERS, partitions.size(), LOAD));
        }
        return new Plan(seed, faults, steps);
    }

    @Override
    public Outcome run(Plan plan, boolean recordsSteps) {
        Setting setting = Setting.of(plan.seed());
        List<TopicPartition> partitions = setting.partitions();
        Memberships members = new Memberships();
        try (Simulation simulation = Simulation.builder(plan.seed())
                .brokers(BROKERS)
                .recordsSteps(recordsSteps)
                .consumerHeartbeatInterval(RecordingMember.HEARTBEAT_INTERVAL)
                .consumerSessionTimeout(RecordingMember.SESSION_TIMEOUT)
                .build()) {
            setting.topics().forEach(topic -> simulation.createTopic(topic, setting.partitionsPerTopic(), BROKERS));
            plan.faults().forEach(each -> simulation.after(each.at(), each.fault()));
            SplittableRandom random = new SplittableRandom(~plan.seed());
            RecordingProducer producer = ProduceScenario.producer(simulation, "p0", true, random);
            ProduceScenario.schedule(simulation, plan, List.of(producer), partitions::get);
            MemberCalls calls = new MemberCalls(simulation, partitions);
            members.schedule(
                    simulation,
                    plan,
                    random,
                    (name, own) -> calls.add(
                            new RecordingMember(simulation, name, kind, setting.topics(), !own.nextBoolean(), own)));
            calls.schedule(plan);
            observe(simulation, RecordingMember.GROUP);
            simulation.run(() -> false, LOAD.plusSeconds(3));
            simulation.heal();
            members.thaw(simulation);
            if (setting.hasCalls()) {
                calls.subscribeToAll();
            }
            simulation.run(producer::hasEnded, Duration.ofSeconds(15));
            producer.close(Duration.ofSeconds(5));
            simulation.run(() -> isAllCommitted(simulation, RecordingMember.GROUP, partitions), REST);
            members.leave();
            simulation.recordCommitted(RecordingMember.GROUP);
            simulation.recordLogs();
            simulation.history().add(new Settled());
            Set<Invariant> promised = Invariant.ofGroup();
            promised.add(Invariant.C9);
            promised.addAll(Invariant.ofIdempotentProducer());
            members.giveBackMemory();
            simulation.closeClients();
            producer.recordMemory();
            return Outcome.of(simulation, promised);
        }
    }

    /** Whether the group has got to the end of these partitions. */
    static boolean isAllCommitted(Simulation simulation, String group, List<TopicPartition> partitions) {
        Map<TopicPartition, Long> committed = simulation.committed(group);
        return partitions.stream()
                .allMatch(partition -> committed.getOrDefault(partition, 0L) >= simulation.endOffset(partition));
    }

    /** Writes into the history now and then what the group has committed. */
    static void observe(Simulation simulation, String group) {
        simulation.application("observer", () -> {
            simulation.recordCommitted(group);
            return Optional.of(Duration.ofMillis(50));
        });
    }
}
