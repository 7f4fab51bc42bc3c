package dev.ottla.it.mutant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.testkit.history.Invariant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Keeps docs/reliability.md equal to the invariants and the mutants; {@code -Dottla.docs.write=true} writes it anew. */
class ReliabilityDocsTest {
    private static final Path FILE = Path.of("..", "docs", "reliability.md");

    private static final String RUNS = """
            # How reliability is tested

            The unmodified client runs in one thread, on a virtual clock, against an in-memory cluster, over a network that cuts,
            delays and loses bytes. Everything that is open is chosen by a seed: which step comes next, what goes wrong and when. The
            same seed gives the same run, to the bit.

            Applications write into a history what they ask for and what they are told; at the end the logs and the committed
            offsets are added, and a checker looks for broken promises. Real clusters and other clients are held to the same
            promises, by the same checker.

            Members of groups poll, or have a `Processor` handle their records (scenario `handlers`): a dozen at once, in the order of
            partitions or keys or in none. Every fourth attempt fails, and some take longer than is waited for before partitions are
            given up. Its polls and its handlers get their turns from the run, in place of threads; all else is as always.

            `mvn verify` runs 2,600 seeds, 100 to 500 of each scenario, and says so. A seed that fails is shrunk, to
            the faults and calls that matter, and printed with the command that repeats it:

            ```
            mvn -pl integration-tests -am test -Dtest=SimulationTest -Dsurefire.failIfNoSpecifiedTests=false \\
                -Dottla.scenario=group -Dottla.seed=486
            ```

            More seeds: `-Dottla.seeds=10000`.

            ## Promises

            | | |
            |---|---|
            """;

    private static final String SMALL_RUNS = """

            ## Every order of a small run

            `ExhaustiveTest` does not draw: it takes every way through a small run of the unmodified client. An idempotent producer sends
            three batches to one partition with two replicas, with up to five in flight. A patient producer (`delivery.timeout.ms` of 30 s)
            has to get each of them acknowledged, an impatient one (1.5 s) may leave outcomes open; the promises hold for both.

            At each step, each of these is the next one on some way:

            - a message arrives, the first on its way on any connection with a produce request under way, in either direction (others, such
              as those for metadata, arrive at once; with `-Dottla.exhaustive.messages=all` it is any connection);
            - the application makes its next call;
            - one of four faults happens, unless there have been as many as allowed: the leader's connections are reset, so that requests
              and answers on their way are lost; the other broker becomes the leader; the next batch is written, but answered with
              `NOT_ENOUGH_REPLICAS_AFTER_APPEND`; nothing goes to or from the leader for twice the request timeout;
            - when no message can arrive and a call waits for its end: time passes, until a message can arrive, a connection begins or ends,
              or a call ends.

            What is the same on every way: a message arrives whole; no timer falls due before what can arrive has arrived; connections are
            accepted at once; a loop does all that it has to do before the next message comes to it, and the application calls between two
            such turns; pauses that are spread at random have their middle length; after the last call has ended everything takes its usual
            course.

            Moments are one, however they were come to, if the objects of client and cluster hold the same, the same is on its way, the same
            was told to the application, as many faults are left, and timers fall due at the same time, to the nanosecond from now (`Moment`
            says what it looks into). One of them is gone on from; nothing else is left out. No way leads back to where it was, which would
            be bad: so each comes to an end.

            Whether `Moment` looks into enough is checked in every build. With `-Dottla.exhaustive.moments=seen` two ways lead to the same
            state only if the client has seen the same in the same order on both, and the cluster too. On all these ways of the impatient
            producer with one fault, the same moment and step led to the same next moment each time (1,522 different steps), and the moments
            that were come to are just the 1,323 that are found when each is gone on from once. With `-Dottla.exhaustive.compare=LONG` it is
            the patient producer: 2,352 steps, 1,839 moments. With `-Dottla.exhaustive.faults=2` the impatient one has two faults: 31,903 steps,
            23,053 moments, on 319,451 states.

            | producer | faults at most | order of | moments are told apart by | states | runs | ends | seconds |
            |---|---|---|---|---|---|---|---|
            | patient | 1 | messages with records | what is | 1,839 | 1,201 | 164 | 8 |
            | impatient | 1 | messages with records | what is | 1,323 | 657 | 210 | 3 |
            | patient | 2 | messages with records | what is | 51,420 | 51,046 | 4,564 | 125 |
            | impatient | 2 | messages with records | what is | 24,168 | 16,309 | 3,879 | 67 |
            | patient | 1 | every message | what is | 5,170 | 4,204 | 281 | 70 |
            | impatient | 1 | every message | what is | 4,429 | 3,401 | 359 | 39 |
            | patient | 1 | messages with records | what was seen | 13,989 | 4,280 | 2,419 | 18 |
            | impatient | 1 | messages with records | what was seen | 4,363 | 1,288 | 949 | 4 |
            | impatient | 2 | messages with records | what was seen | 319,451 | 97,919 | 63,902 | 157 |

            The first two are part of every build, and so is the comparison. A state is counted when it is found, a run is a way from the
            beginning to its end or to a state that was found before; every end is judged. Runs and ends may differ a little from one time to
            the next, since several ways are taken at once; states do not. Seconds are those of one core of a busy machine.

            A way that goes wrong is printed, a shortest one, decision by decision. More than a build does:

            ```
            mvn -pl integration-tests -am test -Dtest=ExhaustiveTest -Dsurefire.failIfNoSpecifiedTests=false \\
                -Dottla.exhaustive.faults=2
            ```

            """;

    private static final String REBALANCE = """
            ## Every moment of a rebalance

            `EveryMomentTest` draws no moments either. A member reads two partitions, another one joins and gets one of them, while a few
            records come. Between two steps of that, as another thread of the application would, one call is made; then the run goes on for
            400 ms at least, gets more records, and has to end with everything read and committed. Each of these calls is made at every
            moment, by the member that loses a partition, by the one that gets it, and, if it is for a partition, by the first member for the
            one that it keeps:

            - seek back to the first record; seek forward to the end, which leaves out what has not come yet;
            - pause for 400 ms; pause and resume at once;
            - subscribe to another topic, and 400 ms later to the first again;
            - commit and wait, commit without waiting; close, as soon as the member is in no other call.

            A call for a partition that the member has not got yet, or has lost, is refused, which must change nothing.

            The moments are those from the second member's first poll until both read their own and all is committed, also those while a
            member is in a call, such as the commit before it gives a partition up. Only moments are left out after which the next step is
            another client's, the cluster's or a request's on its way: that step neither sees what the call has changed nor changes what the
            call sees, so the call is made before the next one that may. Everything else takes its course by one seed; one member commits by
            itself, the other leaves it to the consumer. The runs are held to C1 to C9, and to what idempotent producers and all clients promise.

            | group | steps | runs |
            |---|---|---|
            | classic, eager | 125 | 1,208 |
            | classic, cooperative | 176 | 1,648 |
            | KIP-848 | 122 | 1,104 |

            That is in every build; `-Dottla.moments.seeds=N` takes so many orders of everything else.

            """;

    private static final String MUTANTS = """
            ## Would it notice?

            Each of these bugs is built into the client in turn, by a change to its source before it is compiled for one test
            (`MutantTest`). The table has the promise that is found broken, within 500 seeds; the build fails if it is not.

            | bug | seen in | scenario | caught by |
            |---|---|---|---|
            """;

    @Test
    void should_have_all_invariants_and_mutants_in_the_documentation() throws IOException {
        String expected = document();
        if (Boolean.getBoolean("ottla.docs.write")) {
            Files.writeString(FILE, expected);
        }

        assertThat(Files.readString(FILE)).isEqualTo(expected);
    }

    private static String document() {
        StringBuilder text = new StringBuilder(RUNS);
        for (Invariant invariant : Invariant.values()) {
            text.append("| ")
                    .append(invariant)
                    .append(" | ")
                    .append(invariant.text())
                    .append(" |\n");
        }
        text.append(SMALL_RUNS).append(REBALANCE).append(MUTANTS);
        for (Mutant mutant : Mutants.all()) {
            text.append("| ")
                    .append(String.join(" | ", mutant.name(), mutant.seenIn(), mutant.scenario()))
                    .append(" | ")
                    .append(mutant.breaks())
                    .append(" |\n");
        }
        text.append(
                "\nIn all tests memory is overwritten when it is given back. Only because of that are these seen:\n\n");
        ResourceMutants.ofFreedMemory()
                .forEach(mutant -> text.append("- ").append(mutant.name()).append('\n'));
        text.append("\nThe exploration finds, within one fault:\n\n");
        Mutants.ofSmallRuns()
                .forEach(mutant -> text.append("- ").append(mutant.name()).append('\n'));
        text.append("\nA call at every moment of a rebalance finds:\n\n");
        Mutants.ofRebalances()
                .forEach(mutant -> text.append("- ").append(mutant.name()).append('\n'));
        return text.append("""

                This file is generated:
                `mvn -pl integration-tests -am test -Dtest=ReliabilityDocsTest -Dsurefire.failIfNoSpecifiedTests=false -Dottla.docs.write=true`.
                """).toString();
    }
}
