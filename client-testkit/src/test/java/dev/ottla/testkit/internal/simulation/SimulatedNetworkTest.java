package dev.ottla.testkit.internal.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.KafkaClient;
import dev.ottla.config.ClientOptions;
import dev.ottla.errors.ConnectionException;
import dev.ottla.internal.cluster.ClusterSource;
import dev.ottla.testkit.internal.api.ClusterOptions;
import dev.ottla.testkit.simulation.SimulatedFault.BlackHole;
import dev.ottla.testkit.simulation.SimulatedFault.BrokerDown;
import dev.ottla.testkit.simulation.SimulatedFault.ResetConnections;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SimulatedNetworkTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** A client that looks for its cluster. */
    private static final class Run {
        final SimulatedCluster cluster;
        final KafkaClient kafka;
        final CompletableFuture<Void> reachable;

        Run(long seed) {
            cluster = new SimulatedCluster(seed, ClusterOptions.builder(2).build(), true);
            kafka = cluster.client(ClientOptions.builder()
                    .bootstrapServers(cluster.bootstrapServers().toArray(String[]::new))
                    .ioThreads(2)
                    .build());
            reachable = kafka.whenReachable(Duration.ofSeconds(30));
        }

        void untilReachable() {
            assertThat(cluster.run(reachable::isDone, MINUTE)).isTrue();
        }

        List<String> steps() {
            return cluster.scheduler().trace().text();
        }

        long hash() {
            return cluster.scheduler().trace().hash();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void should_connect_the_real_client(long seed) {
        Run run = new Run(seed);

        run.untilReachable();
        run.cluster.close();

        assertThat(run.reachable).isCompleted();
        assertThat(run.cluster.network().begun())
                .isPositive()
                .isEqualTo(run.cluster.network().ended());
    }

    @Test
    void should_repeat_a_seed_to_the_bit() {
        Run first = new Run(42);
        Run second = new Run(42);
        Run other = new Run(43);

        first.untilReachable();
        second.untilReachable();
        other.untilReachable();

        assertThat(second.steps()).isEqualTo(first.steps());
        assertThat(second.hash()).isEqualTo(first.hash());
        assertThat(other.hash()).isNotEqualTo(first.hash());
    }

    @Test
    void should_wait_out_a_black_hole_on_the_virtual_clock() {
        Run run = new Run(7);
        Duration silence = Duration.ofSeconds(20);
        run.cluster.inject(new BlackHole(1, silence));
        run.cluster.inject(new BlackHole(2, silence));

        run.untilReachable();

        assertThat(run.reachable).isCompleted();
        assertThat(run.cluster.scheduler().elapsedNanos()).isGreaterThan(silence.toNanos());
    }

    @Test
    void should_reset_and_connect_again() {
        Run run = new Run(7);
        run.untilReachable();
        int before = run.cluster.network().begun();

        run.cluster.inject(new ResetConnections(1));
        run.cluster.inject(new ResetConnections(2));
        ClusterSource.of(run.kafka).refreshMetadata("test");
        run.cluster.run(() -> run.cluster.network().begun() > before, MINUTE);

        assertThat(run.cluster.network().begun()).isGreaterThan(before);
        assertThat(run.cluster.network().ended()).isPositive();
    }

    @Test
    void should_refuse_connections() {
        Run run = new Run(7);
        run.cluster.inject(new BrokerDown(1, MINUTE));
        run.cluster.inject(new BrokerDown(2, MINUTE));

        run.untilReachable();

        assertThat(run.reachable)
                .isCompletedExceptionally()
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(ConnectionException.class)
                .withMessageContaining("refused");
    }
}
