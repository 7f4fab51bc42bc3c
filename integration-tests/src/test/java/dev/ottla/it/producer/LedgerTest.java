package dev.ottla.it.producer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.it.producer.Ledger.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/** The judge judged: each verdict on a log that deserves it. */
class LedgerTest {
    private final Ledger ledger = new Ledger(1);

    @Test
    void should_find_nothing_when_all_is_well() {
        acknowledged(0, 1, 2);

        assertCounts(ledger.compare(log(0, 1, 2)), 0, 0, 0, 0, 0);
    }

    @Test
    void should_find_what_was_acknowledged_and_is_not_there() {
        acknowledged(0, 1, 2);

        assertCounts(ledger.compare(log(0, 1)), 0, 1, 0, 0, 0);
    }

    @Test
    void should_find_what_is_not_where_it_was_acknowledged() {
        acknowledged(0, 2, 1);

        assertCounts(ledger.compare(log(0, 1, 2)), 0, 0, 2, 0, 0);
    }

    @Test
    void should_find_what_is_there_more_than_once() {
        acknowledged(0, 1, 4);

        assertCounts(ledger.compare(log(0, 1, 0, 1, 2)), 0, 0, 0, 2, 0);
    }

    @Test
    void should_find_what_is_behind_its_successor() {
        acknowledged(0, 2, 1);

        assertCounts(ledger.compare(log(0, 2, 1)), 0, 0, 0, 0, 1);
    }

    @Test
    void should_find_what_failed_and_what_never_ended() {
        acknowledged(0);
        ledger.sent(CompletableFuture.failedFuture(new IllegalStateException()));
        ledger.sent(new CompletableFuture<>());

        assertThat(ledger.isSettled()).isFalse();
        assertCounts(ledger.compare(log(0, 1)), 2, 0, 0, 0, 0);
    }

    private void acknowledged(long... offsets) {
        for (long offset : offsets) {
            ledger.sent(CompletableFuture.completedFuture(offset));
        }
    }

    private static List<ConsumerRecord<byte[], byte[]>> log(int... numbers) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int number : numbers) {
            byte[] value = String.valueOf(number).getBytes(UTF_8);
            records.add(new ConsumerRecord<>("topic", 0, records.size(), null, value));
        }
        return records;
    }

    private static void assertCounts(
            Verdict verdict, int failed, int lost, int misplaced, int duplicates, int reordered) {
        assertThat(List.of(
                        verdict.failed(),
                        verdict.lost(),
                        verdict.misplaced(),
                        verdict.duplicates(),
                        verdict.reordered()))
                .containsExactly(failed, lost, misplaced, duplicates, reordered);
    }
}
