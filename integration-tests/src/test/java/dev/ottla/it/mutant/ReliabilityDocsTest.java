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

            `mvn verify` runs 2,500 seeds, 125 to 500 of each scenario, and says so. A seed that fails is shrunk, to
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
            such turns; random pauses are those of one seed; after the last call has ended everything takes its usual course.

            Two ways on which the client has seen the same in the same order, and the cluster too, lead to the same state: it is gone on from
            once, and nothing else is left out.

            `-Dottla.exhaustive.states=alike` makes two faults possible in short time: moments are one if they are alike, in how each batch
            stands, the partition's numbers, connections, metadata, the messages on their way, the logs, and timers to the quarter of a second
            (`Likeness` has the list). What was seen before, and chance, no longer tell them apart: so that is every kind of moment, not every
            way. It has no use for the impatient producer, whose outcomes depend on more than quarters of seconds.

            | producer | faults at most | order of | moments that are alike | states | runs | ends | seconds |
            |---|---|---|---|---|---|---|---|
            | patient | 1 | messages with records | are told apart | 14,189 | 4,402 | 2,436 | 6 |
            | impatient | 1 | messages with records | are told apart | 4,563 | 1,325 | 966 | 2 |
            | patient | 1 | every message | are told apart | 49,030 | 14,601 | 7,073 | 8 |
            | impatient | 1 | every message | are told apart | 17,161 | 4,010 | 3,321 | 2 |
            | patient | 2 | messages with records | are one | 26,420 | 26,700 | 1,308 | 33 |

            The first two are part of every build. A state is counted when it is found, a run is a way from the beginning to its end or to a
            state that was found before; every end is judged. Seconds are rough: two cores with little else to do.

            A way that goes wrong is printed, a shortest one, decision by decision. More than a build does:

            ```
            mvn -pl integration-tests -am test -Dtest=ExhaustiveTest -Dsurefire.failIfNoSpecifiedTests=false \\
                -Dottla.exhaustive.faults=2 -Dottla.exhaustive.states=alike
            ```

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
        text.append(SMALL_RUNS).append(MUTANTS);
        for (Mutant mutant : Mutants.all()) {
            text.append("| ")
                    .append(String.join(" | ", mutant.name(), mutant.seenIn(), mutant.scenario()))
                    .append(" | ")
                    .append(mutant.breaks())
                    .append(" |\n");
        }
        text.append("\nThe exploration finds, within one fault:\n\n");
        Mutants.ofSmallRuns()
                .forEach(mutant -> text.append("- ").append(mutant.name()).append('\n'));
        return text.append("""

                This file is generated:
                `mvn -pl integration-tests -am test -Dtest=ReliabilityDocsTest -Dsurefire.failIfNoSpecifiedTests=false -Dottla.docs.write=true`.
                """).toString();
    }
}
