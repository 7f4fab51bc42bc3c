package dev.ottla.testkit.history;

import dev.ottla.testkit.history.HistoryEvent.Asked;
import dev.ottla.testkit.history.HistoryEvent.Connecting;
import dev.ottla.testkit.history.HistoryEvent.LeftOver;
import dev.ottla.testkit.history.HistoryEvent.LoopHeldUp;
import dev.ottla.testkit.history.HistoryEvent.SecretGiven;
import dev.ottla.testkit.history.HistoryEvent.SendUnknown;
import dev.ottla.testkit.history.HistoryEvent.SentDamaged;
import dev.ottla.testkit.history.HistoryEvent.Told;
import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Histories of what clients do to machines and brokers, written by hand: each breaks one promise, but for the good one. */
final class ResourceHistories {
    private ResourceHistories() {}

    static Stream<Arguments> bad() {
        return Stream.of(
                HistoryCheckerTest.bad(
                        Invariant.R1, "keeps a buffer", left("bytes of buffers", 64), left("sockets", 0)),
                HistoryCheckerTest.bad(
                        Invariant.R1, "leaves a socket open", left("bytes of buffers", 0), left("sockets", 1)),
                HistoryCheckerTest.bad(Invariant.R2, "connects without a pause", times(11, new Connecting("p", 1))),
                HistoryCheckerTest.bad(
                        Invariant.R2, "asks for metadata without a pause", times(21, new Asked("p", 1, "METADATA"))),
                HistoryCheckerTest.bad(
                        Invariant.R2, "asks a broker without a pause", times(201, new Asked("p", 1, "PRODUCE"))),
                HistoryCheckerTest.bad(
                        Invariant.R3,
                        "a password is in what a client says of itself",
                        new SecretGiven("p", "hunter2"),
                        new Told("p", "options: password=hunter2")),
                HistoryCheckerTest.bad(
                        Invariant.R3,
                        "a password is in an error, before anybody said that it is one",
                        new SendUnknown("p", "a", "hunter2 was refused"),
                        new SecretGiven("p", "hunter2")),
                HistoryCheckerTest.bad(Invariant.R4, "a loop waits", new LoopHeldUp("p", Duration.ofMillis(101))),
                HistoryCheckerTest.bad(Invariant.R5, "sends memory that is not its own", new SentDamaged("p", 1, 0)));
    }

    private static HistoryEvent left(String what, long count) {
        return new LeftOver("p", what, count);
    }

    private static HistoryEvent[] times(int count, HistoryEvent event) {
        return Collections.nCopies(count, event).toArray(HistoryEvent[]::new);
    }

    /** Requests that are far apart, or go to several brokers, and nothing that anybody could mind. */
    static History good() {
        AtomicLong nanos = new AtomicLong();
        History history = new History(nanos::get);
        history.add(new SecretGiven("p", "hunter2"));
        history.add(new Told("p", "options: password=***"));
        for (int i = 0; i < 60; i++) {
            history.add(new Connecting("p", i % 3));
            history.add(new Asked("p", 1, "METADATA"));
            nanos.addAndGet(Duration.ofMillis(51).toNanos());
        }
        history.add(new LoopHeldUp("p", Duration.ofMillis(100)));
        history.add(left("bytes of buffers", 0));
        history.add(left("sockets", 0));
        return history;
    }
}
