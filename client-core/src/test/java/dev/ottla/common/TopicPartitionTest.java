package dev.ottla.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopicPartitionTest {

    @Test
    void should_print_as_kafka_does() {
        assertThat(new TopicPartition("orders", 3))
                .hasToString(new org.apache.kafka.common.TopicPartition("orders", 3).toString());
    }

    @Test
    void should_order_by_topic_and_then_by_number() {
        // given
        TreeSet<TopicPartition> partitions = new TreeSet<>();

        // when
        partitions.add(new TopicPartition("b", 1));
        partitions.add(new TopicPartition("a", 10));
        partitions.add(new TopicPartition("a", 2));

        // then
        assertThat(partitions.toString()).isEqualTo("[a-2, a-10, b-1]");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, Integer.MIN_VALUE})
    void should_refuse_a_negative_partition(int partition) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TopicPartition("orders", partition))
                .withMessageContaining("orders")
                .withMessageContaining(String.valueOf(partition));
    }

    @Test
    void should_refuse_an_empty_topic() {
        assertThatIllegalArgumentException().isThrownBy(() -> new TopicPartition("", 0));
    }
}
