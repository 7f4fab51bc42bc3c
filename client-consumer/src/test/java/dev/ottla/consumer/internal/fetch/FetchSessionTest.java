package dev.ottla.consumer.internal.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.common.TopicPartition;
import dev.ottla.consumer.internal.offsets.FetchPosition;
import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.cluster.TopicMetadata;
import dev.ottla.internal.protocol.message.FetchRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FetchSessionTest {
    private static final UUID TOPIC_ID = new UUID(1, 2);
    private static final UUID NEW_TOPIC_ID = new UUID(3, 4);
    private static final int SESSION = 77;

    private boolean endsAreKnown = true;
    private final FetchSession session = new FetchSession(partition -> endsAreKnown);

    @Test
    void should_ask_for_everything_first_and_for_nothing_that_stayed_the_same() {
        session.add(cursor(0, 10));
        session.add(cursor(1, 20));

        FetchRequest opening = next();
        session.onAnswered(SESSION);
        FetchRequest second = next();

        assertThat(opening.sessionId()).isZero();
        assertThat(opening.sessionEpoch()).isZero();
        assertThat(asked(opening)).containsExactly("0@10", "1@20");
        assertThat(second.sessionId()).isEqualTo(SESSION);
        assertThat(second.sessionEpoch()).isEqualTo(1);
        assertThat(second.topics()).isEmpty();
        assertThat(second.forgottenTopicsData()).isEmpty();
    }

    @Test
    void should_name_what_was_added_moved_or_given_up() {
        PartitionCursor moved = cursor(0, 10);
        PartitionCursor removed = cursor(1, 20);
        session.add(moved);
        session.add(removed);
        session.add(cursor(2, 30));
        next();
        session.onAnswered(SESSION);

        session.onMoved(moved);
        session.remove(removed);
        session.add(cursor(3, 40));
        FetchRequest request = next();

        assertThat(asked(request)).containsExactly("0@10", "3@40");
        assertThat(forgotten(request)).containsExactly(1);
        assertThat(session.answered(partition(1))).isNull();
        assertThat(session.answered(partition(2))).isNotNull();
    }

    @Test
    void should_open_another_session_for_a_new_topic_of_the_same_name() {
        PartitionCursor old = cursor(0, 10);
        session.add(old);
        next();
        session.onAnswered(SESSION);

        session.remove(old);
        session.add(new PartitionCursor(partition(0), 2, new FetchPosition(0), NEW_TOPIC_ID));
        FetchRequest request = next();

        assertThat(request.sessionEpoch()).isZero();
        assertThat(request.forgottenTopicsData())
                .as("brokers forget after they have added, and by names both are the same")
                .isEmpty();
        assertThat(request.topics())
                .singleElement()
                .satisfies(topic -> assertThat(topic.topicId()).isEqualTo(NEW_TOPIC_ID));
    }

    @Test
    void should_not_take_an_answer_for_a_cursor_that_was_replaced() {
        PartitionCursor old = cursor(0, 10);
        session.add(old);
        next();

        session.remove(old);
        session.add(cursor(0, 500));

        assertThat(session.answered(partition(0))).isNull();
    }

    @Test
    void should_open_another_session_to_hear_of_an_end_that_is_not_known_any_more() {
        // given
        PartitionCursor first = cursor(0, 10);
        session.add(first);
        next();
        session.onAnswered(SESSION);

        // when
        session.remove(first);
        session.add(cursor(0, 20));
        assertThat(next().sessionEpoch()).as("the end is known").isEqualTo(1);
        session.onAnswered(SESSION);
        endsAreKnown = false;
        session.add(cursor(0, 30));
        FetchRequest request = next();

        // then
        assertThat(request.sessionId()).isEqualTo(SESSION);
        assertThat(request.sessionEpoch()).isZero();
        assertThat(asked(request)).containsExactly("0@30");
        session.onAnswered(SESSION);
        assertThat(next().sessionEpoch()).isEqualTo(1);
    }

    @Test
    void should_open_another_session_to_hear_again_what_nobody_was_there_for() {
        // given
        PartitionCursor cursor = cursor(0, 10);
        session.add(cursor);
        next();

        // when
        session.remove(cursor);
        session.onUnheard(partition(0));
        session.onAnswered(SESSION);
        session.add(cursor);

        // then
        assertThat(next().sessionEpoch()).isZero();
    }

    @Test
    void should_go_on_with_a_session_in_which_the_broker_has_forgotten_the_partition() {
        // given
        PartitionCursor cursor = cursor(0, 10);
        session.add(cursor);
        session.add(cursor(1, 10));
        next();
        session.remove(cursor);
        session.onUnheard(partition(0));
        session.onAnswered(SESSION);
        assertThat(forgotten(next())).containsExactly(0);
        session.onAnswered(SESSION);

        // when
        endsAreKnown = false;
        session.add(cursor(0, 20));

        // then
        assertThat(next().sessionEpoch()).isEqualTo(2);
    }

    @Test
    void should_replace_the_session_when_an_answer_was_lost() {
        session.add(cursor(0, 10));
        next();
        session.onAnswered(SESSION);
        next();

        session.onFailed(ErrorCode.NONE);
        FetchRequest request = next();

        assertThat(request.sessionId()).isEqualTo(SESSION);
        assertThat(request.sessionEpoch()).isZero();
        assertThat(asked(request)).containsExactly("0@10");
    }

    @Test
    void should_begin_without_id_when_the_broker_has_dropped_the_session() {
        session.add(cursor(0, 10));
        next();
        session.onAnswered(SESSION);

        session.onFailed(ErrorCode.FETCH_SESSION_ID_NOT_FOUND);
        FetchRequest request = next();

        assertThat(request.sessionId()).isZero();
        assertThat(request.sessionEpoch()).isZero();
        assertThat(asked(request)).containsExactly("0@10");
    }

    @Test
    void should_ask_in_full_each_time_when_the_broker_keeps_no_session() {
        session.add(cursor(0, 10));
        next();
        session.onAnswered(0);

        FetchRequest request = next();

        assertThat(request.sessionEpoch()).isZero();
        assertThat(asked(request)).containsExactly("0@10");
    }

    @Test
    void should_open_another_session_when_a_topic_has_no_id() {
        session.add(cursor(0, 10));
        next();
        session.onAnswered(SESSION);

        session.add(new PartitionCursor(new TopicPartition("old", 0), 2, new FetchPosition(5), TopicMetadata.NO_ID));
        FetchBody body = session.next(FetchRequest.builder(), 1);

        assertThat(body.topicsHaveIds()).isFalse();
        assertThat(body.request().sessionEpoch()).isZero();
        assertThat(body.request().topics()).hasSize(2);
    }

    /** A broker that applies what the requests say ends up with exactly what is wanted, whatever happens in between. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void should_keep_the_broker_in_step(long seed) {
        Random random = new Random(seed);
        Map<Integer, PartitionCursor> wanted = new HashMap<>();
        Map<Integer, Long> broker = new LinkedHashMap<>();
        int expectedEpoch = 0;

        for (int step = 0; step < 2000; step++) {
            int partition = random.nextInt(20);
            PartitionCursor before = wanted.get(partition);
            switch (random.nextInt(4)) {
                case 0 -> {
                    PartitionCursor fresh = cursor(partition, random.nextInt(1000));
                    wanted.put(partition, fresh);
                    session.add(fresh);
                }
                case 1 -> {
                    if (before != null) {
                        wanted.remove(partition);
                        session.remove(before);
                    }
                }
                case 2 -> {
                    if (random.nextInt(10) == 0) {
                        session.onFailed(ErrorCode.INVALID_FETCH_SESSION_EPOCH);
                        expectedEpoch = 0;
                    }
                }
                default -> {
                    FetchRequest request = next();
                    assertThat(request.sessionEpoch()).isEqualTo(expectedEpoch);
                    apply(request, broker);
                    assertThat(broker).hasSameSizeAs(wanted);
                    wanted.forEach((each, cursor) -> assertThat(broker).containsEntry(each, cursor.fetchOffset()));
                    session.onAnswered(SESSION);
                    expectedEpoch++;
                }
            }
        }
    }

    private static void apply(FetchRequest request, Map<Integer, Long> broker) {
        if (request.sessionEpoch() == 0) {
            broker.clear();
        }
        forgotten(request).forEach(broker::remove);
        request.topics()
                .forEach(topic -> topic.partitions()
                        .forEach(partition -> broker.put(partition.partition(), partition.fetchOffset())));
    }

    private FetchRequest next() {
        return session.next(FetchRequest.builder(), 1 << 20).request();
    }

    private static List<String> asked(FetchRequest request) {
        List<String> asked = new ArrayList<>();
        request.topics()
                .forEach(topic -> topic.partitions()
                        .forEach(partition -> asked.add(partition.partition() + "@" + partition.fetchOffset())));
        return asked;
    }

    private static List<Integer> forgotten(FetchRequest request) {
        List<Integer> forgotten = new ArrayList<>();
        request.forgottenTopicsData().forEach(topic -> {
            for (int i = 0; i < topic.partitions().size(); i++) {
                forgotten.add(topic.partitions().get(i));
            }
        });
        return forgotten;
    }

    private static TopicPartition partition(int partition) {
        return new TopicPartition("orders", partition);
    }

    private static PartitionCursor cursor(int partition, long offset) {
        return new PartitionCursor(partition(partition), 1, new FetchPosition(offset), TOPIC_ID);
    }
}
