package dev.ottla.it.mutant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.it.scenario.MayLeak;
import dev.ottla.it.simulation.Hunt;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whether the simulation would notice: every mutant of the client has to be caught, by the promise that it breaks.
 * {@code -Dottla.mutant=REGEX} tries only those in whose name it is found, or whose scenario it matches.
 */
@Tag("simulation")
@MayLeak
class MutantTest {
    private static final int SEEDS = 500;

    static List<Mutant> mutants() {
        Pattern wanted = Pattern.compile(System.getProperty("ottla.mutant", ""));
        return Mutants.all().stream()
                .filter(mutant -> wanted.matcher(mutant.name()).find()
                        || wanted.matcher(mutant.scenario()).matches())
                .toList();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mutants")
    @Execution(ExecutionMode.CONCURRENT)
    void should_be_caught(Mutant mutant) throws Exception {
        MutantClient client = new MutantClient(mutant);

        OptionalLong seed = client.firstSeed(SEEDS);

        assertThat(seed)
                .as("a seed of scenario %s that breaks %s", mutant.scenario(), mutant.breaks())
                .isPresent();
        assertThat(Hunt.isGood(mutant.scenario(), seed.getAsLong()))
                .as("the same seed without the bug")
                .isTrue();
        System.out.printf("Mutant \"%s\" is caught by seed %d (%s)%n", mutant, seed.getAsLong(), mutant.breaks());
    }

    @Test
    void should_find_the_bug_again_by_its_seed() throws Exception {
        Mutant mutant = Mutants.all().get(0);
        MutantClient client = new MutantClient(mutant);
        long seed = client.firstSeed(SEEDS).orElseThrow();

        String first = client.replay(seed);
        String again = new MutantClient(mutant).replay(seed);

        assertThat(first).contains(mutant.breaks().text());
        assertThat(again).isEqualTo(first);
    }

    static List<Mutant> mutantsOfFreedMemory() {
        return ResourceMutants.ofFreedMemory();
    }

    /** In a client that leaves it as it was nobody sees anything, as long as nobody else gets it. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("mutantsOfFreedMemory")
    @Execution(ExecutionMode.CONCURRENT)
    void should_be_caught_because_memory_that_is_given_back_is_overwritten(Mutant mutant) throws Exception {
        long seed = new MutantClient(mutant).firstSeed(SEEDS).orElseThrow();

        String spared = new MutantClient(mutant.with(ResourceMutants.SPARES_FREED_MEMORY)).replay(seed);

        assertThat(spared).doesNotContain(mutant.breaks().text());
    }

    static List<Mutant> mutantsOfSmallRuns() {
        return Mutants.ofSmallRuns();
    }

    /** One after the other, since they switch Netty's leak detection off and on again. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("mutantsOfSmallRuns")
    void should_be_found_by_taking_every_way_through_a_small_run(Mutant mutant) throws Exception {
        String way = new MutantClient(mutant).shortestBadWay(Mutants.patienceFor(mutant), 1);

        assertThat(way).contains(mutant.breaks().text());
        System.out.printf("Mutant \"%s\" is found by the exploration: %s%n", mutant, way);
    }

    static List<Mutant> mutantsOfRebalances() {
        return Mutants.ofRebalances();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mutantsOfRebalances")
    void should_be_found_by_a_call_at_every_moment_of_a_rebalance(Mutant mutant) throws Exception {
        String moment = new MutantClient(mutant).badMoment("EAGER", Mutants.callFor(mutant));

        assertThat(moment).contains(mutant.breaks().text());
        System.out.printf("Mutant \"%s\" is found by a call at every moment: %s%n", mutant, moment);
    }

    @Test
    void should_have_names_of_their_own() {
        assertThat(Mutants.all().stream().map(Mutant::name).collect(Collectors.toSet()))
                .hasSameSizeAs(Mutants.all());
    }
}
