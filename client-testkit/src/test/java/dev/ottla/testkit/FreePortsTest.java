package dev.ottla.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FreePortsTest {
    private static final long SEED = 7;

    @Test
    void should_pass_over_a_port_when_something_listens_on_it() throws IOException {
        // given
        int first = FreePorts.pick(1, new Random(SEED)).get(0);
        try (ServerSocket taken = new ServerSocket(first, 1, InetAddress.getLoopbackAddress())) {
            // when
            List<Integer> ports = FreePorts.pick(3, new Random(SEED));

            // then
            assertThat(ports).hasSize(3).doesNotHaveDuplicates().doesNotContain(taken.getLocalPort());
            assertThat(ports).allMatch(port -> port >= 15_000 && port < 32_000);
        }
    }

    @Test
    void should_pick_from_ports_that_the_other_jvm_does_not_pick_from() {
        // when
        List<Integer> ofOne = FreePorts.pick(50, new Random(SEED), 1);
        List<Integer> ofTheOther = FreePorts.pick(50, new Random(SEED), 2);

        // then
        assertThat(ofOne).allMatch(port -> port >= 19_250 && port < 23_500);
        assertThat(ofTheOther).allMatch(port -> port >= 23_500 && port < 27_750);
    }
}
