package dev.ottla.testkit.history;

import static dev.ottla.testkit.history.HistoryCheckerTest.history;

import dev.ottla.common.TopicPartition;
import dev.ottla.testkit.history.HistoryEvent.Assigned;
import dev.ottla.testkit.history.HistoryEvent.CommitInvoked;
import dev.ottla.testkit.history.HistoryEvent.CommitOk;
import dev.ottla.testkit.history.HistoryEvent.CommittedOffset;
import dev.ottla.testkit.history.HistoryEvent.Delivered;
import dev.ottla.testkit.history.HistoryEvent.Done;
import dev.ottla.testkit.history.HistoryEvent.LogRecord;
import dev.ottla.testkit.history.HistoryEvent.Paused;
import dev.ottla.testkit.history.HistoryEvent.Positioned;
import dev.ottla.testkit.history.HistoryEvent.Resumed;
import dev.ottla.testkit.history.HistoryEvent.Revoked;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Histories of members that set positions and pause. */
final class PositionHistories {
    private static final TopicPartition P0 = new TopicPartition("orders", 0);
    private static final TopicPartition P1 = new TopicPartition("orders", 1);

    private PositionHistories() {}

    static Stream<Arguments> bad() {
        return Stream.of(
                HistoryCheckerTest.bad(
                        Invariant.C5,
                        "the committed offset goes back behind where the application went",
                        committed(5),
                        new Positioned("g", "m", P0, 3),
                        committed(2)),
                HistoryCheckerTest.bad(
                        Invariant.C8,
                        "a position outlasts the revocation, and what another has committed since",
                        assigned("m", P0),
                        new Positioned("g", "m", P0, 0),
                        new Revoked("g", "m", Set.of(P0)),
                        assigned("n", P0),
                        delivered("n", 0, "a"),
                        new Done("g", "n", P0, 0),
                        new CommitInvoked("g", "n", 1, Map.of(P0, 1L)),
                        new CommitOk("g", "n", 1),
                        new Revoked("g", "n", Set.of(P0)),
                        assigned("m", P0),
                        delivered("m", 0, "a"),
                        log(0, "a")),
                HistoryCheckerTest.bad(
                        Invariant.C8,
                        "a record comes again that was committed without anybody's asking",
                        assigned("m", P0),
                        delivered("m", 0, "a"),
                        new Done("g", "m", P0, 0),
                        committed(1),
                        new Revoked("g", "m", Set.of(P0)),
                        assigned("n", P0),
                        delivered("n", 0, "a"),
                        log(0, "a")),
                HistoryCheckerTest.bad(
                        Invariant.C9,
                        "a record comes although others alone were assigned since the pause",
                        assigned("m", P0),
                        new Paused("g", "m", P0),
                        assigned("m", P1),
                        delivered("m", 0, "a"),
                        log(0, "a")));
    }

    /** Records come again after a seek, a commit may say so, and a pause is over when the partition is assigned anew. */
    static History good() {
        return history(
                assigned("m", P0),
                delivered("m", 0, "a"),
                new Done("g", "m", P0, 0),
                delivered("m", 1, "b"),
                new Done("g", "m", P0, 1),
                new CommitInvoked("g", "m", 1, Map.of(P0, 2L)),
                committed(2),
                new Positioned("g", "m", P0, 0),
                new CommitOk("g", "m", 1),
                delivered("m", 0, "a"),
                new CommitInvoked("g", "m", 2, Map.of(P0, 1L)),
                new CommitOk("g", "m", 2),
                committed(1),
                new Paused("g", "m", P0),
                new Revoked("g", "m", Set.of(P0)),
                assigned("m", P0),
                delivered("m", 1, "b"),
                new Paused("g", "m", P0),
                new Resumed("g", "m", P0),
                delivered("m", 2, "c"),
                new Done("g", "m", P0, 2),
                log(0, "a"),
                log(1, "b"),
                log(2, "c"));
    }

    private static HistoryEvent assigned(String member, TopicPartition partition) {
        return new Assigned("g", member, Set.of(partition));
    }

    private static HistoryEvent delivered(String member, long offset, String name) {
        return new Delivered("g", member, P0, offset, name, 7);
    }

    private static HistoryEvent committed(long offset) {
        return new CommittedOffset("g", P0, offset);
    }

    private static HistoryEvent log(long offset, String name) {
        return new LogRecord(P0, offset, name, 7);
    }
}
