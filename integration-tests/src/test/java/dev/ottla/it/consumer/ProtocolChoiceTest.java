package dev.ottla.it.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.common.TopicPartition;
import dev.ottla.config.GroupProtocol;
import dev.ottla.consumer.Consumer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.GroupType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Members that take the consumer protocol where they get it ({@code group.protocol=auto}). */
@Timeout(60)
class ProtocolChoiceTest {

    @RegisterExtension
    static final FakeGroup GROUP = new FakeGroup();

    private static GroupType type() throws Exception {
        try (Admin admin = GROUP.official().admin()) {
            return admin.describeConsumerGroups(List.of(GROUP.group()))
                    .all()
                    .get(40, TimeUnit.SECONDS)
                    .get(GROUP.group())
                    .type();
        }
    }

    @Test
    void should_form_a_group_of_the_consumer_protocol() throws Exception {
        // given
        String topic = GROUP.topic(2, 5);

        // when
        try (Consumer<String, String> member =
                GROUP.member(topic).groupProtocol(GroupProtocol.AUTO).build()) {
            assertThat(Polling.records(member, 10)).hasSize(10);

            // then
            assertThat(type()).isEqualTo(GroupType.CONSUMER);
        }
    }

    /** The cluster in memory converts none that has members. */
    @Test
    void should_join_a_classic_group_that_is_not_converted() throws Exception {
        // given
        String topic = GROUP.topic(2, 5);
        try (Consumer<String, String> classic =
                        GROUP.member(topic).groupProtocol(GroupProtocol.CLASSIC).build();
                Consumer<String, String> member =
                        GROUP.member(topic).groupProtocol(GroupProtocol.AUTO).build()) {
            Polling.until(classic, () -> classic.assignment().size() == 2, new ArrayList<>());

            // when
            Polling.until(
                    member,
                    () -> {
                        classic.poll(Duration.ofMillis(20));
                        return member.assignment().size() == 1
                                && classic.assignment().size() == 1;
                    },
                    new ArrayList<>());

            // then
            Set<TopicPartition> both = new HashSet<>(member.assignment());
            both.addAll(classic.assignment());
            assertThat(both).hasSize(2);
            assertThat(type()).isEqualTo(GroupType.CLASSIC);
            member.commit();
        }
    }
}
