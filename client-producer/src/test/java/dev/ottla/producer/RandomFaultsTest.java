package dev.ottla.producer;

import static dev.ottla.producer.ProducerHarness.filler;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.common.ByteSize;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.KafkaException;
import dev.ottla.errors.Outcome;
import dev.ottla.testkit.internal.log.Append;
import dev.ottla.testkit.internal.log.LogOptions;
import dev.ottla.testkit.internal.log.PartitionLog;
import dev.ottla.testkit.internal.log.StoredBatch;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Sends through brokers that fail in every way that a broker can, drawn from a seed: what was promised for each record is compared
 * with the log. A failing seed fails again when it is run alone.
 */
class RandomFaultsTest {
    private static final int RECORDS = 60;
    private static final int SEEDS = 400;
    private static final Duration DELIVERY_TIMEOUT = Duration.ofSeconds(40);
    private static final LogOptions LOG_OPTIONS =
            new LogOptions(1_000_000, false, false, Long.MAX_VALUE, Long.MAX_VALUE);

    /** What became of a request at its broker. */
    private record Appended(ErrorCode error, long baseOffset) {}

    static IntStream seeds() {
        return IntStream.range(0, SEEDS);
    }

    private final ProducerHarness harness = new ProducerHarness(
            options -> options.batchSize(ByteSize.bytes(256)).deliveryTimeout(DELIVERY_TIMEOUT));
    private final PartitionLog log = new PartitionLog();
    private final List<CompletableFuture<RecordMetadata>> sends = new ArrayList<>();

    /** Requests whose connection is gone, and that the broker has read all the same: it may handle them at any time. */
    private final Deque<FakeProduce> late = new ArrayDeque<>();

    private int leader = 1;

    @ParameterizedTest
    @MethodSource("seeds")
    void should_keep_every_promise(int seed) {
        // given
        SplittableRandom random = new SplittableRandom(seed);

        // when
        while (sends.size() < RECORDS) {
            step(random);
        }
        for (int quiet = 0; quiet < 200; quiet++) {
            harness.network.requests.forEach(request -> answer(request, append(request)));
            harness.network.requests.clear();
            harness.runtime.advance(Duration.ofSeconds(1));
        }
        late.forEach(this::append);

        // then
        assertPromises();
        harness.assertMemoryIsBack();
    }

    private void step(SplittableRandom random) {
        switch (random.nextInt(8)) {
            case 0, 1, 2 -> sends.add(harness.send(0, filler(sends.size())));
            case 3, 4 -> {
                if (!harness.network.requests.isEmpty()) {
                    handle(oldestOfAny(random), random);
                }
            }
            case 5 -> {
                if (random.nextInt(4) == 0 && !late.isEmpty()) {
                    append(late.removeFirst());
                }
            }
            case 6 -> {
                if (random.nextInt(8) == 0) {
                    leader = 1 + random.nextInt(3);
                    harness.network.topics.move("t", 0, leader);
                }
            }
            default ->
                harness.runtime.advance(
                        random.nextInt(60) == 0
                                ? Duration.ofSeconds(random.nextInt(50))
                                : Duration.ofMillis(random.nextInt(120)));
        }
        harness.runtime.run();
    }

    /** A broker handles the requests of a connection in order. */
    private FakeProduce oldestOfAny(SplittableRandom random) {
        List<FakeProduce> requests = List.copyOf(harness.network.requests);
        FakeProduce any = requests.get(random.nextInt(requests.size()));
        FakeProduce oldest = requests.stream()
                .filter(request -> request.connection() == any.connection())
                .findFirst()
                .orElseThrow();
        harness.network.requests.remove(oldest);
        return oldest;
    }

    private void handle(FakeProduce request, SplittableRandom random) {
        switch (random.nextInt(24)) {
            case 0 -> lose(request, random);
            case 1 -> {
                append(request);
                lose(request, random);
            }
            case 2 -> request.answer(ErrorCode.NOT_ENOUGH_REPLICAS);
            case 3 -> answer(request, append(request), ErrorCode.NOT_ENOUGH_REPLICAS_AFTER_APPEND);
            case 4 -> answer(request, append(request), ErrorCode.REQUEST_TIMED_OUT);
            case 5 ->
                request.answer(random.nextInt(3) == 0 ? ErrorCode.MESSAGE_TOO_LARGE : ErrorCode.KAFKA_STORAGE_ERROR);
            case 6 -> answer(request, append(request), ErrorCode.UNKNOWN_SERVER_ERROR);
            default -> answer(request, append(request));
        }
    }

    /** The broker may have read this request, and those behind it, before the connection broke. */
    private void lose(FakeProduce request, SplittableRandom random) {
        List<FakeProduce> lost = new ArrayList<>(List.of(request));
        harness.network.requests.stream()
                .filter(other -> other.connection() == request.connection())
                .forEach(lost::add);
        harness.network.requests.removeAll(lost);
        if (random.nextBoolean()) {
            late.addAll(lost.subList(0, 1 + random.nextInt(lost.size())));
        }
        request.lose();
    }

    private Appended append(FakeProduce request) {
        if (request.node() != leader) {
            return new Appended(ErrorCode.NOT_LEADER_OR_FOLLOWER, -1);
        }
        Append append = log.append(Unpooled.wrappedBuffer(request.firstBatch()), request.version(), 0, LOG_OPTIONS, 0);
        if (append instanceof Append.Refused refused) {
            return new Appended(refused.error(), -1);
        } else if (append instanceof Append.Duplicate duplicate) {
            return new Appended(ErrorCode.NONE, duplicate.baseOffset());
        }
        return new Appended(ErrorCode.NONE, ((Append.Appended) append).baseOffset());
    }

    private List<String> logged() {
        List<String> values = new ArrayList<>();
        for (StoredBatch batch : log.batches(0, log.logEndOffset())) {
            MemoryRecords.readableRecords(batch.view().nioBuffer())
                    .records()
                    .forEach(record -> values.add(
                            StandardCharsets.UTF_8.decode(record.value()).toString()));
        }
        return values;
    }

    private static void answer(FakeProduce request, Appended appended, ErrorCode insteadOfSuccess) {
        ErrorCode error = appended.error() == ErrorCode.NONE ? insteadOfSuccess : appended.error();
        request.answer(error);
    }

    private static void answer(FakeProduce request, Appended appended) {
        request.answer(partition -> partition.errorCode(appended.error().code()).baseOffset(appended.baseOffset()));
    }

    private String ends() {
        StringBuilder ends = new StringBuilder();
        for (CompletableFuture<RecordMetadata> send : sends) {
            Object error = send.handle((metadata, failure) -> failure).join();
            ends.append(
                    error instanceof KafkaException failure
                            ? failure.outcome().name().charAt(0)
                            : '.');
        }
        return ends.toString();
    }

    private void assertPromises() {
        assertThat(sends).allMatch(CompletableFuture::isDone);
        List<String> logged = logged();
        assertThat(new HashSet<>(logged)).as("no duplicate").hasSameSizeAs(logged);
        int[] numbers = logged.stream()
                .mapToInt(value -> Integer.parseInt(value.substring(0, value.indexOf(' '))))
                .toArray();
        assertThat(numbers).as("the order of the sends; ends: %s", ends()).isSorted();
        for (int number = 0; number < sends.size(); number++) {
            int at = Arrays.binarySearch(numbers, number);
            KafkaException failure = (KafkaException)
                    sends.get(number).handle((metadata, error) -> error).join();
            if (failure == null) {
                assertThat(at).as("%d is there", number).isNotNegative();
                assertThat(sends.get(number).join().offset()).isIn((long) at, -1L);
            } else if (failure.outcome() == Outcome.REJECTED) {
                assertThat(at).as("%d is not there", number).isNegative();
            }
        }
        assertThat(harness.completed)
                .as("told in order")
                .containsExactlyElementsOf(IntStream.range(0, sends.size())
                        .mapToObj(ProducerHarness::filler)
                        .toList());
    }
}
