package dev.ottla.it.simulation;

import dev.ottla.common.TopicPartition;
import dev.ottla.it.simulation.Plan.Step;
import dev.ottla.it.simulation.Plan.Step.Crash;
import dev.ottla.it.simulation.Plan.Step.Freeze;
import dev.ottla.it.simulation.Plan.Step.Join;
import dev.ottla.it.simulation.Plan.Step.Leave;
import dev.ottla.it.simulation.Plan.TimedFault;
import dev.ottla.testkit.Simulation;
import dev.ottla.testkit.history.HistoryChecker;
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
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Members of a group join, leave and die, commits are lost, the coordinator moves, while a producer writes. */
final class GroupScenario implements Scenario {
    private static final int PARTITIONS = 4;
    private static final int BROKERS = 3;
    private static final int MEMBERS = 4;
    private static final Duration LOAD = Duration.ofSeconds(6);
    private static final Duration REST = Duration.ofSeconds(60);

    @Override
    public String name() {
        return "group";
    }

    @Override
    public Plan plan(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        FaultDice dice = new FaultDice(
                random,
                BROKERS,
                ProduceScenario.TOPIC,
                PARTITIONS,
                List.of("OFFSET_COMMIT", "OFFSET_COMMIT", "JOIN_GROUP", "SYNC_GROUP", "HEARTBEAT", "OFFSET_FETCH"));
        List<TimedFault> faults = new ArrayList<>(dice.draw(5, LOAD));
        if (random.nextInt(3) == 0) {
            faults.add(new TimedFault(
                    time(random), new MoveCoordinator(RecordingMember.GROUP, 1 + random.nextInt(BROKERS))));
        }
        List<Step> steps = new ArrayList<>(ProduceScenario.sends(random, 1, PARTITIONS, 40, LOAD));
        for (int member = 0; member < MEMBERS; member++) {
            Duration joins = member == 0 ? Duration.ZERO : time(random);
            steps.add(new Join(joins, member));
            if (member > 0 && random.nextBoolean()) {
                Duration goes = joins.plusMillis(random.nextLong(3_000));
                steps.add(random.nextInt(3) == 0 ? new Crash(goes, member) : new Leave(goes, member));
            } else if (random.nextInt(3) == 0) {
                Duration freezes = joins.plusMillis(random.nextLong(2_000));
                steps.add(new Freeze(freezes, member, Duration.ofMillis(random.nextLong(12_000))));
            }
        }
        return new Plan(seed, faults, steps);
    }

    private static Duration time(SplittableRandom random) {
        return Duration.ofMillis(random.nextLong(LOAD.toMillis()));
    }

    @Override
    public Outcome run(Plan plan, boolean recordsSteps) {
        Map<Integer, RecordingMember> members = new TreeMap<>();
        try (Simulation simulation = new Simulation(plan.seed(), BROKERS, recordsSteps)) {
            simulation.createTopic(ProduceScenario.TOPIC, PARTITIONS, BROKERS);
            plan.faults().forEach(each -> simulation.after(each.at(), each.fault()));
            SplittableRandom random = new SplittableRandom(~plan.seed());
            RecordingProducer producer = ProduceScenario.producer(simulation, "p0", true, random);
            ProduceScenario.schedule(simulation, plan, List.of(producer));
            schedule(simulation, plan, members, random);
            simulation.run(() -> false, LOAD.plusSeconds(3));
            simulation.heal();
            members.values().forEach(RecordingMember::thaw);
            simulation.run(producer::hasEnded, Duration.ofSeconds(15));
            producer.close(Duration.ofSeconds(5));
            simulation.run(() -> isAllCommitted(simulation), REST);
            members.values().stream().filter(member -> !member.isGone()).forEach(RecordingMember::leave);
            simulation.recordCommitted(RecordingMember.GROUP);
            simulation.recordLogs();
            simulation.history().add(new Settled());
            Set<Invariant> promised = Invariant.ofGroup();
            promised.addAll(Invariant.ofIdempotentProducer());
            Outcome outcome = new Outcome(
                    HistoryChecker.of(promised).check(simulation.history()),
                    simulation.traceHash(),
                    simulation.stepCount(),
                    simulation.steps(),
                    simulation.history());
            members.values().forEach(RecordingMember::giveBackMemory);
            return outcome;
        }
    }

    private static boolean isAllCommitted(Simulation simulation) {
        Map<TopicPartition, Long> committed = simulation.committed(RecordingMember.GROUP);
        for (int i = 0; i < PARTITIONS; i++) {
            TopicPartition partition = new TopicPartition(ProduceScenario.TOPIC, i);
            if (committed.getOrDefault(partition, 0L) < simulation.endOffset(partition)) {
                return false;
            }
        }
        return true;
    }

    private static void schedule(
            Simulation simulation, Plan plan, Map<Integer, RecordingMember> members, SplittableRandom random) {
        for (Join join : plan.steps(Join.class)) {
            Duration pause = Duration.ofMillis(1 + random.nextInt(40));
            String name = "m" + join.member();
            SplittableRandom own = random.split();
            simulation.application(name, join.at(), () -> {
                RecordingMember member =
                        members.computeIfAbsent(join.member(), number -> new RecordingMember(simulation, name, own));
                if (member.isGone()) {
                    return Optional.empty();
                }
                if (!member.isBusy()) {
                    member.poll();
                }
                return Optional.of(pause);
            });
        }
        plan.steps(Leave.class)
                .forEach(leave -> simulation.application(
                        "leave", leave.at(), () -> end(members.get(leave.member()), RecordingMember::leave)));
        plan.steps(Crash.class)
                .forEach(crash -> simulation.application(
                        "crash", crash.at(), () -> end(members.get(crash.member()), RecordingMember::crash)));
        plan.steps(Freeze.class)
                .forEach(freeze -> simulation.application(
                        "freeze", freeze.at(), () -> freeze(members.get(freeze.member()), freeze.duration())));
        simulation.application("observer", () -> {
            simulation.recordCommitted(RecordingMember.GROUP);
            return Optional.of(Duration.ofMillis(50));
        });
    }

    /** Two steps: into it, and out of it again. */
    private static Optional<Duration> freeze(@Nullable RecordingMember member, Duration duration) {
        if (member == null || member.isGone()) {
            return Optional.empty();
        } else if (member.isFrozen()) {
            member.thaw();
            return Optional.empty();
        } else if (member.isBusy()) {
            return Optional.of(Duration.ofMillis(20));
        }
        member.freeze();
        return Optional.of(duration);
    }

    /** Not while it waits in another call: the run has one thread, and that one is there. */
    private static Optional<Duration> end(@Nullable RecordingMember member, Consumer<RecordingMember> how) {
        if (member == null || member.isBusy()) {
            return Optional.of(Duration.ofMillis(20));
        }
        how.accept(member);
        return Optional.empty();
    }
}
