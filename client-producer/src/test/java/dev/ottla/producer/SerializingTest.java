package dev.ottla.producer;

import static dev.ottla.producer.ProducerHarness.failureOf;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.Outcome;
import dev.ottla.errors.RecordException;
import dev.ottla.serialization.Serializer;
import dev.ottla.serialization.Serializers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What serializers may do, and what becomes of their records then. */
class SerializingTest {
    private final ProducerHarness harness = new ProducerHarness().warm();
    private final List<CompletableFuture<RecordMetadata>> sends = new ArrayList<>();

    /** A producer with one record in flight, so that what is sent next to partition 0 gathers in an open batch. */
    private RecordProducer<String, String> gathering(Serializer<String> serializer) {
        RecordProducer<String, String> producer = harness.producer(serializer);
        ProducerRecord<String, String> first =
                ProducerRecord.<String, String>of("t", "in flight").partition(0);
        harness.network.answersAtOnce = ErrorCode.NONE;
        CompletableFuture<RecordMetadata> warm = producer.send(first);
        harness.runtime.run();
        assertThat(warm).isCompleted();
        harness.network.answersAtOnce = null;
        producer.sendAndForget(first);
        harness.runtime.run();
        return producer;
    }

    private CompletableFuture<RecordMetadata> send(RecordProducer<String, String> producer, String value) {
        CompletableFuture<RecordMetadata> sent =
                producer.send(ProducerRecord.<String, String>of("t", value).partition(0));
        sends.add(sent);
        return sent;
    }

    /** Answers everything; returns the values that were sent. */
    private List<String> sent() {
        List<String> values = new ArrayList<>();
        harness.runtime.advance(Duration.ofMillis(10));
        while (!harness.network.requests.isEmpty()) {
            FakeProduce request = harness.network.next();
            values.addAll(request.values());
            request.ack();
            harness.runtime.advance(Duration.ofMillis(10));
        }
        return values;
    }

    @Test
    @SuppressWarnings("unchecked") // what an application does that names another serializer in its configuration
    void should_fail_only_the_record_of_another_type_than_the_serializer_takes() {
        // given
        RecordProducer<String, Object> producer =
                (RecordProducer<String, Object>) (RecordProducer<String, ?>) gathering(Serializers.utf8());

        // when
        CompletableFuture<RecordMetadata> sent =
                producer.send(ProducerRecord.<String, Object>of("t", 1).partition(0));
        harness.runtime.run();

        // then
        assertThat(failureOf(sent)).isInstanceOf(RecordException.class).hasCauseInstanceOf(ClassCastException.class);
    }

    @Test
    void should_fail_only_the_record_whose_serializer_throws() {
        // given
        RecordProducer<String, String> producer = gathering((value, sink) -> {
            sink.writeUtf8(value);
            if (value.equals("bad")) {
                throw new IllegalStateException("halfway through");
            }
        });

        // when
        send(producer, "before");
        CompletableFuture<RecordMetadata> bad = send(producer, "bad");
        send(producer, "after");

        // then
        assertThat(sent()).containsExactly("in flight", "before", "after");
        assertThat(failureOf(bad))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("halfway through")
                .hasMessageContaining("\"t\"")
                .hasRootCauseInstanceOf(IllegalStateException.class);
        assertThat(failureOf(bad).outcome()).isEqualTo(Outcome.REJECTED);
        assertThat(List.of(sends.get(0), sends.get(2))).allMatch(send -> !send.isCompletedExceptionally());
    }

    @Test
    void should_throw_the_error_of_a_serializer_and_go_on() {
        // given
        RecordProducer<String, String> producer = gathering((value, sink) -> {
            if (value.equals("bad")) {
                throw new StackOverflowError("on purpose");
            }
            sink.writeUtf8(value);
        });

        // when
        assertThatThrownBy(() -> send(producer, "bad")).isInstanceOf(StackOverflowError.class);
        for (int number = 0; number < 20; number++) {
            send(producer, "after " + number);
        }

        // then
        assertThat(sent()).hasSize(21).doesNotContain("bad");
        assertThat(producer.usedBytes()).isZero();
    }

    @Test
    void should_let_a_serializer_send_to_the_same_partition() {
        // given
        AtomicReference<RecordProducer<String, String>> again = new AtomicReference<>();
        RecordProducer<String, String> producer = gathering((value, sink) -> {
            sink.writeUtf8(value.substring(0, 1));
            if (again.get() != null && !value.startsWith("inner")) {
                send(again.get(), "inner of " + value);
            }
            sink.writeUtf8(value.substring(1));
        });
        again.set(producer);

        // when
        send(producer, "one");
        send(producer, "two");

        // then
        assertThat(sent()).containsExactly("in flight", "inner of one", "one", "inner of two", "two");
    }

    @Test
    void should_refuse_what_a_serializer_writes_beyond_the_largest_request() {
        // given
        RecordProducer<String, String> producer = gathering((value, sink) -> {
            do {
                sink.writeBytes(new byte[100_000]);
            } while (value.equals("endless"));
        });

        // when
        CompletableFuture<RecordMetadata> endless = send(producer, "endless");
        CompletableFuture<RecordMetadata> large = send(producer, "large");
        sent();

        // then
        assertThat(failureOf(endless)).isInstanceOf(RecordException.class).hasMessageContaining("max.request.size");
        assertThat(large).isCompletedWithValueMatching(RecordMetadata::hasOffset);
    }

    @Test
    void should_send_text_as_its_serializer_writes_it() {
        // given
        List<String> texts = List.of("", "a", "\u00e4\u20ac\ud83d\ude00", "\ud83d lone", "x".repeat(20_000));
        RecordProducer<String, String> direct = gathering(Serializers.utf8());
        RecordProducer<String, String> serialized = gathering((value, sink) -> sink.writeUtf8(value));

        // when
        for (RecordProducer<String, String> producer : List.of(direct, serialized)) {
            texts.forEach(text -> send(producer, text));
        }

        // then
        List<String> once = texts.stream()
                .map(text -> new String(text.getBytes(UTF_8), UTF_8))
                .toList();
        List<String> twice = Stream.of(List.of("in flight"), once, List.of("in flight"), once)
                .flatMap(List::stream)
                .toList();
        assertThat(sent()).containsExactlyInAnyOrderElementsOf(twice);
        assertThat(sends).allMatch(send -> send.isDone() && !send.isCompletedExceptionally());
    }

    @Test
    void should_put_keys_of_text_where_their_bytes_belong() {
        // given
        harness.network.answersAtOnce = ErrorCode.NONE;
        TopicProducer<String, String> topic = harness.producer.topic("t");
        List<CompletableFuture<RecordMetadata>> byText = new ArrayList<>();
        List<CompletableFuture<RecordMetadata>> byBytes = new ArrayList<>();
        RecordProducer<byte[], byte[]> bytes = harness.bytesProducer(options -> options, Partitioners.hash());

        // when
        for (int number = 0; number < 60; number++) {
            String key = "key \u00fc " + number;
            byText.add(topic.send(key, "value"));
            byBytes.add(bytes.topic("t").send(key.getBytes(UTF_8), new byte[1]));
            topic.send(key, null, (metadata, error) -> {});
        }
        harness.runtime.advance(Duration.ofSeconds(1));

        // then
        for (int number = 0; number < byText.size(); number++) {
            assertThat(byText.get(number).join().partition())
                    .isEqualTo(byBytes.get(number).join().partition());
        }
    }
}
