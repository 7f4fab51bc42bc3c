package dev.ottla.testkit.history;

import static dev.ottla.testkit.history.HistoryCheckerTest.history;

import dev.ottla.common.TopicPartition;
import dev.ottla.testkit.history.HistoryEvent.Assigned;
import dev.ottla.testkit.history.HistoryEvent.CommittedOffset;
import dev.ottla.testkit.history.HistoryEvent.Delivered;
import dev.ottla.testkit.history.HistoryEvent.Done;
import dev.ottla.testkit.history.HistoryEvent.HandledInTransaction;
import dev.ottla.testkit.history.HistoryEvent.LogMarker;
import dev.ottla.testkit.history.HistoryEvent.LogOpen;
import dev.ottla.testkit.history.HistoryEvent.LogRecord;
import dev.ottla.testkit.history.HistoryEvent.ProducerStarted;
import dev.ottla.testkit.history.HistoryEvent.SendAcked;
import dev.ottla.testkit.history.HistoryEvent.SendInvoked;
import dev.ottla.testkit.history.HistoryEvent.SentInTransaction;
import dev.ottla.testkit.history.HistoryEvent.Settled;
import dev.ottla.testkit.history.HistoryEvent.TransactionAborted;
import dev.ottla.testkit.history.HistoryEvent.TransactionBegan;
import dev.ottla.testkit.history.HistoryEvent.TransactionCommitInvoked;
import dev.ottla.testkit.history.HistoryEvent.TransactionCommitted;
import dev.ottla.testkit.history.HistoryEvent.TransactionRefused;
import dev.ottla.testkit.history.HistoryEvent.TransactionUnknown;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Histories of transactions, written by hand: each breaks one promise, but for the good one. */
final class TransactionHistories {
    private static final TopicPartition P0 = new TopicPartition("orders", 0);
    private static final TopicPartition P1 = new TopicPartition("orders", 1);
    private static final TopicPartition OUT = new TopicPartition("invoices", 0);
    private static final String GROUP = "billing";

    private TransactionHistories() {}

    /** A producer, by name; its transactions are named after it, and its records after them. */
    private static HistoryEvent started(String producer) {
        return new ProducerStarted(producer, "the-id");
    }

    private static HistoryEvent began(String producer, String transaction) {
        return new TransactionBegan(producer, transaction);
    }

    private static HistoryEvent sent(String transaction, String recordName) {
        return new SentInTransaction(transaction, recordName);
    }

    private static HistoryEvent asked(String producer, String transaction) {
        return new TransactionCommitInvoked(producer, transaction);
    }

    private static HistoryEvent committed(String producer, String transaction) {
        return new TransactionCommitted(producer, transaction);
    }

    private static HistoryEvent log(TopicPartition partition, long offset, String recordName) {
        return new LogRecord(partition, offset, recordName, 7);
    }

    private static HistoryEvent commitMarker(TopicPartition partition, long offset, String... recordNames) {
        return new LogMarker(partition, offset, true, Set.of(recordNames));
    }

    private static HistoryEvent abortMarker(TopicPartition partition, long offset, String... recordNames) {
        return new LogMarker(partition, offset, false, Set.of(recordNames));
    }

    private static HistoryEvent delivered(TopicPartition partition, long offset, String recordName) {
        return new Delivered("reader", "reader", partition, offset, recordName, 7);
    }

    private static HistoryEvent handled(String transaction, long offset) {
        return new HandledInTransaction(transaction, GROUP, P0, offset);
    }

    private static HistoryEvent offset(long offset) {
        return new CommittedOffset(GROUP, P0, offset);
    }

    static Stream<Arguments> bad() {
        return Stream.of(badEnds(), badOffsets(), badMarkers(), badReads(), badTwins())
                .flatMap(each -> each);
    }

    private static Stream<Arguments> badEnds() {
        return Stream.of(
                whole(
                        "a record of a committed transaction is missing",
                        sent("t", "a"),
                        sent("t", "b"),
                        asked("p", "t"),
                        committed("p", "t"),
                        log(P0, 0, "a"),
                        commitMarker(P0, 1, "a")),
                whole(
                        "a committed transaction was aborted in the log",
                        sent("t", "a"),
                        asked("p", "t"),
                        committed("p", "t"),
                        log(P0, 0, "a"),
                        abortMarker(P0, 1, "a")),
                whole(
                        "an aborted transaction can be read",
                        sent("t", "a"),
                        new TransactionAborted("p", "t"),
                        log(P0, 0, "a"),
                        commitMarker(P0, 1, "a")),
                whole(
                        "a commit that was refused took effect",
                        sent("t", "a"),
                        asked("p", "t"),
                        new TransactionRefused("p", "t", "fenced"),
                        log(P0, 0, "a"),
                        commitMarker(P0, 1, "a")),
                whole(
                        "half of a transaction of unknown outcome can be read",
                        sent("t", "a"),
                        sent("t", "b"),
                        asked("p", "t"),
                        new TransactionUnknown("p", "t", "timeout"),
                        log(P0, 0, "a"),
                        log(P1, 0, "b"),
                        commitMarker(P0, 1, "a"),
                        abortMarker(P1, 1, "b")),
                whole(
                        "a transaction is committed that nobody wanted to commit",
                        sent("t", "a"),
                        log(P0, 0, "a"),
                        commitMarker(P0, 1, "a")));
    }

    private static Stream<Arguments> badOffsets() {
        return Stream.of(
                whole(
                        "the offset of a committed transaction is missing",
                        handled("t", 0),
                        sent("t", "a"),
                        asked("p", "t"),
                        committed("p", "t"),
                        offset(0),
                        log(OUT, 0, "a"),
                        commitMarker(OUT, 1, "a")),
                whole(
                        "the same record has an effect twice",
                        handled("t", 0),
                        sent("t", "a"),
                        asked("p", "t"),
                        new TransactionUnknown("p", "t", "timeout"),
                        handled("u", 0),
                        sent("u", "b"),
                        asked("q", "u"),
                        committed("q", "u"),
                        offset(1),
                        log(OUT, 0, "a"),
                        log(OUT, 2, "b"),
                        commitMarker(OUT, 1, "a"),
                        commitMarker(OUT, 3, "b")),
                whole(
                        "an offset is committed though its transaction was aborted",
                        handled("t", 0),
                        sent("t", "a"),
                        new TransactionAborted("p", "t"),
                        offset(1),
                        log(P0, 0, "in"),
                        log(OUT, 0, "a"),
                        abortMarker(OUT, 1, "a")));
    }

    private static Stream<Arguments> badMarkers() {
        return Stream.of(
                HistoryCheckerTest.bad(
                        Invariant.X2,
                        "a late record is committed by the next transaction",
                        sent("t", "a"),
                        sent("u", "b"),
                        asked("p", "u"),
                        log(P0, 0, "a"),
                        log(P0, 1, "b"),
                        commitMarker(P0, 2, "a", "b")),
                HistoryCheckerTest.bad(
                        Invariant.X5,
                        "a transaction is never ended",
                        sent("t", "a"),
                        log(P0, 0, "a"),
                        new LogOpen(P0, 0, Set.of("a")),
                        new Settled()));
    }

    private static Stream<Arguments> badReads() {
        return Stream.of(
                HistoryCheckerTest.bad(
                        Invariant.X3,
                        "an aborted record is read",
                        sent("t", "a"),
                        asked("p", "t"),
                        delivered(P0, 0, "a"),
                        log(P0, 0, "a"),
                        abortMarker(P0, 1, "a")),
                HistoryCheckerTest.bad(
                        Invariant.X3,
                        "a record of a transaction that never ends is read",
                        sent("t", "a"),
                        asked("p", "t"),
                        delivered(P0, 0, "a"),
                        log(P0, 0, "a"),
                        new LogOpen(P0, 0, Set.of("a"))),
                HistoryCheckerTest.bad(
                        Invariant.X3,
                        "a record is read before its transaction is to be committed",
                        sent("t", "a"),
                        delivered(P0, 0, "a"),
                        asked("p", "t"),
                        committed("p", "t"),
                        log(P0, 0, "a"),
                        commitMarker(P0, 1, "a")));
    }

    private static Stream<Arguments> badTwins() {
        return Stream.of(HistoryCheckerTest.bad(
                Invariant.X4,
                "a fenced producer commits",
                started("p"),
                began("p", "t"),
                started("q"),
                began("q", "u"),
                sent("t", "a"),
                asked("p", "t"),
                committed("p", "t"),
                log(P0, 0, "a"),
                commitMarker(P0, 1, "a")));
    }

    private static Arguments whole(String what, HistoryEvent... events) {
        return HistoryCheckerTest.bad(Invariant.X1, what, events);
    }

    /** Commits, aborts, an unknown outcome, a twin that takes over while a commit is under way, and a group's offsets. */
    static History good() {
        List<HistoryEvent> events = new ArrayList<>(List.of(
                sendOf("in", P0),
                sendOf("in2", P0),
                new SendAcked("p", "in", P0, 0),
                new SendAcked("p", "in2", P0, 1),
                new Assigned("reader", "reader", Set.of(OUT)),
                started("p"),
                began("p", "t1")));
        events.addAll(in("t1", "a"));
        events.addAll(List.of(
                handled("t1", 0),
                new Done(GROUP, "m", P0, 0),
                asked("p", "t1"),
                began("p", "t2"),
                started("q"),
                began("q", "u1"),
                committed("p", "t1")));
        events.addAll(in("t2", "b"));
        events.addAll(List.of(asked("p", "t2"), new TransactionRefused("p", "t2", "fenced")));
        events.addAll(in("u1", "c"));
        events.addAll(List.of(
                handled("u1", 1),
                new Done(GROUP, "m", P0, 1),
                asked("q", "u1"),
                new TransactionUnknown("q", "u1", "timeout"),
                delivered(OUT, 0, "a"),
                new Done("reader", "reader", OUT, 0),
                delivered(OUT, 4, "c"),
                new Done("reader", "reader", OUT, 4),
                offset(2),
                new Settled()));
        events.addAll(Arrays.asList(
                log(P0, 0, "in"),
                log(P0, 1, "in2"),
                log(OUT, 0, "a"),
                log(OUT, 2, "b"),
                log(OUT, 4, "c"),
                commitMarker(OUT, 1, "a"),
                abortMarker(OUT, 3, "b"),
                commitMarker(OUT, 5, "c")));
        return history(events.toArray(HistoryEvent[]::new));
    }

    private static List<HistoryEvent> in(String transaction, String recordName) {
        return List.of(
                sent(transaction, recordName),
                sendOf(recordName, OUT),
                new SendAcked("p", recordName, OUT, offsetOf(recordName)));
    }

    private static HistoryEvent sendOf(String recordName, TopicPartition partition) {
        return new SendInvoked("p", recordName, partition, 7, Duration.ZERO);
    }

    private static long offsetOf(String recordName) {
        return 2L * (recordName.charAt(0) - 'a');
    }
}
