package dev.ottla.it.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ottla.KafkaClient;
import dev.ottla.consumer.Consumer;
import dev.ottla.testkit.RealKafka;
import dev.ottla.testkit.RealKafkaTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * How long a large group takes to settle, beside kafka-clients, and how much of it goes on reading meanwhile. It measures, so it
 * runs only when asked for: {@code -Dottla.scale=true}, or with the name of one way; {@code docs/groups.md} has the figures.
 */
@RealKafkaTest
@EnabledIfSystemProperty(named = "ottla.scale", matches = ".+")
class RebalanceScaleTest {
    private static final int MEMBERS = 50;
    private static final int PARTITIONS = 500;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final RealKafka kafka;
    private final OfficialClient official;

    RebalanceScaleTest(RealKafka kafka) {
        this.kafka = kafka;
        this.official = new OfficialClient(kafka);
    }

    /** A member that is polled by a thread of its own, as applications do. */
    private abstract static class Member implements Runnable {
        final Thread thread = new Thread(this, "member");
        volatile int owned;
        volatile boolean stopped;

        abstract int poll();

        abstract void close();

        @Override
        public void run() {
            while (!stopped) {
                owned = poll();
            }
            close();
        }
    }

    private static final class Ottla extends Member {
        private final Consumer<byte[], byte[]> consumer;

        Ottla(KafkaClient client, String topic, Map<String, String> config) {
            consumer = Consumer.builder(client).config(config).topics(topic).build();
        }

        @Override
        int poll() {
            consumer.poll(Duration.ofMillis(50));
            return consumer.assignment().size();
        }

        @Override
        void close() {
            consumer.close();
        }
    }

    private static final class Official extends Member {
        private final KafkaConsumer<String, String> consumer;

        Official(KafkaConsumer<String, String> consumer, String topic) {
            this.consumer = consumer;
            consumer.subscribe(List.of(topic));
        }

        @Override
        int poll() {
            consumer.poll(Duration.ofMillis(50));
            return consumer.assignment().size();
        }

        @Override
        void close() {
            consumer.close();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "ottla, range", "kafka-clients, range",
        "ottla, cooperative-sticky", "kafka-clients, cooperative-sticky",
        "ottla, consumer", "kafka-clients, consumer"
    })
    void should_settle(String peer, String way) throws InterruptedException {
        assumeTrue(List.of("true", way).contains(System.getProperty("ottla.scale")));
        String topic = official.createTopic(PARTITIONS);
        try (KafkaClient client = KafkaClient.connect(kafka.bootstrapServers())) {
            warmUp(members(peer, client, topic, config(way)));
            Supplier<Member> factory = members(peer, client, topic, config(way));
            List<Member> members = new ArrayList<>();
            long startNanos = System.nanoTime();
            for (int i = 0; i < MEMBERS; i++) {
                start(members, factory);
            }
            untilSettled(members);
            long formed = millisSince(startNanos);

            startNanos = System.nanoTime();
            start(members, factory);
            int least = untilSettled(members);
            long joined = millisSince(startNanos);

            startNanos = System.nanoTime();
            Member gone = members.remove(0);
            gone.stopped = true;
            gone.thread.join(PATIENCE.toMillis());
            int leastAfterLeaving = untilSettled(members);
            long left = millisSince(startNanos);
            System.out.printf(
                    "| %s | %s | %d ms | %d ms | %d | %d ms | %d |%n",
                    way, peer, formed, joined, least, left, leastAfterLeaving);
            stop(members);
            if (!way.equals("range")) {
                assertThat(least).as("partitions that went on being read").isGreaterThan(PARTITIONS / 2);
            }
        }
    }

    private Supplier<Member> members(String peer, KafkaClient client, String topic, Map<String, String> config) {
        return peer.equals("ottla")
                ? () -> new Ottla(client, topic, config)
                : () -> new Official(official.consumer(config), topic);
    }

    /** The first group of a broker, and of a JVM, takes seconds more, whoever's it is. */
    private static void warmUp(Supplier<Member> factory) throws InterruptedException {
        List<Member> members = new ArrayList<>();
        start(members, factory);
        start(members, factory);
        untilSettled(members);
        stop(members);
    }

    private static void stop(List<Member> members) throws InterruptedException {
        for (Member member : members) {
            member.stopped = true;
        }
        for (Member member : members) {
            member.thread.join(PATIENCE.toMillis());
        }
    }

    private static void start(List<Member> members, Supplier<Member> factory) {
        Member member = factory.get();
        members.add(member);
        member.thread.start();
    }

    private static Map<String, String> config(String way) {
        Map<String, String> config = new HashMap<>();
        config.put("group.id", "g-" + UUID.randomUUID());
        config.put("enable.auto.commit", "false");
        if (way.equals("consumer")) {
            config.put("group.protocol", "consumer");
        } else {
            config.put(
                    "partition.assignment.strategy",
                    way.equals("range")
                            ? "org.apache.kafka.clients.consumer.RangeAssignor"
                            : "org.apache.kafka.clients.consumer.CooperativeStickyAssignor");
        }
        return config;
    }

    /** Returns with how many partitions were owned by anybody when they were fewest. */
    private static int untilSettled(List<Member> members) throws InterruptedException {
        int least = PARTITIONS;
        long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
        int settledFor = 0;
        while (settledFor < 3) {
            int owned = members.stream().mapToInt(member -> member.owned).sum();
            int each = members.stream().mapToInt(member -> member.owned).max().orElse(0);
            int few = members.stream().mapToInt(member -> member.owned).min().orElse(0);
            least = Math.min(least, owned);
            settledFor = owned == PARTITIONS && each - few <= 1 ? settledFor + 1 : 0;
            assertThat(System.nanoTime() - deadlineNanos).isNegative();
            TimeUnit.MILLISECONDS.sleep(10);
        }
        return least;
    }

    private static long millisSince(long startNanos) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
    }
}
