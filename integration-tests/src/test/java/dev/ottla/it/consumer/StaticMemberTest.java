package dev.ottla.it.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.config.GroupProtocol;
import dev.ottla.consumer.Consumer;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.KafkaException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two that claim to be the same static member. */
@Timeout(60)
class StaticMemberTest {
    private static final String NAME = "one";

    @RegisterExtension
    static final FakeGroup GROUP = new FakeGroup();

    private static Consumer<String, String> named(String topic, GroupProtocol protocol) {
        return GROUP.member(topic).groupProtocol(protocol).groupInstanceId(NAME).build();
    }

    private static void untilAssigned(Consumer<?, ?> consumer) {
        Polling.until(consumer, () -> consumer.assignment().size() == 2, new ArrayList<>());
    }

    private static void assertFails(ThrowingCallable call, ErrorCode code) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        KafkaException.class,
                        failure -> assertThat(failure.code()).isEqualTo(code));
    }

    @Test
    void should_fail_when_another_takes_its_place_in_the_classic_protocol() {
        // given
        String topic = GROUP.topic(2, 1);
        try (Consumer<String, String> first = named(topic, GroupProtocol.CLASSIC);
                Consumer<String, String> second = named(topic, GroupProtocol.CLASSIC)) {
            untilAssigned(first);

            // when
            untilAssigned(second);

            // then
            assertFails(() -> Polling.records(first, Integer.MAX_VALUE), ErrorCode.FENCED_INSTANCE_ID);
            assertThatThrownBy(first::commit)
                    .isInstanceOf(KafkaException.class)
                    .hasMessageContaining("Nothing was committed");
            second.commit();
        }
    }

    @Test
    void should_fail_when_kafka_clients_takes_its_place() {
        // given
        String topic = GROUP.topic(2, 1);
        Map<String, String> config = Map.of("group.id", GROUP.group(), "group.instance.id", NAME);
        try (Consumer<String, String> first = named(topic, GroupProtocol.CLASSIC);
                KafkaConsumer<String, String> second = GROUP.official().consumer(config)) {
            untilAssigned(first);

            // when
            second.subscribe(List.of(topic));
            while (second.assignment().isEmpty()) {
                second.poll(Duration.ofMillis(50));
            }

            // then
            assertFails(() -> Polling.records(first, Integer.MAX_VALUE), ErrorCode.FENCED_INSTANCE_ID);
            assertThat(second.assignment()).hasSize(2);
        }
    }

    @Test
    void should_be_refused_while_another_has_its_place_in_the_consumer_protocol() {
        // given
        String topic = GROUP.topic(2, 1);
        try (Consumer<String, String> first = named(topic, GroupProtocol.CONSUMER);
                Consumer<String, String> second = named(topic, GroupProtocol.CONSUMER)) {
            untilAssigned(first);

            // then
            assertFails(() -> Polling.records(second, 1), ErrorCode.UNRELEASED_INSTANCE_ID);
            first.commit();
            assertThat(first.assignment()).hasSize(2);
        }
    }
}
