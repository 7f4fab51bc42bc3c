package dev.ottla.it.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.ottla.KafkaClient;
import dev.ottla.errors.ClosedException;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.KafkaException;
import dev.ottla.errors.Outcome;
import dev.ottla.errors.RecordException;
import dev.ottla.errors.RequestTimeoutException;
import dev.ottla.producer.Producer;
import dev.ottla.producer.ProducerRecord;
import dev.ottla.producer.RecordMetadata;
import dev.ottla.producer.TopicPartitions;
import dev.ottla.serialization.Serializers;
import dev.ottla.testkit.RealBroker;
import dev.ottla.testkit.RealKafka;
import dev.ottla.testkit.RealKafkaTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("failover")
@RealKafkaTest
class ProducerFaultTest {
    private final OfficialConsumer official;
    private final RealKafka brokers;
    private final String topic = "fault-" + UUID.randomUUID();
    private KafkaClient kafka;

    ProducerFaultTest(RealKafka brokers) {
        this.brokers = brokers;
        this.official = new OfficialConsumer(brokers);
    }

    @BeforeEach
    void connect() {
        kafka = KafkaClient.connect(brokers.bootstrapServers());
    }

    @AfterEach
    void close() {
        kafka.close();
    }

    @Test
    void should_write_everything_once_and_in_order_when_the_broker_is_restarted() throws Exception {
        assertAllIsThereOnce(RealBroker::restart);
    }

    @Test
    void should_write_everything_once_and_in_order_when_the_broker_is_killed() throws Exception {
        assertAllIsThereOnce(broker -> {
            broker.kill();
            broker.start();
        });
    }

    private void assertAllIsThereOnce(Consumer<RealBroker> fault) throws Exception {
        // given
        official.createTopic(topic, 3, 1, Map.of());
        NumberedLoad load;

        // when
        try (Producer<String, String> producer = producer()) {
            load = new NumberedLoad(producer, topic, 3);
            try (load) {
                load.awaitMore(100);
                fault.accept(brokers.broker(1));
                brokers.broker(1).awaitReady();
                load.awaitMore(100);
            }
        }

        // then
        load.assertAllIsThereOnce(official);
    }

    @Test
    void should_end_every_record_when_closed_while_threads_send() throws Exception {
        // given
        official.createTopic(topic, 3, 1, Map.of());
        for (int round = 0; round < 20; round++) {
            List<CompletableFuture<RecordMetadata>> sends = Collections.synchronizedList(new ArrayList<>());
            Producer<String, String> producer = producer();
            List<Thread> senders = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                senders.add(new Thread(() -> sendUntilClosed(producer, sends)));
            }
            senders.forEach(Thread::start);
            LockSupport.parkNanos(Duration.ofMillis(round).toNanos());

            // when
            producer.close(round % 2 == 0 ? Duration.ZERO : Duration.ofSeconds(30));
            for (Thread sender : senders) {
                sender.join();
            }

            // then
            await().atMost(Duration.ofSeconds(10)).until(() -> sends.stream().allMatch(CompletableFuture::isDone));
        }
    }

    private void sendUntilClosed(Producer<String, String> producer, List<CompletableFuture<RecordMetadata>> sends) {
        try {
            while (true) {
                sends.add(producer.send(ProducerRecord.of(topic, "value")));
            }
        } catch (ClosedException expected) {
            // The end of this thread.
        }
    }

    @Test
    void should_name_the_topic_when_there_is_none() {
        // given
        try (Producer<String, String> producer = Producer.builder(kafka)
                .keySerializer(Serializers.utf8())
                .valueSerializer(Serializers.utf8())
                .maxBlock(Duration.ofSeconds(5))
                .build()) {

            // when
            CompletableFuture<RecordMetadata> send = producer.send(ProducerRecord.of(topic, "value"));

            // then
            assertThat(send)
                    .failsWithin(Duration.ofSeconds(30))
                    .withThrowableThat()
                    .withCauseInstanceOf(RequestTimeoutException.class)
                    .withMessageContaining(topic)
                    .withMessageContaining("UNKNOWN_TOPIC_OR_PARTITION");
        }
    }

    @Test
    void should_reject_an_illegal_topic_name_at_once() {
        try (Producer<String, String> producer = producer()) {
            assertThatThrownBy(() -> producer.sendSync(ProducerRecord.of("no topic", "value")))
                    .isInstanceOfSatisfying(
                            KafkaException.class,
                            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_TOPIC_EXCEPTION))
                    .hasMessageContaining("no topic");
        }
    }

    @Test
    void should_reject_what_the_broker_finds_too_large_or_wrong() throws Exception {
        // given
        official.createTopic(topic, 1, 1, Map.of("max.message.bytes", "1000", "cleanup.policy", "compact"));
        try (Producer<String, String> producer = producer()) {

            // then
            assertThatThrownBy(() -> producer.sendSync(ProducerRecord.of(topic, "key", "x".repeat(2_000))))
                    .isInstanceOfSatisfying(RecordException.class, e -> {
                        assertThat(e.code()).isEqualTo(ErrorCode.MESSAGE_TOO_LARGE);
                        assertThat(e.outcome()).isEqualTo(Outcome.REJECTED);
                    });
            assertThatThrownBy(() -> producer.sendSync(ProducerRecord.of(topic, "no key in a compacted topic")))
                    .isInstanceOf(RecordException.class)
                    .hasMessageContaining("record 0 of the batch");
            assertThat(producer.sendSync(ProducerRecord.of(topic, "key", "fine"))
                            .offset())
                    .isZero();
        }
    }

    @Test
    void should_tell_the_partitions_of_a_topic() throws Exception {
        // given
        official.createTopic(topic, 5, 1, Map.of());
        try (Producer<String, String> producer = producer()) {

            // when
            TopicPartitions partitions = producer.partitionsFor(topic).get();

            // then
            assertThat(partitions.count()).isEqualTo(5);
            assertThat(partitions.availableCount()).isEqualTo(5);
            assertThat(partitions.leader(4).orElseThrow().id()).isEqualTo(1);
        }
    }

    private Producer<String, String> producer() {
        return Producer.builder(kafka)
                .keySerializer(Serializers.utf8())
                .valueSerializer(Serializers.utf8())
                .build();
    }
}
