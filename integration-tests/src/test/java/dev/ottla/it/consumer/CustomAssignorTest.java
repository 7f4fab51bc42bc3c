package dev.ottla.it.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.common.TopicPartition;
import dev.ottla.consumer.Consumer;
import dev.ottla.consumer.assignor.MemberSubscription;
import dev.ottla.consumer.assignor.PartitionAssignor;
import dev.ottla.consumer.assignor.TopicLayout;
import dev.ottla.errors.BrokerException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Groups whose partitions are divided by an assignor of the application's own. */
@Timeout(60)
class CustomAssignorTest {
    private static final int PARTITIONS = 4;

    @RegisterExtension
    static final FakeGroup GROUP = new FakeGroup();

    /** Gives everything to the member that says that it is the strongest. */
    private record Strongest(int strength) implements PartitionAssignor {
        @Override
        public String name() {
            return "strongest";
        }

        @Override
        public ByteBuffer userData(Set<TopicPartition> lastAssigned, int generationId) {
            return ByteBuffer.allocate(Integer.BYTES).putInt(strength).flip();
        }

        @Override
        public Map<String, List<TopicPartition>> assign(TopicLayout topics, Collection<MemberSubscription> members) {
            MemberSubscription strongest = members.stream()
                    .max(Comparator.comparing(member -> member.userData().getInt()))
                    .orElseThrow();
            List<TopicPartition> all = new ArrayList<>();
            topics.partitionsPerTopic()
                    .forEach((topic, count) ->
                            IntStream.range(0, count).forEach(number -> all.add(new TopicPartition(topic, number))));
            return Map.of(strongest.memberId(), all);
        }
    }

    private static Consumer<String, String> member(String topic, int strength) {
        return GROUP.member(topic).assignors(new Strongest(strength)).build();
    }

    @Test
    void should_divide_as_the_assignor_says_whoever_leads() {
        // given
        String topic = GROUP.topic(PARTITIONS, 10);
        try (Consumer<String, String> first = member(topic, 5);
                Consumer<String, String> stronger = member(topic, 7);
                Consumer<String, String> weaker = member(topic, 3)) {
            Polling.until(first, () -> first.assignment().size() == PARTITIONS, new ArrayList<>());

            // when
            List<Consumer<String, String>> others = List.of(first, weaker);
            Polling.until(
                    stronger,
                    () -> {
                        others.forEach(other -> other.poll(Duration.ofMillis(20)));
                        return stronger.assignment().size() == PARTITIONS;
                    },
                    new ArrayList<>());

            // then
            assertThat(first.assignment()).isEmpty();
            assertThat(weaker.assignment()).isEmpty();

            // when the first one, which led the group, leaves with the strongest
            leave(stronger);
            leave(first);

            // then
            Polling.until(weaker, () -> weaker.assignment().size() == PARTITIONS, new ArrayList<>());
        }
    }

    private static void leave(Consumer<?, ?> member) {
        member.close();
    }

    @Test
    void should_say_what_an_assignor_failed_with() {
        // given
        PartitionAssignor failing = new PartitionAssignor() {
            @Override
            public String name() {
                return "failing";
            }

            @Override
            public Map<String, List<TopicPartition>> assign(
                    TopicLayout topics, Collection<MemberSubscription> members) {
                throw new IllegalStateException("no idea how to divide " + topics.partitionsPerTopic());
            }
        };
        String topic = GROUP.topic(PARTITIONS, 1);

        // when
        try (Consumer<String, String> consumer =
                GROUP.member(topic).assignors(failing).build()) {

            // then
            assertThatThrownBy(() -> Polling.records(consumer, 1))
                    .isInstanceOf(BrokerException.class)
                    .hasMessageContaining(GROUP.group())
                    .hasMessageContaining("no idea how to divide {" + topic + "=" + PARTITIONS + "}");
        }
    }
}
