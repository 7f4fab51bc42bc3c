package dev.ottla.it.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.common.OffsetAndMetadata;
import dev.ottla.common.TopicPartition;
import dev.ottla.consumer.Consumer;
import dev.ottla.consumer.ConsumerRecord;
import dev.ottla.consumer.RebalanceListener;
import dev.ottla.errors.BrokerException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a consumer does, and what it refuses, when its listener asks for it while partitions come and go. */
@Timeout(60)
class ListenerOperationsTest {
    private static final String DONE = "done";
    private static final String REFUSED = IllegalStateException.class.getSimpleName();
    private static final String NOT_ITS_OWN = BrokerException.class.getSimpleName();

    /** What concerns partitions that are this consumer's. */
    private static final Set<String> OF_OWNERS =
            Set.of("position", "currentLag", "lag", "seek", "seekToBeginning", "pause", "resume");

    private static final Set<String> COMMITS = Set.of("commit", "commit record", "commit offsets");
    private static final Set<String> NEVER = Set.of("poll", "pollCursor", "close");

    @RegisterExtension
    static final FakeGroup GROUP = new FakeGroup();

    private final Map<String, Map<String, String>> outcomes = new HashMap<>();
    private String topic;
    private TopicPartition partition;
    private Consumer<String, String> consumer;
    private ConsumerRecord<String, String> read;

    @BeforeEach
    void produce() {
        topic = GROUP.topic(1, 5);
        partition = new TopicPartition(topic, 0);
        consumer = GROUP.member(topic)
                .enableAutoCommit(false)
                .rebalanceListener(new Trying())
                .build();
        read = Polling.records(consumer, 5).get(2);
    }

    @AfterEach
    void close() {
        consumer.close();
    }

    /** Tries everything whenever it hears of something for the first time. */
    private final class Trying implements RebalanceListener {
        @Override
        public void onAssigned(Consumer<?, ?> same, Set<TopicPartition> partitions) {
            outcomes.computeIfAbsent("assigned", event -> tryAll(same));
        }

        @Override
        public void onRevoking(Consumer<?, ?> same, Set<TopicPartition> partitions, Duration remaining) {
            outcomes.computeIfAbsent("revoking", event -> tryAll(same));
        }

        @Override
        public void onLost(Consumer<?, ?> same, Set<TopicPartition> partitions) {
            outcomes.computeIfAbsent("lost", event -> tryAll(same));
        }
    }

    private Map<String, String> tryAll(Consumer<?, ?> same) {
        List<TopicPartition> one = List.of(partition);
        Map<String, Runnable> calls = new LinkedHashMap<>();
        calls.put("commit", same::commit);
        calls.put("commit offsets", () -> same.commit(Map.of(partition, new OffsetAndMetadata(1))));
        calls.put("commit record", () -> {
            if (read != null) {
                consumer.commit(read);
            }
        });
        calls.put("committed", () -> same.committed(one));
        calls.put("beginningOffsets", () -> same.beginningOffsets(one));
        calls.put("endOffsets", () -> same.endOffsets(one));
        calls.put("offsetsForTimes", () -> same.offsetsForTimes(Map.of(partition, Instant.EPOCH)));
        calls.put("assignment", same::assignment);
        calls.put("paused", same::paused);
        calls.put("wakeup", same::wakeup);
        calls.put("position", () -> same.position(partition));
        calls.put("currentLag", () -> same.currentLag(partition));
        calls.put("lag", () -> same.lag(one));
        calls.put("pause", () -> same.pause(one));
        calls.put("resume", () -> same.resume(one));
        calls.put("seek", () -> same.seek(partition, 0));
        calls.put("seekToBeginning", () -> same.seekToBeginning(one));
        calls.put("poll", () -> same.poll(Duration.ZERO));
        calls.put("pollCursor", () -> same.pollCursor(Duration.ZERO));
        calls.put("close", same::close);
        Map<String, String> ends = new LinkedHashMap<>();
        calls.forEach((name, call) -> ends.put(name, end(call)));
        return ends;
    }

    private static String end(Runnable call) {
        try {
            call.run();
            return DONE;
        } catch (RuntimeException e) {
            return e.getClass().getSimpleName();
        }
    }

    private Map<String, String> expected(Map<String, String> outcomes, boolean isOwner) {
        Map<String, String> expected = new LinkedHashMap<>();
        for (String call : outcomes.keySet()) {
            if (NEVER.contains(call)) {
                expected.put(call, REFUSED);
            } else if (!isOwner && OF_OWNERS.contains(call)) {
                expected.put(call, REFUSED);
            } else if (!isOwner && COMMITS.contains(call)) {
                expected.put(call, NOT_ITS_OWN);
            } else {
                expected.put(call, DONE);
            }
        }
        return expected;
    }

    private void awaitEvent(String event) {
        Polling.until(consumer, () -> outcomes.containsKey(event), new ArrayList<>());
    }

    @Test
    void should_let_an_owner_do_everything_but_poll_and_close() {
        // when
        consumer.subscribe(List.of(topic, GROUP.topic(1, 1)));
        awaitEvent("revoking");

        // then
        for (String event : List.of("assigned", "revoking")) {
            Map<String, String> ends = outcomes.get(event);
            assertThat(ends).as(event).isEqualTo(expected(ends, true));
        }
    }

    @Test
    void should_refuse_to_do_anything_with_what_was_lost() throws Exception {
        // when
        GROUP.expelAll();
        awaitEvent("lost");

        // then
        Map<String, String> ends = outcomes.get("lost");
        assertThat(ends).isEqualTo(expected(ends, false));
    }
}
