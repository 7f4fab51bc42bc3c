package dev.ottla.testkit.history;

import static dev.ottla.testkit.history.HistoryCheckerTest.history;

import dev.ottla.common.TopicPartition;
import dev.ottla.testkit.history.HistoryEvent.Assigned;
import dev.ottla.testkit.history.HistoryEvent.Done;
import dev.ottla.testkit.history.HistoryEvent.HandlingBegan;
import dev.ottla.testkit.history.HistoryEvent.HandlingFailed;
import dev.ottla.testkit.history.HistoryEvent.LogRecord;
import dev.ottla.testkit.history.HistoryEvent.Revoked;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Histories of members whose handlers work on many records at once. */
final class HandlingHistories {
    private static final TopicPartition P0 = new TopicPartition("orders", 0);

    private HandlingHistories() {}

    static Stream<Arguments> bad() {
        return Stream.of(
                HistoryCheckerTest.bad(
                        Invariant.C10,
                        "a handler begins while another has a record of the same key",
                        assigned("m"),
                        began("m", 0, "k"),
                        began("m", 1, "k"),
                        done("m", 0),
                        done("m", 1)),
                HistoryCheckerTest.bad(
                        Invariant.C10,
                        "the next of a key is handled while one that failed waits to be tried again",
                        assigned("m"),
                        began("m", 0, "k"),
                        failed("m", 0),
                        began("m", 1, "k"),
                        done("m", 1),
                        began("m", 0, "k"),
                        done("m", 0)),
                HistoryCheckerTest.bad(
                        Invariant.C10,
                        "records of a key are handled the wrong way round",
                        assigned("m"),
                        began("m", 1, "k"),
                        done("m", 1),
                        began("m", 0, "k"),
                        done("m", 0)),
                HistoryCheckerTest.bad(
                        Invariant.C10,
                        "a partition comes back, and a handler begins while another still has what was left behind",
                        assigned("m"),
                        began("m", 0, "k"),
                        new Revoked("g", "m", Set.of(P0)),
                        assigned("m"),
                        began("m", 0, "k"),
                        done("m", 0)));
    }

    /** Keys overtake each other, a failed record is tried again before the next, and another assignment begins anew. */
    static History good() {
        return history(
                assigned("m"),
                began("m", 0, "k"),
                began("m", 1, "l"),
                done("m", 1),
                failed("m", 0),
                began("m", 3, "l"),
                began("m", 0, "k"),
                done("m", 0),
                began("m", 2, "k"),
                done("m", 2),
                failed("m", 3),
                new Revoked("g", "m", Set.of(P0)),
                assigned("m"),
                began("m", 1, "l"),
                began("m", 2, "k"),
                done("m", 1),
                done("m", 2),
                began("m", 3, "l"),
                done("m", 3),
                log(0),
                log(1),
                log(2),
                log(3));
    }

    private static HistoryEvent assigned(String member) {
        return new Assigned("g", member, Set.of(P0));
    }

    private static HistoryEvent began(String member, long offset, String lane) {
        return new HandlingBegan("g", member, P0, offset, lane);
    }

    private static HistoryEvent failed(String member, long offset) {
        return new HandlingFailed("g", member, P0, offset);
    }

    private static HistoryEvent done(String member, long offset) {
        return new Done("g", member, P0, offset);
    }

    private static HistoryEvent log(long offset) {
        return new LogRecord(P0, offset, "r" + offset, 7);
    }
}
