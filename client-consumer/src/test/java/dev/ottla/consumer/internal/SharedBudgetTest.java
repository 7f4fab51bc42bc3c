package dev.ottla.consumer.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.common.ByteSize;
import dev.ottla.consumer.internal.offsets.StartingPoint;
import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.protocol.message.ApiKey;
import dev.ottla.internal.protocol.message.FetchResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two brokers, and memory for one answer at a time. */
class SharedBudgetTest extends EngineFixture {
    private ConsumerEngine engine;

    @BeforeEach
    void begin() {
        kafka.otherLeaders.put(SECOND.partition(), 2);
        engine = engine(
                options().memory(ByteSize.mib(4)).maxPollRecords(10_000), new StartingPoint.AtOffset(0), FIRST, SECOND);
    }

    @Test
    void should_ask_brokers_by_turns() {
        // when
        List<Integer> turns = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            assertThat(kafka.waiting(ApiKey.FETCH)).isEqualTo(1);
            turns.add(fetch().nodeId);
            fetch().answer(response());
        }

        // then
        assertThat(turns.subList(0, 4)).isIn(List.of(1, 2, 1, 2), List.of(2, 1, 2, 1));
        assertThat(turns).filteredOn(node -> node == 1).hasSize(5);
    }

    @Test
    void should_ask_the_other_broker_once_the_application_has_read_what_the_first_has_sent() {
        // given
        untilTheFirstIsAsked();

        // when
        fetch().answer(fromLog(0));

        // then
        assertThat(kafka.waiting(ApiKey.FETCH)).as("no memory is left").isZero();
        assertThat(poll(engine)).hasSize(8000);
        assertThat(kafka.waiting(ApiKey.FETCH)).isEqualTo(1);
        assertThat(fetch().nodeId).isEqualTo(2);
    }

    /** It has more to send than what would leave room for another answer. */
    private void untilTheFirstIsAsked() {
        log.append(4000).append(4000);
        if (fetch().nodeId != 1) {
            fetch().answer(response());
        }
        assertThat(fetch().nodeId).isEqualTo(1);
    }

    @Test
    void should_get_back_the_memory_of_what_was_kept_of_a_paused_partition() {
        // given
        untilTheFirstIsAsked();
        fetch().answer(fromLog(0));

        // when
        engine.setPaused(List.of(FIRST), true);
        assertThat(poll(engine)).isEmpty();
        assertThat(kafka.waiting(ApiKey.FETCH)).as("it is kept").isZero();
        engine.setPaused(List.of(FIRST), false);

        // then
        assertThat(poll(engine)).hasSize(8000);
        assertThat(kafka.waiting(ApiKey.FETCH)).isEqualTo(1);
    }

    @Test
    void should_get_back_the_memory_for_requests_that_were_refused() {
        // when
        Set<Integer> asked = new HashSet<>();
        for (int i = 0; i < 10; i++) {
            asked.add(fetch().nodeId);
            fetch().answer(FetchResponse.builder()
                    .errorCode(ErrorCode.UNKNOWN_SERVER_ERROR.code())
                    .build());
            kafka.loop.advance(A_WHILE);
        }

        // then
        assertThat(asked).containsExactlyInAnyOrder(1, 2);
        assertThat(kafka.waiting(ApiKey.FETCH)).isEqualTo(1);
    }
}
