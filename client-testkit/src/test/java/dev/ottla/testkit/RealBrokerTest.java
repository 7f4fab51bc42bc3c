package dev.ottla.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("processes")
@RealKafkaTest
class RealBrokerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final RealBroker broker;

    RealBrokerTest(RealKafka kafka) {
        broker = kafka.broker(1);
    }

    @AfterEach
    void bringBack() {
        broker.resume();
        if (!broker.isAlive()) {
            broker.restart();
        }
    }

    @Test
    void should_list_itself_when_started() throws IOException {
        Set<Integer> seen = brokersSeen(PATIENCE);

        assertThat(seen).containsExactly(1);
    }

    @Test
    void should_answer_on_the_same_address_when_killed_and_restarted() throws IOException {
        // given
        long killedPid = broker.pid();
        String address = broker.address();

        // when
        broker.kill();

        // then
        assertThat(broker.isAlive()).isFalse();
        assertThat(ProcessHandle.of(killedPid)).isEmpty();
        assertThatThrownBy(() -> brokersSeen(PATIENCE)).isInstanceOf(IOException.class);

        // when
        broker.restart();

        // then
        assertThat(broker.pid()).isNotEqualTo(killedPid);
        assertThat(broker.address()).isEqualTo(address);
        assertThat(brokersSeen(PATIENCE)).containsExactly(1);
    }

    @Test
    void should_shut_down_in_order_when_stopped() {
        broker.stop();

        assertThat(broker.isAlive()).isFalse();
        assertThat(broker.logFile())
                .content()
                .contains("Terminating process due to signal SIGTERM", "App info kafka.server for 1 unregistered");
    }

    @Test
    void should_answer_only_after_the_pause_when_paused() throws IOException {
        // given
        broker.pause();
        broker.pause();

        // when, then
        assertThatThrownBy(() -> brokersSeen(Duration.ofMillis(300))).isInstanceOf(SocketTimeoutException.class);
        assertThat(broker.isAlive()).isTrue();

        // when
        broker.resume();

        // then
        assertThat(brokersSeen(PATIENCE)).containsExactly(1);
    }

    @Test
    void should_end_when_killed_while_paused_and_refuse_the_next_pause() {
        // given
        broker.pause();

        // when
        broker.kill();

        // then
        assertThat(broker.isAlive()).isFalse();
        assertThatThrownBy(broker::pause)
                .isInstanceOf(RealKafkaException.class)
                .hasMessageStartingWith("Broker 1 could not be paused")
                .hasMessageContaining(broker.directory().toString());
    }

    @Test
    void should_refuse_a_second_start_when_running() {
        assertThatThrownBy(broker::start)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("Broker 1 runs already, as process " + broker.pid());
    }

    @Test
    void should_name_the_listeners_when_one_is_unknown() {
        assertThatThrownBy(() -> broker.address("SASL"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no listener SASL; there are [PLAINTEXT]");
    }

    private Set<Integer> brokersSeen(Duration timeout) throws IOException {
        return Ports.brokersSeenFrom(broker, timeout);
    }
}
