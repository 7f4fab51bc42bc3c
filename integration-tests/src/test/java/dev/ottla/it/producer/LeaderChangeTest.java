package dev.ottla.it.producer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.KafkaClient;
import dev.ottla.producer.Producer;
import dev.ottla.serialization.Serializers;
import dev.ottla.testkit.RealBroker;
import dev.ottla.testkit.RealKafka;
import dev.ottla.testkit.RealKafkaTest;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

@RealKafkaTest(brokers = 3)
class LeaderChangeTest {
    private static final Logger LOG = LoggerFactory.getLogger(LeaderChangeTest.class);
    private static final int PARTITIONS = 6;
    private static final int RECORDS = 1_000;

    /** The test brokers notice after 3 s that one is gone. */
    private static final Duration PAUSE_MAX = Duration.ofSeconds(10);

    private final RealKafka brokers;
    private final OfficialConsumer official;
    private final String topic = "leaders-" + UUID.randomUUID();

    private NumberedLoad load;

    LeaderChangeTest(RealKafka brokers) {
        this.brokers = brokers;
        this.official = new OfficialConsumer(brokers);
    }

    @Test
    void should_write_everything_once_and_in_order_when_leaders_are_killed() throws Exception {
        assertAllIsThereOnce(broker -> {
            broker.kill();
            load.awaitMore(RECORDS);
            broker.start();
        });
    }

    @Test
    void should_write_everything_once_and_in_order_when_leaders_stop_in_good_order() throws Exception {
        assertAllIsThereOnce(broker -> {
            broker.stop();
            load.awaitMore(RECORDS);
            broker.start();
        });
    }

    @Test
    void should_not_wait_for_a_leader_that_hangs() throws Exception {
        assertAllIsThereOnce(broker -> {
            broker.pause();
            load.awaitMore(RECORDS);
            broker.resume();
        });
        assertThat(load.longest()).as("request.timeout.ms is 30 s").isLessThan(PAUSE_MAX);
    }

    private void assertAllIsThereOnce(Consumer<RealBroker> fault) throws Exception {
        // given
        official.createTopic(topic, PARTITIONS, 3, Map.of("min.insync.replicas", "2"));

        // when
        try (KafkaClient kafka = KafkaClient.connect(brokers.bootstrapServers());
                Producer<String, String> producer = Producer.builder(kafka)
                        .keySerializer(Serializers.utf8())
                        .valueSerializer(Serializers.utf8())
                        .build()) {
            try (NumberedLoad started = new NumberedLoad(producer, topic, PARTITIONS)) {
                load = started;
                load.awaitMore(RECORDS);
                fault.accept(brokers.broker(2));
                brokers.broker(2).awaitReady();
                load.awaitMore(RECORDS);
            }
        }

        // then
        LOG.info("the slowest record took {} ms", load.longest().toMillis());
        load.assertAllIsThereOnce(official);
    }
}
