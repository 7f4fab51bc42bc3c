package dev.ottla.consumer.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.common.TopicPartition;
import dev.ottla.consumer.internal.offsets.StartingPoint;
import dev.ottla.internal.protocol.message.MetadataRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which topics brokers may create because of a consumer. */
class TopicCreationTest extends EngineFixture {
    private static final Duration LONG = Duration.ofSeconds(10);

    private List<String> asked(Predicate<MetadataRequest> how) {
        return kafka.all.stream()
                .map(request -> request.message)
                .filter(MetadataRequest.class::isInstance)
                .map(MetadataRequest.class::cast)
                .filter(how)
                .flatMap(request -> request.topics().stream())
                .map(MetadataRequest.MetadataRequestTopic::name)
                .distinct()
                .toList();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void should_create_what_it_reads_only_if_it_may(boolean may) {
        // given
        kafka.partitions.clear();

        // when
        engine(options().allowAutoCreateTopics(may), new StartingPoint.AtOffset(0), FIRST);
        kafka.loop.advance(LONG);

        // then
        assertThat(asked(request -> true)).containsExactly(TOPIC);
        assertThat(asked(MetadataRequest::allowAutoTopicCreation)).isEqualTo(may ? List.of(TOPIC) : List.of());
    }

    @Test
    void should_not_create_a_topic_by_looking_at_it() {
        // given
        ConsumerEngine engine = engine(FIRST);

        // when
        engine.offsets(Map.of(new TopicPartition("unknown", 0), -1L), LONG);
        kafka.loop.advance(LONG);

        // then
        assertThat(asked(request -> true)).contains("unknown");
        assertThat(asked(MetadataRequest::allowAutoTopicCreation)).doesNotContain("unknown");
    }

    @Test
    void should_not_create_a_deleted_topic_anew_by_measuring_the_lag() {
        // given
        ConsumerEngine engine = engine(options().allowAutoCreateTopics(false), new StartingPoint.AtOffset(0), FIRST);
        kafka.partitions.clear();
        kafka.refreshMetadata();

        // when
        engine.lags(List.of(FIRST), LONG);
        kafka.loop.advance(LONG);

        // then
        assertThat(kafka.cluster.metadata().topic(TOPIC)).isNull();
        assertThat(asked(MetadataRequest::allowAutoTopicCreation)).isEmpty();
    }
}
