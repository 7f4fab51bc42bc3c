package dev.ottla.testkit.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.common.TopicPartition;
import dev.ottla.testkit.history.HistoryEvent.Assigned;
import dev.ottla.testkit.history.HistoryEvent.CallBegan;
import dev.ottla.testkit.history.HistoryEvent.CallEnded;
import dev.ottla.testkit.history.HistoryEvent.CommitInvoked;
import dev.ottla.testkit.history.HistoryEvent.CommitOk;
import dev.ottla.testkit.history.HistoryEvent.CommittedOffset;
import dev.ottla.testkit.history.HistoryEvent.Crashed;
import dev.ottla.testkit.history.HistoryEvent.Delivered;
import dev.ottla.testkit.history.HistoryEvent.Done;
import dev.ottla.testkit.history.HistoryEvent.Healed;
import dev.ottla.testkit.history.HistoryEvent.LogRecord;
import dev.ottla.testkit.history.HistoryEvent.Lost;
import dev.ottla.testkit.history.HistoryEvent.MemberClosed;
import dev.ottla.testkit.history.HistoryEvent.Positioned;
import dev.ottla.testkit.history.HistoryEvent.ProducerClosed;
import dev.ottla.testkit.history.HistoryEvent.ProducerCrashed;
import dev.ottla.testkit.history.HistoryEvent.Revoked;
import dev.ottla.testkit.history.HistoryEvent.SendAcked;
import dev.ottla.testkit.history.HistoryEvent.SendInvoked;
import dev.ottla.testkit.history.HistoryEvent.SendRejected;
import dev.ottla.testkit.history.HistoryEvent.SendUnknown;
import dev.ottla.testkit.history.HistoryEvent.Settled;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class HistoryCheckerTest {
    private static final TopicPartition P0 = new TopicPartition("orders", 0);
    private static final TopicPartition P1 = new TopicPartition("orders", 1);
    private static final Set<Invariant> ALL = EnumSet.allOf(Invariant.class);

    /** A history whose events are a millisecond apart. */
    static History history(HistoryEvent... events) {
        AtomicLong nanos = new AtomicLong();
        History history = new History(() -> nanos.getAndAdd(1_000_000));
        List.of(events).forEach(history::add);
        return history;
    }

    private static HistoryEvent send(String name, TopicPartition partition) {
        return new SendInvoked("p", name, partition, 7, Duration.ofSeconds(1));
    }

    private static HistoryEvent acked(String name, TopicPartition partition, long offset) {
        return new SendAcked("p", name, partition, offset);
    }

    private static HistoryEvent log(TopicPartition partition, long offset, String name) {
        return new LogRecord(partition, offset, name, 7);
    }

    private static HistoryEvent assigned(String member, TopicPartition... partitions) {
        return new Assigned("g", member, Set.of(partitions));
    }

    private static HistoryEvent revoked(String member, TopicPartition... partitions) {
        return new Revoked("g", member, Set.of(partitions));
    }

    private static HistoryEvent delivered(String member, TopicPartition partition, long offset, String name) {
        return new Delivered("g", member, partition, offset, name, 7);
    }

    private static HistoryEvent done(String member, TopicPartition partition, long offset) {
        return new Done("g", member, partition, offset);
    }

    private static HistoryEvent commit(String member, int number, TopicPartition partition, long offset) {
        return new CommitInvoked("g", member, number, Map.of(partition, offset));
    }

    private static HistoryEvent committed(TopicPartition partition, long offset) {
        return new CommittedOffset("g", partition, offset);
    }

    static Stream<Arguments> bad() {
        return Stream.of(
                        badLogs(),
                        badOrder(),
                        badEnds(),
                        badDeliveries(),
                        badOwnership(),
                        badCommits(),
                        PositionHistories.bad(),
                        HandlingHistories.bad(),
                        TransactionHistories.bad(),
                        ResourceHistories.bad())
                .flatMap(each -> each);
    }

    private static Stream<Arguments> badLogs() {
        return Stream.of(
                bad(Invariant.I1, "an acknowledged record is nowhere", send("a", P0), acked("a", P0, 0)),
                bad(
                        Invariant.I1,
                        "another record lies at the acknowledged offset",
                        send("a", P0),
                        send("b", P0),
                        acked("a", P0, 0),
                        acked("b", P0, 0),
                        log(P0, 0, "a"),
                        log(P0, 1, "b")),
                bad(Invariant.I1, "acknowledged without an offset, and nowhere", send("a", P0), acked("a", P0, -1)),
                bad(
                        Invariant.I2,
                        "a rejected record is in the log",
                        send("a", P0),
                        new SendRejected("p", "a", "timeout"),
                        log(P0, 0, "a")),
                bad(
                        Invariant.I3,
                        "a record of unknown outcome is there twice",
                        send("a", P0),
                        new SendUnknown("p", "a", "timeout"),
                        log(P0, 0, "a"),
                        log(P0, 1, "a")),
                bad(
                        Invariant.I4,
                        "an acknowledged record is there twice",
                        send("a", P0),
                        acked("a", P0, 0),
                        log(P0, 0, "a"),
                        log(P0, 1, "a")));
    }

    private static Stream<Arguments> badOrder() {
        return Stream.of(
                bad(
                        Invariant.I5,
                        "a retry was overtaken",
                        send("a", P0),
                        send("b", P0),
                        acked("b", P0, 0),
                        acked("a", P0, 1),
                        log(P0, 0, "b"),
                        log(P0, 1, "a")),
                bad(
                        Invariant.I6,
                        "a record lies in another partition",
                        send("a", P0),
                        acked("a", P0, 0),
                        log(P1, 0, "a")),
                bad(
                        Invariant.I6,
                        "a record has other contents",
                        send("a", P0),
                        acked("a", P0, 0),
                        new LogRecord(P0, 0, "a", 8)),
                bad(Invariant.I6, "nobody sent what is in the log", log(P0, 0, "x")));
    }

    private static Stream<Arguments> badEnds() {
        return Stream.of(
                bad(
                        Invariant.I7,
                        "a send ends twice",
                        send("a", P0),
                        acked("a", P0, 0),
                        acked("a", P0, 0),
                        log(P0, 0, "a")),
                bad(Invariant.I7, "a send never ends", send("a", P0), new Settled()),
                bad(Invariant.I7, "a send is open after close", send("a", P0), new ProducerClosed("p")),
                bad(
                        Invariant.I7,
                        "a send ends after close",
                        send("a", P0),
                        new ProducerClosed("p"),
                        new SendUnknown("p", "a", "closed")),
                bad(
                        Invariant.I7,
                        "acknowledgements come out of order",
                        send("a", P0),
                        send("b", P0),
                        acked("b", P0, 1),
                        acked("a", P0, 0),
                        log(P0, 0, "a"),
                        log(P0, 1, "b")),
                bad(
                        Invariant.I8,
                        "a call takes too long",
                        new CallBegan("p", "close", Duration.ofMillis(-500)),
                        new CallEnded("p", "close")),
                bad(
                        Invariant.I8,
                        "a send never ends within its deadline",
                        new SendInvoked("p", "a", P0, 7, Duration.ofMillis(-500)),
                        new Settled()));
    }

    private static Stream<Arguments> badDeliveries() {
        return Stream.of(
                bad(
                        Invariant.C1,
                        "what was delivered is not in the log",
                        assigned("m", P0),
                        delivered("m", P0, 0, "a")),
                bad(
                        Invariant.C1,
                        "what was delivered has other contents",
                        assigned("m", P0),
                        new Delivered("g", "m", P0, 0, "a", 8),
                        log(P0, 0, "a")),
                bad(
                        Invariant.C2,
                        "a record is skipped",
                        assigned("m", P0),
                        delivered("m", P0, 0, "a"),
                        delivered("m", P0, 2, "c"),
                        log(P0, 0, "a"),
                        log(P0, 1, "b"),
                        log(P0, 2, "c")),
                bad(
                        Invariant.C2,
                        "a record comes twice",
                        assigned("m", P0),
                        delivered("m", P0, 0, "a"),
                        delivered("m", P0, 0, "a"),
                        log(P0, 0, "a")),
                bad(
                        Invariant.C2,
                        "an assignment begins beyond what was committed",
                        assigned("m", P0),
                        delivered("m", P0, 1, "b"),
                        log(P0, 0, "a"),
                        log(P0, 1, "b")),
                bad(
                        Invariant.C2,
                        "records from before a seek come after it",
                        assigned("m", P0),
                        new Positioned("g", "m", P0, 1),
                        delivered("m", P0, 0, "a"),
                        log(P0, 0, "a"),
                        log(P0, 1, "b")));
    }

    private static Stream<Arguments> badOwnership() {
        return Stream.of(
                bad(
                        Invariant.C3,
                        "a record comes after revocation",
                        assigned("m", P0),
                        revoked("m", P0),
                        delivered("m", P0, 0, "a"),
                        log(P0, 0, "a")),
                bad(
                        Invariant.C3,
                        "a record comes after close",
                        assigned("m", P0),
                        new MemberClosed("g", "m"),
                        delivered("m", P0, 0, "a"),
                        log(P0, 0, "a")),
                bad(
                        Invariant.C4,
                        "two members own a partition",
                        assigned("m", P0),
                        assigned("n", P0),
                        revoked("m", P0)));
    }

    private static Stream<Arguments> badCommits() {
        return Stream.of(
                bad(Invariant.C5, "the committed offset goes back", committed(P0, 5), committed(P0, 4)),
                bad(
                        Invariant.C6,
                        "a commit goes beyond what is done",
                        assigned("m", P0),
                        delivered("m", P0, 0, "a"),
                        commit("m", 1, P0, 1),
                        log(P0, 0, "a")),
                bad(
                        Invariant.C6,
                        "more is stored than is done",
                        assigned("m", P0),
                        delivered("m", P0, 0, "a"),
                        committed(P0, 1),
                        done("m", P0, 0),
                        log(P0, 0, "a")),
                bad(Invariant.C7, "a record is never done", assigned("m", P0), new Settled(), log(P0, 0, "a")),
                bad(
                        Invariant.C8,
                        "a record comes again after a confirmed commit",
                        assigned("m", P0),
                        delivered("m", P0, 0, "a"),
                        done("m", P0, 0),
                        commit("m", 1, P0, 1),
                        new CommitOk("g", "m", 1),
                        revoked("m", P0),
                        assigned("n", P0),
                        delivered("n", P0, 0, "a"),
                        log(P0, 0, "a")));
    }

    static Arguments bad(Invariant invariant, String what, HistoryEvent... events) {
        return Arguments.of(invariant, what, history(events));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("bad")
    void should_find_what_is_wrong(Invariant invariant, String what, History history) {
        Verdict verdict = HistoryChecker.of(ALL).check(history);

        assertThat(verdict.broken()).as(what + ": " + verdict).contains(invariant);
        assertThat(HistoryChecker.of(invariant).check(history).isGood()).isFalse();
        assertThat(verdict.toString()).contains(invariant.text());
    }

    @Test
    void should_have_a_bad_history_for_every_invariant() {
        Set<Object> covered = bad().map(each -> each.get()[0]).collect(Collectors.toSet());

        assertThat(covered).containsExactlyInAnyOrderElementsOf(ALL);
    }

    @Test
    void should_accept_an_idempotent_producer_and_a_group_that_hands_over() {
        History history = history(
                send("a", P0),
                send("b", P0),
                send("c", P1),
                acked("a", P0, 0),
                acked("c", P1, 0),
                acked("b", P0, 1),
                send("u", P1),
                send("r", P1),
                new SendUnknown("p", "u", "timeout"),
                new SendRejected("p", "r", "too large"),
                new ProducerClosed("p"),
                assigned("m", P0, P1),
                delivered("m", P0, 0, "a"),
                done("m", P0, 0),
                commit("m", 1, P0, 1),
                new CommitOk("g", "m", 1),
                committed(P0, 1),
                revoked("m", P0, P1),
                assigned("m", P1),
                assigned("n", P0),
                delivered("n", P0, 1, "b"),
                done("n", P0, 1),
                delivered("m", P1, 0, "c"),
                done("m", P1, 0),
                committed(P0, 2),
                new MemberClosed("g", "m"),
                new MemberClosed("g", "n"),
                new Settled(),
                log(P0, 0, "a"),
                log(P0, 1, "b"),
                log(P1, 0, "c"));

        assertThat(HistoryChecker.of(ALL).check(history)).matches(Verdict::isGood, "good");
    }

    @Test
    void should_let_off_an_owner_that_does_not_know_that_it_has_lost_a_partition() {
        History history = history(
                assigned("m", P0),
                assigned("k", P1),
                assigned("n", P0, P1),
                new Lost("g", "m", Set.of(P0)),
                new Crashed("g", "k"));

        assertThat(HistoryChecker.of(Invariant.C4).check(history).isGood()).isTrue();
    }

    @Test
    void should_accept_transactions_that_keep_their_promises() {
        assertThat(HistoryChecker.of(ALL).check(TransactionHistories.good())).matches(Verdict::isGood, "good");
    }

    @Test
    void should_accept_that_an_application_goes_back_and_stands_still() {
        Set<Invariant> promised = Invariant.ofGroup();
        promised.add(Invariant.C9);

        assertThat(HistoryChecker.of(promised).check(PositionHistories.good())).matches(Verdict::isGood, "good");
    }

    @Test
    void should_accept_that_handlers_overtake_each_other_with_records_of_different_keys() {
        assertThat(HistoryChecker.of(Invariant.ofHandlers()).check(HandlingHistories.good()))
                .matches(Verdict::isGood, "good");
    }

    @Test
    void should_accept_clients_that_are_no_burden() {
        assertThat(HistoryChecker.of(ALL).check(ResourceHistories.good())).matches(Verdict::isGood, "good");
    }

    @Test
    void should_expect_nothing_more_of_a_producer_that_was_killed() {
        History history = history(
                send("a", P0),
                new CallBegan("p", "commit", Duration.ofMillis(1)),
                new ProducerCrashed("p"),
                new Healed(),
                new Settled());

        assertThat(HistoryChecker.of(Invariant.ofTransactions()).check(history)).matches(Verdict::isGood, "good");
    }

    @Test
    void should_let_a_group_leave_out_topics_that_it_does_not_read() {
        History history = history(assigned("m", P0), new Settled(), log(new TopicPartition("payments", 0), 0, "a"));

        assertThat(HistoryChecker.of(Invariant.C7).check(history).isGood()).isTrue();
    }

    @Test
    void should_accept_duplicates_without_idempotence() {
        History history = history(
                send("a", P0),
                send("b", P0),
                acked("a", P0, 1),
                acked("b", P0, 2),
                log(P0, 0, "a"),
                log(P0, 1, "a"),
                log(P0, 2, "b"));

        assertThat(HistoryChecker.of(Invariant.ofProducer()).check(history).isGood())
                .isTrue();
        assertThat(HistoryChecker.of(Invariant.ofIdempotentProducer())
                        .check(history)
                        .broken())
                .containsExactly(Invariant.I4);
    }

    @Test
    void should_write_json_lines(@TempDir Path directory) throws IOException {
        History history = history(send("a\"1", P0), assigned("m", P1, P0), commit("m", 1, P0, 5));

        history.writeJsonLines(directory.resolve("history.jsonl"));

        assertThat(Files.readAllLines(directory.resolve("history.jsonl")))
                .containsExactly(
                        "{\"at\":1000000,\"event\":\"SendInvoked\",\"producer\":\"p\",\"recordName\":\"a\\\"1\","
                                + "\"partition\":\"orders-0\",\"checksum\":7,\"deadline\":1000000000}",
                        "{\"at\":2000000,\"event\":\"Assigned\",\"group\":\"g\",\"member\":\"m\","
                                + "\"partitions\":[\"orders-0\",\"orders-1\"]}",
                        "{\"at\":3000000,\"event\":\"CommitInvoked\",\"group\":\"g\",\"member\":\"m\","
                                + "\"commitNumber\":1,\"offsets\":{\"orders-0\":5}}");
    }
}
