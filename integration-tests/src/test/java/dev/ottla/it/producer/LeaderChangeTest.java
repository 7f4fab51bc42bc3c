package dev.ottla.it.producer;

import dev.ottla.KafkaClient;
import dev.ottla.producer.Producer;
import dev.ottla.serialization.Serializers;
import dev.ottla.testkit.RealBroker;
import dev.ottla.testkit.RealKafka;
import dev.ottla.testkit.RealKafkaTest;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

@RealKafkaTest(brokers = 3)
class LeaderChangeTest {
    private static final int PARTITIONS = 6;

    private final RealKafka brokers;
    private final OfficialConsumer official;
    private final String topic = "leaders-" + UUID.randomUUID();

    LeaderChangeTest(RealKafka brokers) {
        this.brokers = brokers;
        this.official = new OfficialConsumer(brokers);
    }

    @Test
    void should_lose_nothing_and_keep_the_order_when_leaders_are_killed() throws Exception {
        assertNothingIsLost(RealBroker::kill);
    }

    @Test
    void should_lose_nothing_and_keep_the_order_when_leaders_stop_in_good_order() throws Exception {
        assertNothingIsLost(RealBroker::stop);
    }

    private void assertNothingIsLost(Consumer<RealBroker> fault) throws Exception {
        // given
        official.createTopic(topic, PARTITIONS, 3, Map.of("min.insync.replicas", "2"));
        NumberedLoad load;

        // when
        try (KafkaClient kafka = KafkaClient.connect(brokers.bootstrapServers());
                Producer<String, String> producer = Producer.builder(kafka)
                        .keySerializer(Serializers.utf8())
                        .valueSerializer(Serializers.utf8())
                        .build()) {
            load = new NumberedLoad(producer, topic, PARTITIONS);
            try (load) {
                load.awaitMore(200);
                fault.accept(brokers.broker(2));
                load.awaitMore(200);
                brokers.broker(2).start();
                brokers.broker(2).awaitReady();
                load.awaitMore(200);
            }
        }

        // then
        load.assertNothingIsLost(official);
    }
}
