package dev.ottla.it.admin;

import static dev.ottla.it.admin.AdminsSideBySide.unique;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.admin.GroupDescription;
import dev.ottla.admin.GroupFilter;
import dev.ottla.admin.GroupListing;
import dev.ottla.admin.GroupState;
import dev.ottla.admin.GroupType;
import dev.ottla.common.TopicPartition;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.UnsupportedVersionException;
import dev.ottla.testkit.RealKafka;
import dev.ottla.testkit.RealKafkaTest;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Kafka 3.3 knows neither the new consumer groups nor types of groups. */
@RealKafkaTest(version = "3.3.2")
class OldBrokerTest {
    private AdminsSideBySide admins;

    @BeforeEach
    void connect(RealKafka kafka) {
        admins = new AdminsSideBySide(kafka);
    }

    @AfterEach
    void close() {
        admins.close();
    }

    @Test
    void should_do_what_the_broker_can_and_say_what_it_can_not() throws Exception {
        String topic = admins.topic(1, 1);
        String group = unique("group");
        admins.produce(topic, 0, 3);

        try (KafkaConsumer<byte[], byte[]> member = admins.member(group, "classic", topic)) {
            // Without a position there is nothing to commit yet.
            member.position(new org.apache.kafka.common.TopicPartition(topic, 0));
            member.commitSync();
            long committed = admins.admin
                    .groups()
                    .offsets(group)
                    .join()
                    .get(new TopicPartition(topic, 0))
                    .offset();
            GroupDescription description =
                    admins.admin.groups().describe(group).join().get(group);

            assertThat(description.state()).isEqualTo(GroupState.STABLE);
            assertThat(description.members().get(0).assignment()).containsExactly(new TopicPartition(topic, 0));
            assertThat(admins.admin
                            .groups()
                            .lag(group)
                            .join()
                            .get(new TopicPartition(topic, 0))
                            .lag())
                    .hasValue(3 - committed);
            assertThat(admins.admin
                            .groups()
                            .list(GroupFilter.ALL.types(GroupType.CLASSIC))
                            .join()
                            .all())
                    .contains(new GroupListing(group, GroupType.UNKNOWN, GroupState.STABLE, "consumer"));
        }
        assertThatThrownBy(() -> admins.admin
                        .groups()
                        .list(GroupFilter.ALL.types(GroupType.CONSUMER))
                        .join()
                        .all())
                .isInstanceOf(UnsupportedVersionException.class);
        assertThat(admins.admin
                        .groups()
                        .describe("none")
                        .join()
                        .failures()
                        .get("none")
                        .code())
                .isEqualTo(ErrorCode.GROUP_ID_NOT_FOUND);
        assertThat(admins.admin.topics().delete(topic).join().all()).containsKey(topic);
    }
}
