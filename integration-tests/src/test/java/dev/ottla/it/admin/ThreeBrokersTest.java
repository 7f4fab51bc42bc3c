package dev.ottla.it.admin;

import static dev.ottla.it.admin.AdminsSideBySide.unique;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ottla.admin.GroupDescription;
import dev.ottla.admin.GroupListing;
import dev.ottla.admin.PartitionLag;
import dev.ottla.common.TopicPartition;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.KafkaException;
import dev.ottla.testkit.RealKafka;
import dev.ottla.testkit.RealKafkaTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.TopicPartitionInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@RealKafkaTest(brokers = 3)
class ThreeBrokersTest {
    private AdminsSideBySide admins;

    @BeforeEach
    void connect(RealKafka kafka) {
        admins = new AdminsSideBySide(kafka);
    }

    @AfterEach
    void close() {
        admins.close();
    }

    /** A group that exists because the official client has committed offset 0 of all partitions for it. */
    private String group(String topic, int partitions) throws Exception {
        String group = unique("group");
        Map<org.apache.kafka.common.TopicPartition, OffsetAndMetadata> offsets = IntStream.range(0, partitions)
                .mapToObj(partition -> new org.apache.kafka.common.TopicPartition(topic, partition))
                .collect(Collectors.toMap(partition -> partition, partition -> new OffsetAndMetadata(0)));
        admins.oracle.alterConsumerGroupOffsets(group, offsets).all().get();
        return group;
    }

    /** Where a broker was down before, its partitions stay with the others until they are given back. */
    private void spreadCoordinators() {
        String offsets = "__consumer_offsets";
        await().atMost(Duration.ofSeconds(60)).ignoreExceptions().until(() -> {
            List<TopicPartitionInfo> partitions = admins.oracle
                    .describeTopics(List.of(offsets))
                    .allTopicNames()
                    .get()
                    .get(offsets)
                    .partitions();
            if (partitions.stream().map(TopicPartitionInfo::leader).distinct().count() > 1) {
                return true;
            }
            Set<org.apache.kafka.common.TopicPartition> all = partitions.stream()
                    .map(info -> new org.apache.kafka.common.TopicPartition(offsets, info.partition()))
                    .collect(Collectors.toSet());
            admins.oracle.electLeaders(ElectionType.PREFERRED, all).partitions().get();
            return false;
        });
    }

    @Test
    void should_ask_all_coordinators_and_all_leaders() throws Exception {
        String topic = admins.topic(6, 3);
        List<String> groups = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            groups.add(group(topic, 6));
        }
        for (int partition = 0; partition < 6; partition++) {
            admins.produce(topic, partition, partition);
        }
        spreadCoordinators();

        // Who has just become a coordinator knows its groups a moment later.
        await().atMost(Duration.ofSeconds(60))
                .until(() -> admins.admin.groups().list().join().all().stream()
                        .map(GroupListing::groupId)
                        .toList()
                        .containsAll(groups));
        List<GroupListing> listed = admins.admin.groups().list().join().all();
        Map<String, GroupDescription> described =
                admins.admin.groups().describe(groups).join().all();
        Map<TopicPartition, PartitionLag> lags =
                admins.admin.groups().lag(groups.get(0)).join().all();

        assertThat(listed)
                .extracting(GroupListing::groupId)
                .doesNotHaveDuplicates()
                .containsAll(groups);
        assertThat(described.keySet()).containsExactlyElementsOf(groups);
        assertThat(described.values().stream()
                        .map(group -> group.coordinator().id())
                        .distinct())
                .hasSizeGreaterThan(1);
        assertThat(lags).hasSize(6);
        lags.forEach((partition, lag) -> assertThat(lag.lag()).hasValue(partition.partition()));
    }

    @Test
    void should_find_the_new_leaders_and_the_new_coordinator_when_a_broker_dies(RealKafka kafka) throws Exception {
        String group = group(admins.topic(6, 3), 6);
        int coordinator = coordinator(group);

        kafka.broker(coordinator).kill();
        try {
            // A new coordinator answers from what is below its high watermark, which lags behind for a moment: until
            // then it does not know the group.
            await().atMost(Duration.ofSeconds(60))
                    .ignoreExceptionsMatching(ThreeBrokersTest::isNotYet)
                    .untilAsserted(() -> {
                        assertThat(admins.admin.groups().lag(group).join().all())
                                .hasSize(6);
                        assertThat(coordinator(group)).isNotEqualTo(coordinator);
                    });
        } finally {
            kafka.broker(coordinator).restart();
        }
    }

    private static boolean isNotYet(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof KafkaException known
                && (known.code().isRetriable() || known.code() == ErrorCode.GROUP_ID_NOT_FOUND);
    }

    private int coordinator(String group) {
        return admins.admin
                .groups()
                .describe(group)
                .join()
                .get(group)
                .coordinator()
                .id();
    }
}
