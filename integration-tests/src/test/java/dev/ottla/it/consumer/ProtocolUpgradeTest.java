package dev.ottla.it.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.consumer.Consumer;
import dev.ottla.serialization.Deserializers;
import dev.ottla.testkit.RealKafka;
import dev.ottla.testkit.RealKafkaTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** A classic group of Ottla and kafka-clients whose members change to the consumer protocol one by one, while they read. */
@RealKafkaTest
class ProtocolUpgradeTest extends ConnectedTest {
    private static final int PARTITIONS = 6;
    private static final int RECORDS = 60;
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final Map<String, String> CLASSIC = Map.of("heartbeat.interval.ms", "200");

    private final String group = "g-" + UUID.randomUUID();

    /** Those that have left too. */
    private final List<SharingMember> all = new ArrayList<>();

    private final List<SharingMember> members = new ArrayList<>();
    private String topic;
    private int written;

    ProtocolUpgradeTest(RealKafka kafka) {
        super(kafka);
    }

    private Map<String, String> config(Map<String, String> more) {
        Map<String, String> config = new HashMap<>(more);
        config.put("group.id", group);
        config.put("auto.offset.reset", "earliest");
        config.put("enable.auto.commit", "false");
        return config;
    }

    private SharingMember joinOurs(Map<String, String> more) {
        return join(SharingMember.ottla(Consumer.builder(client)
                .config(config(more))
                .topics(topic)
                .keyDeserializer(Deserializers.utf8())
                .valueDeserializer(Deserializers.utf8())));
    }

    private SharingMember joinTheirs(Map<String, String> more) {
        return join(SharingMember.official(official.consumer(config(more)), topic));
    }

    private SharingMember join(SharingMember member) {
        members.add(member);
        all.add(member);
        writeAndShare();
        return member;
    }

    private void leave(SharingMember member) {
        members.remove(member);
        member.close();
        writeAndShare();
    }

    /** Some records come while the members share the partitions anew, and all are read. */
    private void writeAndShare() {
        try (KafkaProducer<String, String> producer = official.producer(Map.of())) {
            for (int last = written + RECORDS; written < last; written++) {
                producer.send(new ProducerRecord<>(topic, written % PARTITIONS, "k", "v" + written));
            }
        }
        SharingMember.untilShared(members, PARTITIONS / members.size());
        long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
        while (distinct().size() < written) {
            assertThat(System.nanoTime() - deadlineNanos)
                    .as("%s of %s read", distinct().size(), written)
                    .isNegative();
            members.forEach(SharingMember::poll);
        }
    }

    private Set<String> distinct() {
        return new HashSet<>(SharingMember.values(all));
    }

    private GroupView view() throws Exception {
        try (Admin admin = official.admin()) {
            return GroupView.of(admin, group);
        }
    }

    @Test
    void should_read_everything_and_keep_what_is_committed() throws Exception {
        // given
        topic = official.createTopic(PARTITIONS);
        SharingMember theirs = joinTheirs(CLASSIC);
        SharingMember ours = joinOurs(CLASSIC);
        assertThat(view().type()).isEqualTo("Classic");

        try {
            // when
            joinOurs(Map.of("group.protocol", "auto"));
            assertThat(view().type()).isEqualTo("Consumer");
            leave(ours);
            joinTheirs(Map.of("group.protocol", "consumer"));
            leave(theirs);

            // then
            assertThat(distinct()).isEqualTo(new HashSet<>(Polling.numbered(0, written)));
            if (all.stream().noneMatch(member -> member.mayRepeat)) {
                assertThat(SharingMember.values(all)).doesNotHaveDuplicates();
            }
            members.forEach(SharingMember::close);
            assertThat(view().committed()).isEqualTo(written);
        } finally {
            all.forEach(SharingMember::close);
        }
    }
}
