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

    @Test
    void should_have_all_invariants_and_mutants_in_the_documentation() throws IOException {
        String expected = document();
        if (Boolean.getBoolean("ottla.docs.write")) {
            Files.writeString(FILE, expected);
        }

        assertThat(Files.readString(FILE)).isEqualTo(expected);
    }

    private static String document() {
        StringBuilder text = new StringBuilder("""
                # How reliability is tested

                The unmodified client runs in one thread, on a virtual clock, against an in-memory cluster, over a network that cuts,
                delays and loses bytes. Everything that is open is chosen by a seed: which step comes next, what goes wrong and when. The
                same seed gives the same run, to the bit.

                Applications write into a history what they ask for and what they are told; at the end the logs and the committed
                offsets are added, and a checker looks for broken promises. Real clusters and other clients are held to the same
                promises, by the same checker.

                `mvn verify` runs 2,375 seeds, 125 to 500 of each scenario, and says so. A seed that fails is shrunk, to
                the faults and calls that matter, and printed with the command that repeats it:

                ```
                mvn -pl integration-tests -am test -Dtest=SimulationTest -Dsurefire.failIfNoSpecifiedTests=false \\
                    -Dottla.scenario=group -Dottla.seed=486
                ```

                More seeds: `-Dottla.seeds=10000`.

                ## Promises

                | | |
                |---|---|
                """);
        for (Invariant invariant : Invariant.values()) {
            text.append("| ")
                    .append(invariant)
                    .append(" | ")
                    .append(invariant.text())
                    .append(" |\n");
        }
        text.append("""

                ## Would it notice?

                Each of these bugs is built into the client in turn, by a change to its source before it is compiled for one test
                (`MutantTest`). The table has the promise that is found broken, within 500 seeds; the build fails if it is not.

                | bug | seen in | scenario | caught by |
                |---|---|---|---|
                """);
        for (Mutant mutant : Mutants.all()) {
            text.append("| ")
                    .append(String.join(" | ", mutant.name(), mutant.seenIn(), mutant.scenario()))
                    .append(" | ")
                    .append(mutant.breaks())
                    .append(" |\n");
        }
        return text.append("""

                This file is generated:
                `mvn -pl integration-tests -am test -Dtest=ReliabilityDocsTest -Dsurefire.failIfNoSpecifiedTests=false -Dottla.docs.write=true`.
                """).toString();
    }
}
