package dev.ottla.it.simulation;

import dev.ottla.it.simulation.Plan.Step;
import dev.ottla.it.simulation.Plan.Step.Crash;
import dev.ottla.it.simulation.Plan.Step.Freeze;
import dev.ottla.it.simulation.Plan.Step.Join;
import dev.ottla.it.simulation.Plan.Step.Leave;
import dev.ottla.testkit.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Members of a group that come, go, die and stand still as planned. */
final class Memberships {
    static final Duration FREEZE_MAX = Duration.ofSeconds(12);
    private static final Duration UNTIL_ALL_IS_HEARD = Duration.ofSeconds(3);
    private static final Duration UNTIL_NEXT_LOOK = Duration.ofMillis(20);

    private static final Duration UNTIL_NEXT_GLANCE = Duration.ofMillis(1);

    private final Map<Integer, Member> members = new TreeMap<>();
    private boolean isOver;

    /** Makes a member of this name that joins with its first poll. */
    @FunctionalInterface
    interface Factory {
        Member join(String name, SplittableRandom random);
    }

    /** Draws who comes and goes within this time. The first member is there from the beginning, and stays. */
    static List<Step> plan(SplittableRandom random, int count, Duration within) {
        List<Step> steps = new ArrayList<>();
        for (int member = 0; member < count; member++) {
            Duration joins = member == 0 ? Duration.ZERO : FaultDice.moment(random, within);
            steps.add(new Join(joins, member));
            if (member > 0 && random.nextBoolean()) {
                Duration goes = joins.plusMillis(random.nextLong(3_000));
                steps.add(random.nextInt(3) == 0 ? new Crash(goes, member) : new Leave(goes, member));
            } else if (random.nextInt(3) == 0) {
                Duration freezes = joins.plusMillis(random.nextLong(2_000));
                steps.add(new Freeze(freezes, member, FaultDice.moment(random, FREEZE_MAX)));
            }
        }
        return steps;
    }

    void schedule(Simulation simulation, Plan plan, SplittableRandom random, Factory factory) {
        for (Join join : plan.steps(Join.class)) {
            Duration pause = Duration.ofMillis(1 + random.nextInt(40));
            String name = "m" + join.member();
            SplittableRandom own = random.split();
            simulation.application(name, join.at(), () -> {
                Member member = members.computeIfAbsent(join.member(), number -> factory.join(name, own));
                if (member.process().isGone()) {
                    Optional<Member> successor = member.successor();
                    successor.ifPresent(next -> members.put(join.member(), next));
                    return successor.map(next -> pause);
                }
                if (!member.process().isBusy()) {
                    member.process().run(member::poll);
                }
                return Optional.of(pause);
            });
        }
        plan.steps(Leave.class)
                .forEach(
                        leave -> simulation.application("leave", leave.at(), () -> leave(members.get(leave.member()))));
        plan.steps(Crash.class)
                .forEach(
                        crash -> simulation.application("crash", crash.at(), () -> crash(members.get(crash.member()))));
        for (Freeze freeze : plan.steps(Freeze.class)) {
            AtomicBoolean hasFrozen = new AtomicBoolean();
            simulation.application(
                    "freeze", freeze.at(), () -> freeze(members.get(freeze.member()), freeze.duration(), hasFrozen));
        }
    }

    /** Two steps: into it, and out of it again. */
    private Optional<Duration> freeze(@Nullable Member member, Duration duration, AtomicBoolean hasFrozen) {
        if (member == null || member.process().isGone() || isOver) {
            return Optional.empty();
        } else if (hasFrozen.get()) {
            member.process().thaw();
            return Optional.empty();
        } else if (member.process().isBusy() != member.freezesInCalls()) {
            return Optional.of(member.freezesInCalls() ? UNTIL_NEXT_GLANCE : UNTIL_NEXT_LOOK);
        }
        hasFrozen.set(true);
        member.process().freeze();
        return Optional.of(duration);
    }

    /** Unless its threads stand still, or wait in another call and can't leave there. */
    private static Optional<Duration> leave(@Nullable Member member) {
        if (member == null || member.process().isFrozen() || (member.process().isBusy() && !member.leavesInCalls())) {
            return Optional.of(UNTIL_NEXT_LOOK);
        }
        leaveNow(member);
        return Optional.empty();
    }

    private static void leaveNow(Member member) {
        if (!member.process().isGone()) {
            member.process().run(member::leave);
        }
    }

    /** At any time, also while it waits in a call. */
    private static Optional<Duration> crash(@Nullable Member member) {
        if (member == null) {
            return Optional.of(UNTIL_NEXT_LOOK);
        } else if (!member.process().isGone()) {
            member.onKilled();
            member.process().crash();
        }
        return Optional.empty();
    }

    /**
     * Lets those who stand still do so for their time; then everybody goes on, hears what was lost meanwhile, and nobody stands
     * still any more.
     */
    void thaw(Simulation simulation) {
        simulation.run(
                () -> members.values().stream()
                        .noneMatch(member -> member.process().isFrozen()),
                FREEZE_MAX);
        isOver = true;
        members.values().forEach(member -> member.process().thaw());
        simulation.run(() -> false, UNTIL_ALL_IS_HEARD);
    }

    /** All that are there leave, one after the other. */
    void leave() {
        members.values().forEach(Memberships::leaveNow);
    }

    void giveBackMemory() {
        members.values().forEach(Member::giveBackMemory);
    }
}
