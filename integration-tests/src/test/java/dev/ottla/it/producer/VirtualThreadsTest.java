package dev.ottla.it.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ottla.KafkaClient;
import dev.ottla.common.TopicPartition;
import dev.ottla.producer.Producer;
import dev.ottla.producer.ProducerRecord;
import dev.ottla.serialization.Serializers;
import dev.ottla.testkit.FakeKafka;
import dev.ottla.testkit.FakeRecord;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One producer, used from a great many threads, and from its own callbacks. */
@Tag("jdk")
@Timeout(300)
class VirtualThreadsTest {
    private static final String TOPIC = "orders";
    private static final int PARTITIONS = 6;
    private static final int THREADS = 10_000;
    private static final int FIRST_WITH_VIRTUAL_THREADS = 21;

    private final FakeKafka cluster =
            FakeKafka.builder().brokers(3).topic(TOPIC, PARTITIONS).start();
    private KafkaClient client;
    private Producer<String, String> producer;

    @BeforeEach
    void connect() {
        client = KafkaClient.connect(cluster.bootstrapServers());
        producer = Producer.builder(client)
                .keySerializer(Serializers.utf8())
                .valueSerializer(Serializers.utf8())
                .build();
    }

    @AfterEach
    void close() {
        producer.close(Duration.ofSeconds(5));
        client.close();
        cluster.close();
    }

    private Set<String> written() {
        Set<String> values = new HashSet<>();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            for (FakeRecord record : cluster.records(new TopicPartition(TOPIC, partition))) {
                assertThat(values.add(record.valueText()))
                        .as(record.valueText())
                        .isTrue();
            }
        }
        return values;
    }

    @Test
    void should_serve_10000_virtual_threads_that_each_wait_for_their_record() throws Exception {
        assumeTrue(
                Runtime.version().feature() >= FIRST_WITH_VIRTUAL_THREADS,
                "virtual threads came with Java 21; this is " + Runtime.version());
        // given
        Method startVirtualThread = Thread.class.getMethod("startVirtualThread", Runnable.class);
        CountDownLatch all = new CountDownLatch(THREADS);
        Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

        // when
        for (int number = 0; number < THREADS; number++) {
            String value = "value " + number;
            Runnable send = () -> {
                try {
                    producer.sendSync(ProducerRecord.of(TOPIC, value, value));
                } catch (RuntimeException | Error e) {
                    failures.add(e);
                }
                all.countDown();
            };
            startVirtualThread.invoke(null, send);
        }

        // then
        assertThat(all.await(120, TimeUnit.SECONDS)).isTrue();
        assertThat(failures).isEmpty();
        assertThat(written()).hasSize(THREADS);
    }

    @Test
    void should_send_from_callbacks() throws Exception {
        // given
        int chains = 50;
        int links = 20;
        CountDownLatch ends = new CountDownLatch(chains);
        Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

        // when
        IntStream.range(0, chains).forEach(chain -> sendNext(chain, new AtomicInteger(links), ends, failures));

        // then
        assertThat(ends.await(120, TimeUnit.SECONDS)).isTrue();
        assertThat(failures).isEmpty();
        assertThat(written()).hasSize(chains * links);
    }

    /** Sends the next record of a chain when the one before is acknowledged; every fifth time to look something up as well. */
    private void sendNext(int chain, AtomicInteger left, CountDownLatch ends, Queue<Throwable> failures) {
        int link = left.getAndDecrement();
        if (link == 0) {
            ends.countDown();
            return;
        }
        String value = chain + "/" + link;
        producer.send(ProducerRecord.of(TOPIC, value, value), (metadata, error) -> {
            if (error != null) {
                failures.add(error);
            }
            if (link % 5 == 0) {
                producer.partitionsFor(TOPIC).thenAccept(known -> sendNext(chain, left, ends, failures));
            } else {
                sendNext(chain, left, ends, failures);
            }
        });
    }
}
