package dev.ottla.it.admin;

import static dev.ottla.it.admin.AdminsSideBySide.unique;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.ottla.admin.Done;
import dev.ottla.admin.GroupDescription;
import dev.ottla.admin.GroupFilter;
import dev.ottla.admin.GroupListing;
import dev.ottla.admin.GroupState;
import dev.ottla.admin.GroupType;
import dev.ottla.admin.MemberDescription;
import dev.ottla.admin.PartitionLag;
import dev.ottla.admin.Results;
import dev.ottla.common.OffsetAndMetadata;
import dev.ottla.common.TopicPartition;
import dev.ottla.config.IsolationLevel;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.KafkaException;
import dev.ottla.testkit.RealKafka;
import dev.ottla.testkit.RealKafkaTest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@RealKafkaTest
class GroupOperationsTest {
    private AdminsSideBySide admins;

    @BeforeEach
    void connect(RealKafka kafka) {
        admins = new AdminsSideBySide(kafka);
    }

    @AfterEach
    void close() {
        admins.close();
    }

    private static void commit(KafkaConsumer<byte[], byte[]> member, String topic, int partition, long offset) {
        member.commitSync(Map.of(
                new org.apache.kafka.common.TopicPartition(topic, partition),
                new org.apache.kafka.clients.consumer.OffsetAndMetadata(offset, "note")));
    }

    private ConsumerGroupDescription described(String group) throws ExecutionException, InterruptedException {
        return admins.oracle.describeConsumerGroups(List.of(group)).all().get().get(group);
    }

    @Test
    void should_list_what_the_official_client_lists() throws Exception {
        String topic = admins.topic(1, 1);
        String classic = unique("classic");
        String consumer = unique("consumer");
        String empty = unique("empty");
        try (KafkaConsumer<byte[], byte[]> left = admins.member(empty, "classic", topic)) {
            commit(left, topic, 0, 0);
        }

        try (KafkaConsumer<byte[], byte[]> first = admins.member(classic, "classic", topic);
                KafkaConsumer<byte[], byte[]> second = admins.member(consumer, "consumer", topic)) {
            List<GroupListing> all = admins.admin.groups().list().join().all();

            Map<String, String> expected = admins.oracle.listGroups().all().get().stream()
                    .collect(Collectors.toMap(
                            org.apache.kafka.clients.admin.GroupListing::groupId,
                            group -> group.type().orElseThrow().toString()));
            assertThat(all)
                    .extracting(GroupListing::groupId)
                    .containsExactlyElementsOf(
                            expected.keySet().stream().sorted().toList());
            assertThat(all)
                    .allSatisfy(
                            group -> assertThat(group.type().protocolName()).isEqualTo(expected.get(group.groupId())));
            assertThat(listed(GroupFilter.ALL.types(GroupType.CONSUMER)))
                    .contains(consumer)
                    .doesNotContain(classic, empty);
            assertThat(listed(GroupFilter.ALL.states(GroupState.EMPTY)))
                    .contains(empty)
                    .doesNotContain(classic, consumer);
            assertThat(listed(GroupFilter.ALL.protocolTypes("connect"))).isEmpty();
            assertThat(second.assignment()).isEqualTo(first.assignment());
        }
    }

    private List<String> listed(GroupFilter filter) {
        return admins.admin.groups().list(filter).join().all().stream()
                .map(GroupListing::groupId)
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void should_describe_what_the_official_client_describes(String protocol) throws Exception {
        String topic = admins.topic(3, 1);
        String group = unique("group");

        try (KafkaConsumer<byte[], byte[]> member = admins.member(group, protocol, topic)) {
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> admins.admin
                                    .groups()
                                    .describe(group)
                                    .join()
                                    .get(group)
                                    .state()
                            == GroupState.STABLE);
            GroupDescription description =
                    admins.admin.groups().describe(group).join().get(group);

            ConsumerGroupDescription expected = described(group);
            assertThat(description.type().protocolName())
                    .isEqualTo(expected.type().toString());
            assertThat(description.state().protocolName())
                    .isEqualTo(expected.groupState().toString());
            assertThat(description.assignorName()).isEqualTo(expected.partitionAssignor());
            assertThat(description.coordinator().id())
                    .isEqualTo(expected.coordinator().id());
            assertThat(description.coordinator().port())
                    .isEqualTo(expected.coordinator().port());
            assertThat(description.protocolType()).isEqualTo("consumer");
            assertThat(description.members()).hasSize(1);
            MemberDescription ours = description.members().get(0);
            org.apache.kafka.clients.admin.MemberDescription theirs =
                    expected.members().iterator().next();
            assertThat(ours.memberId()).isEqualTo(theirs.consumerId());
            assertThat(ours.clientId()).isEqualTo(theirs.clientId()).isEqualTo("member-of-" + group);
            assertThat(ours.clientHost()).isEqualTo(theirs.host());
            assertThat(ours.assignment())
                    .isEqualTo(own(theirs.assignment().topicPartitions()))
                    .isEqualTo(own(member.assignment()))
                    .hasSize(3);
            assertThat(ours.memberEpoch().isPresent()).isEqualTo(protocol.equals("consumer"));
        }
    }

    private static Set<TopicPartition> own(Set<org.apache.kafka.common.TopicPartition> partitions) {
        return partitions.stream()
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .collect(Collectors.toSet());
    }

    @Test
    void should_say_which_groups_do_not_exist() {
        String topic = admins.topic(1, 1);
        String group = unique("group");
        String unknown = unique("unknown");

        try (KafkaConsumer<byte[], byte[]> member = admins.member(group, "classic", topic)) {
            Results<String, GroupDescription> results =
                    admins.admin.groups().describe(unknown, group).join();

            assertThat(results.values()).containsOnlyKeys(group);
            assertThat(results.failures().get(unknown).code()).isEqualTo(ErrorCode.GROUP_ID_NOT_FOUND);
            assertThat(member.assignment()).isNotEmpty();
        }
    }

    @Test
    void should_read_the_offsets_that_the_official_client_reads() throws Exception {
        String topic = admins.topic(3, 1);
        String group = unique("group");
        admins.produce(topic, 0, 5);
        admins.produce(topic, 2, 5);
        try (KafkaConsumer<byte[], byte[]> member = admins.member(group, "classic", topic)) {
            commit(member, topic, 0, 3);
            commit(member, topic, 2, 5);
        }

        Map<TopicPartition, OffsetAndMetadata> offsets =
                admins.admin.groups().offsets(group).join().all();

        Map<org.apache.kafka.common.TopicPartition, org.apache.kafka.clients.consumer.OffsetAndMetadata> expected =
                admins.oracle
                        .listConsumerGroupOffsets(group)
                        .partitionsToOffsetAndMetadata()
                        .get();
        assertThat(offsets.keySet()).isEqualTo(own(expected.keySet())).hasSize(2);
        expected.forEach((partition, offset) -> {
            OffsetAndMetadata ours = offsets.get(new TopicPartition(partition.topic(), partition.partition()));
            assertThat(ours.offset()).isEqualTo(offset.offset());
            assertThat(ours.metadata()).isEqualTo("note");
            assertThat(ours.leaderEpoch().isPresent())
                    .isEqualTo(offset.leaderEpoch().isPresent());
        });
    }

    @Test
    void should_read_no_offsets_of_a_group_that_does_not_exist() {
        assertThat(admins.admin.groups().offsets(unique("unknown")).join().all())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void should_tell_how_far_a_group_is_behind(String protocol) throws Exception {
        String topic = admins.topic(2, 1);
        String group = unique("group");
        admins.produce(topic, 0, 10);
        admins.produce(topic, 1, 3);

        try (KafkaConsumer<byte[], byte[]> member = admins.member(group, protocol, topic)) {
            commit(member, topic, 0, 4);
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> admins.admin
                                    .groups()
                                    .describe(group)
                                    .join()
                                    .get(group)
                                    .state()
                            == GroupState.STABLE);

            Map<TopicPartition, PartitionLag> lags =
                    admins.admin.groups().lag(group).join().all();

            assertThat(lags).hasSize(2);
            PartitionLag first = lags.get(new TopicPartition(topic, 0));
            assertThat(first.committed().orElseThrow().offset()).isEqualTo(4);
            assertThat(first.endOffset()).isEqualTo(10);
            assertThat(first.lag()).hasValue(6);
            assertThat(first.member().orElseThrow().clientId()).isEqualTo("member-of-" + group);
            PartitionLag second = lags.get(new TopicPartition(topic, 1));
            assertThat(second.endOffset()).isEqualTo(3);
            assertThat(second.lag()).isEmpty();
            assertThat(second.member()).isPresent();
        }
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            Map<TopicPartition, PartitionLag> lags =
                    admins.admin.groups().lag(group).join().all();
            assertThat(lags).containsOnlyKeys(new TopicPartition(topic, 0));
            assertThat(lags.get(new TopicPartition(topic, 0)).member()).isEmpty();
        });
    }

    @Test
    void should_count_up_to_the_last_stable_offset_when_asked_to() throws Exception {
        String topic = admins.topic(1, 1);
        TopicPartition partition = new TopicPartition(topic, 0);
        String group = unique("group");
        admins.produce(topic, 0, 2);
        try (KafkaConsumer<byte[], byte[]> member = admins.member(group, "classic", topic)) {
            commit(member, topic, 0, 1);
        }

        try (KafkaProducer<byte[], byte[]> producer = admins.producer(Map.of("transactional.id", unique("txn")))) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(topic, 0, null, new byte[1])).get();

            assertThat(admins.admin
                            .groups()
                            .lag(group, IsolationLevel.READ_COMMITTED)
                            .join()
                            .get(partition)
                            .lag())
                    .hasValue(1);
            assertThat(admins.admin
                            .groups()
                            .lag(group, IsolationLevel.READ_UNCOMMITTED)
                            .join()
                            .get(partition)
                            .lag())
                    .hasValue(2);
            producer.abortTransaction();
        }
    }

    @Test
    void should_not_tell_the_lag_of_a_group_that_does_not_exist() {
        assertThatThrownBy(() -> admins.admin.groups().lag(unique("unknown")).join())
                .cause()
                .isInstanceOfSatisfying(
                        KafkaException.class,
                        failure -> assertThat(failure.code()).isEqualTo(ErrorCode.GROUP_ID_NOT_FOUND));
    }

    @Test
    void should_delete_only_groups_without_members() throws Exception {
        String topic = admins.topic(1, 1);
        String busy = unique("busy");
        String left = unique("left");
        String unknown = unique("unknown");
        try (KafkaConsumer<byte[], byte[]> gone = admins.member(left, "classic", topic)) {
            commit(gone, topic, 0, 0);
        }

        try (KafkaConsumer<byte[], byte[]> member = admins.member(busy, "classic", topic)) {
            Results<String, Done> results =
                    admins.admin.groups().delete(busy, left, unknown).join();

            assertThat(results.values()).containsOnlyKeys(left);
            assertThat(results.failures().get(busy).code()).isEqualTo(ErrorCode.NON_EMPTY_GROUP);
            assertThat(results.failures().get(unknown).code()).isEqualTo(ErrorCode.GROUP_ID_NOT_FOUND);
            assertThat(member.assignment()).isNotEmpty();
        }
        assertThat(listed(GroupFilter.ALL)).doesNotContain(left);
    }
}
