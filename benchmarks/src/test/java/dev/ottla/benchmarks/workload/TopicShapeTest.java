package dev.ottla.benchmarks.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TopicShapeTest {

    @Test
    void should_read_the_name_that_it_writes() {
        // given
        TopicShape shape =
                TopicShape.filled(6, 16, 100, "lz4", 65_536, 1_000_000).withAckDelay(20);

        // when
        TopicShape read = TopicShape.parse(shape.topic());

        // then
        assertThat(read).isEqualTo(shape);
    }

    @Test
    void should_hold_at_least_the_records_that_were_asked_for() {
        assertThat(TopicShape.filled(7, 0, 1_000_000, "none", 65_536, 100).records())
                .isGreaterThanOrEqualTo(100)
                .isLessThan(107);
    }

    @Test
    void should_refuse_a_name_of_another_kind() {
        assertThatThrownBy(() -> TopicShape.parse("orders"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("orders");
    }
}
