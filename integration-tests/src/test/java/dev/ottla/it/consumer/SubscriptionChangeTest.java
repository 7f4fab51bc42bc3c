package dev.ottla.it.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.common.OffsetAndMetadata;
import dev.ottla.common.TopicPartition;
import dev.ottla.config.GroupProtocol;
import dev.ottla.consumer.Consumer;
import dev.ottla.consumer.ConsumerRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A member that subscribes to other topics while it reads. */
@Timeout(60)
class SubscriptionChangeTest {

    @RegisterExtension
    static final FakeGroup GROUP = new FakeGroup();

    @ParameterizedTest
    @EnumSource(names = {"CLASSIC", "CONSUMER"})
    void should_read_other_topics_after_another_subscription_by_any_thread(GroupProtocol protocol) throws Exception {
        // given
        String first = GROUP.topic(1, 5);
        String second = GROUP.topic(1, 7);
        TopicPartition given = new TopicPartition(first, 0);
        try (Consumer<String, String> consumer =
                GROUP.member(first).groupProtocol(protocol).build()) {
            assertThat(Polling.records(consumer, 5)).hasSize(5);

            // when
            CompletableFuture.runAsync(() -> consumer.subscribe(List.of(second)))
                    .get(40, TimeUnit.SECONDS);
            List<ConsumerRecord<String, String>> records = Polling.records(consumer, 7);

            // then
            assertThat(records).extracting(ConsumerRecord::topic).containsOnly(second);
            assertThat(consumer.assignment()).containsExactly(new TopicPartition(second, 0));
            assertThat(consumer.committed(Set.of(given)).get(given))
                    .as("when it was given up")
                    .isNotNull()
                    .extracting(OffsetAndMetadata::offset)
                    .isEqualTo(5L);
            consumer.subscribe(List.of(first, second));
            Polling.until(consumer, () -> consumer.assignment().size() == 2, new ArrayList<>());
        }
    }
}
