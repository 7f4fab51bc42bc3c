package dev.ottla.it.simulation;

import dev.ottla.common.TopicPartition;
import dev.ottla.it.simulation.Scenario.Outcome;
import dev.ottla.testkit.Simulation;
import dev.ottla.testkit.history.HistoryEvent.Settled;
import dev.ottla.testkit.history.Invariant;
import dev.ottla.testkit.history.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/**
 * A member reads two partitions, and another joins, while a few records come. Between two steps of that a thread of the application
 * makes one call. The seed says in which order everything else happens, the same for every call up to that.
 */
final class OneRebalance {
    private static final String TOPIC = ProduceScenario.TOPIC;
    private static final String FIRST = "m0";
    private static final String SECOND = "m1";
    private static final String OTHER_TOPIC = "refunds";
    private static final List<TopicPartition> PARTITIONS = ProduceScenario.partitions(TOPIC, 2);
    private static final int RECORDS = 2;
    private static final Duration BETWEEN_POLLS = Duration.ofMillis(20);
    private static final Duration UNTIL_NEXT_LOOK = Duration.ofMillis(2);

    /** Long enough for the rebalance to go on, and for another one. */
    private static final Duration WHILE = Duration.ofMillis(400);

    private static final Duration TIME_MAX = Duration.ofSeconds(60);

    /** What is called. */
    enum Kind {
        /** To the first record. */
        SEEK_BACK(true),
        /** To the end, which leaves out what is still to come. */
        SEEK_FORWARD(true),
        /** For a while. */
        PAUSE(true),
        /** At once. */
        PAUSE_AND_RESUME(true),
        /** To another topic, and after a while to the first again. */
        SUBSCRIBE(false),
        /** And waits for it. */
        COMMIT(false),
        COMMIT_ASYNC(false),
        /** As soon as the member is in no other call. */
        CLOSE(false);

        private final boolean isForPartition;

        Kind(boolean isForPartition) {
            this.isForPartition = isForPartition;
        }
    }

    /** Whose call it is, and for which partition if it is for one. */
    enum Of {
        LOSER(true, true),
        GAINER(false, true),
        KEEPER(true, false);

        private final boolean isFirst;
        private final boolean isMoved;

        Of(boolean isFirst, boolean isMoved) {
            this.isFirst = isFirst;
            this.isMoved = isMoved;
        }
    }

    /** One call. */
    record Call(Kind kind, Of of) {

        /** All of them; what is for no partition is called by each member once. */
        static List<Call> all() {
            List<Call> calls = new ArrayList<>();
            for (Kind kind : Kind.values()) {
                for (Of of : Of.values()) {
                    if (kind.isForPartition || of != Of.KEEPER) {
                        calls.add(new Call(kind, of));
                    }
                }
            }
            return calls;
        }
    }

    /**
     * A run without a call.
     *
     * @param begin at which step the second member begins
     * @param steps the actors that take the steps from there on, until each member reads its own, and all is committed
     * @param moved the number of the partition that moves
     */
    record Course(long begin, List<String> steps, int moved) {

        /**
         * Before which of the steps a call may make a difference to one before the next of them: those that are the calling
         * member's, or bring something to a client. All others neither see what the call has changed, nor change what it sees.
         */
        List<Integer> moments(Call call) {
            String member = call.of().isFirst ? FIRST : SECOND;
            return IntStream.range(0, steps.size())
                    .filter(step -> steps.get(step).startsWith(member)
                            || steps.get(step).endsWith("<"))
                    .boxed()
                    .toList();
        }
    }

    private final GroupKind kind;
    private final long seed;

    OneRebalance(GroupKind kind, long seed) {
        this.kind = kind;
        this.seed = seed;
    }

    /** What happens without a call. */
    Course course() {
        try (Run run = new Run(true)) {
            long begin = run.begin();
            run.until(() -> run.isDivided() && run.isCommitted());
            // Each line has the time in front of the actor; what is no step is further in.
            List<String> steps = run.simulation.steps().stream()
                    .filter(line -> !line.startsWith(" "))
                    .skip(begin)
                    .map(line -> line.substring(line.indexOf(" us ") + 4))
                    .toList();
            return new Course(
                    begin, steps, run.second.partitions().iterator().next().partition());
        }
    }

    /** What is wrong when this call comes so many steps after the second member has begun; empty if all is well. */
    String badness(Course course, Call call, int steps) {
        String what;
        try {
            Verdict verdict = outcome(course, call, steps).verdict();
            what = verdict.isGood() ? "" : verdict.toString();
        } catch (RuntimeException | Error thrown) {
            what = thrown.toString();
        }
        return what.isEmpty() ? "" : call + " before step " + steps + ": " + what;
    }

    /** What comes of it with this call, so many steps after the second member has begun. */
    private Outcome outcome(Course course, Call call, int steps) {
        try (Run run = new Run(false)) {
            TopicPartition partition =
                    PARTITIONS.get(call.of().isMoved ? course.moved() : PARTITIONS.size() - 1 - course.moved());
            run.simulation.beforeStep(
                    course.begin() + steps,
                    () -> run.call(call.kind(), call.of().isFirst ? run.first : run.second, partition));
            run.begin();
            return run.end(course.begin() + steps);
        }
    }

    private final class Run implements AutoCloseable {
        private final SplittableRandom random = new SplittableRandom(seed);
        private final Simulation simulation;
        private final RecordingProducer producer;
        private final RecordingMember first;
        private final RecordingMember second;

        Run(boolean recordsSteps) {
            simulation = Simulation.builder(seed)
                    .recordsSteps(recordsSteps)
                    .consumerHeartbeatInterval(RecordingMember.HEARTBEAT_INTERVAL)
                    .consumerSessionTimeout(RecordingMember.SESSION_TIMEOUT)
                    .build();
            simulation.createTopic(TOPIC, PARTITIONS.size(), 1);
            simulation.createTopic(OTHER_TOPIC, 1, 1);
            producer = ProduceScenario.producer(simulation, "p0", true, random);
            first = new RecordingMember(simulation, FIRST, kind, List.of(TOPIC), true, random.split());
            second = new RecordingMember(simulation, SECOND, kind, List.of(TOPIC), false, random.split());
        }

        /** Up to where the other member begins; tells at which step. */
        long begin() {
            send();
            poll(FIRST, first);
            until(() -> first.partitions().size() == PARTITIONS.size() && isCommitted());
            send();
            poll(SECOND, second);
            return simulation.stepCount();
        }

        private void send() {
            for (int i = 0; i < RECORDS; i++) {
                PARTITIONS.forEach(partition -> producer.send(partition, 10));
            }
        }

        private void poll(String name, RecordingMember member) {
            simulation.application(name, () -> {
                if (member.process().isGone()) {
                    return Optional.empty();
                } else if (!member.process().isBusy()) {
                    member.process().run(member::poll);
                }
                return Optional.of(BETWEEN_POLLS);
            });
        }

        boolean isDivided() {
            return !second.partitions().isEmpty()
                    && first.partitions().size() + second.partitions().size() == PARTITIONS.size();
        }

        boolean isCommitted() {
            return producer.hasEnded() && GroupScenario.isAllCommitted(simulation, RecordingMember.GROUP, PARTITIONS);
        }

        void call(Kind kind, RecordingMember member, TopicPartition partition) {
            switch (kind) {
                case SEEK_BACK -> member.seekBack(partition, 0);
                case SEEK_FORWARD -> member.seekForward(partition, simulation.endOffset(partition));
                case PAUSE -> {
                    member.pause(partition);
                    later(WHILE, member, () -> member.resume(partition));
                }
                case PAUSE_AND_RESUME -> {
                    member.pause(partition);
                    member.resume(partition);
                }
                case SUBSCRIBE -> {
                    member.subscribe(List.of(OTHER_TOPIC));
                    later(WHILE, member, () -> member.subscribe(List.of(TOPIC)));
                }
                case COMMIT -> member.commit();
                case COMMIT_ASYNC -> member.commitAsync();
                case CLOSE ->
                    simulation.application("close", () -> {
                        if (member.process().isBusy()) {
                            return Optional.of(UNTIL_NEXT_LOOK);
                        }
                        member.process().run(member::leave);
                        return Optional.empty();
                    });
            }
        }

        private void later(Duration time, RecordingMember member, Runnable call) {
            simulation.application("later", time, () -> {
                if (!member.process().isGone()) {
                    call.run();
                }
                return Optional.empty();
            });
        }

        /** Goes on for a while after the call, with a few records more. */
        Outcome end(long callStep) {
            until(() -> simulation.stepCount() >= callStep);
            simulation.run(() -> false, WHILE.plus(BETWEEN_POLLS));
            send();
            simulation.run(this::isCommitted, TIME_MAX);
            leave(first);
            leave(second);
            producer.close(TIME_MAX);
            simulation.recordLogs();
            simulation.recordCommitted(RecordingMember.GROUP);
            simulation.history().add(new Settled());
            Set<Invariant> promised = Invariant.ofGroup();
            promised.add(Invariant.C9);
            promised.addAll(Invariant.ofIdempotentProducer());
            first.giveBackMemory();
            second.giveBackMemory();
            simulation.closeClients();
            producer.recordMemory();
            return Outcome.of(simulation, promised);
        }

        private void leave(RecordingMember member) {
            if (!member.process().isGone()) {
                member.process().run(member::leave);
            }
        }

        private void until(BooleanSupplier isSo) {
            if (!simulation.run(isSo, TIME_MAX)) {
                throw new IllegalStateException("it did not come to that within " + TIME_MAX);
            }
        }

        @Override
        public void close() {
            simulation.close();
        }
    }
}
