package dev.ottla.it.simulation;

import dev.ottla.common.TopicPartition;
import dev.ottla.it.simulation.Plan.Step;
import dev.ottla.it.simulation.Plan.Step.Pause;
import dev.ottla.it.simulation.Plan.Step.Seek;
import dev.ottla.it.simulation.Plan.Step.Subscribe;
import dev.ottla.testkit.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What applications ask of their members besides polling, at any moment, as by another thread: to go back, to stand still for a
 * while, to read other topics. A partition's owner is asked, who may just be losing it; where there is none, whoever gets it next
 * goes back as soon as it hears of that.
 */
final class MemberCalls {
    private static final int CALLS_MAX = 12;
    private static final Duration PAUSE_MAX = Duration.ofSeconds(2);
    private static final Duration UNTIL_THAWED = Duration.ofMillis(20);

    private final Simulation simulation;
    private final List<TopicPartition> partitions;
    private final List<String> topics;
    private final List<RecordingMember> members = new ArrayList<>();

    MemberCalls(Simulation simulation, List<TopicPartition> partitions) {
        this.simulation = simulation;
        this.partitions = partitions;
        this.topics = partitions.stream().map(TopicPartition::topic).distinct().toList();
    }

    /** Draws calls within this time. */
    static List<Step> plan(SplittableRandom random, int members, int partitions, Duration within) {
        List<Step> steps = new ArrayList<>();
        for (int i = random.nextInt(CALLS_MAX + 1); i > 0; i--) {
            Duration at = FaultDice.moment(random, within);
            int partition = random.nextInt(partitions);
            switch (random.nextInt(5)) {
                case 0, 1 -> steps.add(new Seek(at, partition, random.nextDouble()));
                case 2, 3 -> steps.add(new Pause(at, partition, FaultDice.moment(random, PAUSE_MAX)));
                default -> {
                    int member = random.nextInt(members);
                    steps.add(new Subscribe(at, member, false));
                    steps.add(new Subscribe(at.plusMillis(random.nextLong(2_000)), member, true));
                }
            }
        }
        return steps;
    }

    /** A member that can be asked from now on. */
    RecordingMember add(RecordingMember member) {
        members.add(member);
        return member;
    }

    void schedule(Plan plan) {
        for (Seek seek : plan.steps(Seek.class)) {
            TopicPartition partition = partitions.get(seek.partition());
            simulation.application("seek", seek.at(), () -> {
                RecordingMember owner = owner(partition);
                if (owner == null) {
                    members.forEach(member -> member.seekBackWhenAssigned(partition, seek.where()));
                } else {
                    owner.seekBack(partition, seek.where());
                }
                return Optional.empty();
            });
        }
        for (Pause pause : plan.steps(Pause.class)) {
            TopicPartition partition = partitions.get(pause.partition());
            simulation.application("pause", pause.at(), () -> {
                RecordingMember owner = owner(partition);
                if (owner != null && owner.pause(partition)) {
                    resume(owner, partition, pause.duration());
                }
                return Optional.empty();
            });
        }
        for (Subscribe subscribe : plan.steps(Subscribe.class)) {
            simulation.application("subscribe", subscribe.at(), () -> {
                running()
                        .filter(member -> member.isNamed(subscribe.member()))
                        .forEach(member -> member.subscribe(topics(subscribe.toAll())));
                return Optional.empty();
            });
        }
    }

    private void resume(RecordingMember owner, TopicPartition partition, Duration after) {
        simulation.application("resume", after, () -> {
            if (owner.process().isFrozen()) {
                return Optional.of(UNTIL_THAWED);
            }
            owner.resume(partition);
            return Optional.empty();
        });
    }

    /** All of them, or all but the last. */
    private List<String> topics(boolean all) {
        return all ? topics : topics.subList(0, topics.size() - 1);
    }

    /** All want everything again, so that everything is read in the end. */
    void subscribeToAll() {
        running().forEach(member -> member.subscribe(topics(true)));
    }

    private @Nullable RecordingMember owner(TopicPartition partition) {
        return running()
                .filter(member -> member.partitions().contains(partition))
                .findFirst()
                .orElse(null);
    }

    private Stream<RecordingMember> running() {
        return members.stream()
                .filter(member ->
                        !member.process().isGone() && !member.process().isFrozen());
    }
}
