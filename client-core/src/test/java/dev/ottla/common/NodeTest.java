package dev.ottla.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeTest {

    @Test
    void should_print_id_and_address() {
        assertThat(new Node(3, "b3", 9092, "rack-a")).hasToString("node 3 (b3:9092)");
        assertThat(new Node(-1, "b3", 9092)).hasToString("bootstrap server b3:9092");
    }

    @Test
    void should_put_an_ipv6_address_into_brackets() {
        assertThat(new Node(1, "::1", 9092).address()).isEqualTo("[::1]:9092");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 65_536, 70_000})
    void should_refuse_a_port_that_does_not_exist(int port) {
        assertThatIllegalArgumentException().isThrownBy(() -> new Node(1, "b", port));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " "})
    void should_refuse_a_blank_host(String host) {
        assertThatIllegalArgumentException().isThrownBy(() -> new Node(1, host, 9092));
    }
}
