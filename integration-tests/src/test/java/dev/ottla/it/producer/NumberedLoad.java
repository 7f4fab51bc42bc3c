package dev.ottla.it.producer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ottla.producer.Producer;
import dev.ottla.producer.ProducerRecord;
import dev.ottla.producer.RecordMetadata;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A thread that sends numbers to the partitions of a topic in turn, while something happens to the brokers. */
final class NumberedLoad implements AutoCloseable {
    private static final long PAUSE_NANOS = 200_000;

    private final String topic;
    private final int partitions;
    private final List<CompletableFuture<RecordMetadata>> sends = Collections.synchronizedList(new ArrayList<>());
    private final Thread sender;
    private volatile boolean isOver;

    NumberedLoad(Producer<String, String> producer, String topic, int partitions) {
        this.topic = topic;
        this.partitions = partitions;
        this.sender = new Thread(() -> send(producer));
        sender.start();
    }

    private void send(Producer<String, String> producer) {
        while (!isOver) {
            int number = sends.size();
            CompletableFuture<RecordMetadata> send =
                    producer.send(ProducerRecord.<String, String>of(topic, String.valueOf(number))
                            .partition(number % partitions));
            sends.add(send);
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** Waits until so many more have been sent, and all of these have been acknowledged. */
    void awaitMore(int count) {
        int first = sends.size();
        await().atMost(Duration.ofMinutes(1)).until(() -> {
            List<CompletableFuture<RecordMetadata>> soFar = new ArrayList<>(sends);
            return soFar.size() >= first + count
                    && soFar.subList(first, first + count).stream().allMatch(CompletableFuture::isDone);
        });
    }

    /** Sends no more. */
    @Override
    public void close() {
        isOver = true;
        await().atMost(Duration.ofSeconds(60)).until(() -> !sender.isAlive());
    }

    /** Everything was acknowledged and is there once, in its order. */
    void assertAllIsThereOnce(OfficialConsumer official) {
        assertThat(sends).allMatch(send -> send.isDone() && !send.isCompletedExceptionally());
        int[] next = new int[partitions];
        Arrays.setAll(next, partition -> partition);
        int found = 0;
        for (ConsumerRecord<byte[], byte[]> record : official.read(topic, sends.size())) {
            int number = Integer.parseInt(new String(record.value(), UTF_8));
            int partition = record.partition();
            assertThat(number).isEqualTo(next[partition]);
            next[partition] += partitions;
            found++;
        }
        assertThat(found).isEqualTo(sends.size());
    }
}
