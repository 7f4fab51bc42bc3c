package dev.ottla.testkit.internal.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.config.ClientOptions;
import dev.ottla.errors.ConnectionException;
import dev.ottla.internal.client.ConnectedKafkaClient;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SimulatedNetworkTest {
    private static final long SECOND = 1_000_000_000L;

    private final StubBroker broker = new StubBroker();

    private final class Run {
        final Scheduler scheduler;
        final SimulatedNetwork network;
        final ConnectedKafkaClient kafka;
        final CompletableFuture<Void> reachable;

        Run(long seed) {
            scheduler = new Scheduler(seed, true);
            network = new SimulatedNetwork(scheduler, new VirtualLoop(scheduler, "cluster"), nodeId -> broker);
            ClientOptions options = ClientOptions.builder()
                    .bootstrapServers("node-1:9092", "node-2:9092")
                    .ioThreads(2)
                    .build();
            SimulatedRuntime runtime = new SimulatedRuntime(scheduler, network, () -> 0, options);
            kafka = new ConnectedKafkaClient(options, runtime, runtime.connector());
            reachable = kafka.whenReachable(Duration.ofSeconds(30));
        }

        void untilReachable() {
            assertThat(scheduler.run(reachable::isDone, 60 * SECOND)).isTrue();
        }

        void close() {
            kafka.close();
            scheduler.run(() -> false, SECOND);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void should_connect_the_real_client(long seed) {
        Run run = new Run(seed);

        run.untilReachable();
        run.close();

        assertThat(run.reachable).isCompleted();
        assertThat(broker.opened).isPositive().isEqualTo(broker.closed);
    }

    @Test
    void should_repeat_a_seed_to_the_bit() {
        Run first = new Run(42);
        Run second = new Run(42);
        Run other = new Run(43);

        first.untilReachable();
        second.untilReachable();
        other.untilReachable();

        assertThat(second.scheduler.trace().text())
                .isEqualTo(first.scheduler.trace().text());
        assertThat(second.scheduler.trace().hash())
                .isEqualTo(first.scheduler.trace().hash());
        assertThat(other.scheduler.trace().hash())
                .isNotEqualTo(first.scheduler.trace().hash());
    }

    @Test
    void should_wait_out_a_black_hole_on_the_virtual_clock() {
        Run run = new Run(7);
        run.network.stall(1, 20 * SECOND);
        run.network.stall(2, 20 * SECOND);

        run.untilReachable();

        assertThat(run.reachable).isCompleted();
        assertThat(run.scheduler.elapsedNanos()).isGreaterThan(20 * SECOND);
    }

    @Test
    void should_reset_and_connect_again() {
        Run run = new Run(7);
        run.untilReachable();
        int before = broker.opened;

        run.network.reset(1);
        run.network.reset(2);
        run.kafka.cluster().refreshMetadata("test");
        run.scheduler.run(() -> broker.opened > before, 60 * SECOND);

        assertThat(broker.opened).isGreaterThan(before);
        assertThat(broker.closed).isPositive();
    }

    @Test
    void should_refuse_connections() {
        Run run = new Run(7);
        run.network.refuse(1, true);
        run.network.refuse(2, true);

        run.untilReachable();

        assertThat(run.reachable)
                .isCompletedExceptionally()
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(ConnectionException.class)
                .withMessageContaining("refused");
    }
}
