package dev.ottla.it.admin;

import static dev.ottla.it.admin.AdminsSideBySide.unique;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ottla.admin.CreatedTopic;
import dev.ottla.admin.DeletedTopic;
import dev.ottla.admin.NewTopic;
import dev.ottla.admin.PartitionDescription;
import dev.ottla.admin.Results;
import dev.ottla.admin.TopicDescription;
import dev.ottla.admin.TopicListing;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.KafkaException;
import dev.ottla.errors.Outcome;
import dev.ottla.testkit.RealKafka;
import dev.ottla.testkit.RealKafkaTest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("jdk")
@RealKafkaTest
class TopicOperationsTest {
    private AdminsSideBySide admins;

    @BeforeEach
    void connect(RealKafka kafka) {
        admins = new AdminsSideBySide(kafka);
    }

    @AfterEach
    void close() {
        admins.close();
    }

    private org.apache.kafka.clients.admin.TopicDescription described(String topic)
            throws ExecutionException, InterruptedException {
        return admins.oracle
                .describeTopics(List.of(topic))
                .allTopicNames()
                .get()
                .get(topic);
    }

    @Test
    void should_create_topics_that_the_official_client_finds() throws Exception {
        String sized = unique("sized");
        String assigned = unique("assigned");

        Map<String, CreatedTopic> created = admins.admin
                .topics()
                .create(
                        NewTopic.of(sized).partitions(3).replicationFactor(1).config("retention.ms", "604800000"),
                        NewTopic.of(assigned).assignments(Map.of(0, List.of(1), 1, List.of(1))))
                .join()
                .all();

        admins.awaitTopic(sized);
        admins.awaitTopic(assigned);
        assertThat(described(sized).partitions()).hasSize(3);
        assertThat(described(assigned).partitions()).hasSize(2);
        assertThat(created.get(sized).topicId().orElseThrow())
                .hasToString(described(sized).topicId().toString());
        assertThat(created.get(sized).numPartitions()).hasValue(3);
        assertThat(created.get(sized).replicationFactor()).hasValue(1);
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, sized);
        assertThat(admins.oracle
                        .describeConfigs(List.of(resource))
                        .all()
                        .get()
                        .get(resource)
                        .get("retention.ms")
                        .value())
                .isEqualTo("604800000");
    }

    @Test
    void should_create_a_topic_with_the_brokers_defaults() {
        String topic = unique("default");

        CreatedTopic created =
                admins.admin.topics().create(NewTopic.of(topic)).join().get(topic);

        assertThat(created.numPartitions()).hasValue(1);
        assertThat(created.replicationFactor()).hasValue(1);
    }

    @Test
    void should_tell_for_each_topic_why_it_was_not_created() {
        String existing = admins.topic(1, 1);
        String fresh = unique("fresh");
        String crowded = unique("crowded");
        String misconfigured = unique("misconfigured");
        String elsewhere = unique("elsewhere");

        Results<String, CreatedTopic> results = admins.admin
                .topics()
                .create(
                        NewTopic.of(existing),
                        NewTopic.of(fresh),
                        NewTopic.of(crowded).replicationFactor(2),
                        NewTopic.of(misconfigured).config("no.such.key", "1"),
                        NewTopic.of(elsewhere).assignments(Map.of(0, List.of(99))))
                .join();

        assertThat(results.values()).containsOnlyKeys(fresh);
        assertThat(results.failures().get(existing).code()).isEqualTo(ErrorCode.TOPIC_ALREADY_EXISTS);
        assertThat(results.failures().get(crowded).code()).isEqualTo(ErrorCode.INVALID_REPLICATION_FACTOR);
        assertThat(results.failures().get(misconfigured).code()).isEqualTo(ErrorCode.INVALID_CONFIG);
        assertThat(results.failures().get(elsewhere).code()).isEqualTo(ErrorCode.INVALID_REPLICA_ASSIGNMENT);
        assertThat(results.failures().values()).allSatisfy(failure -> {
            assertThat(failure.outcome()).isEqualTo(Outcome.REJECTED);
            assertThat(failure.details().brokerMessage()).isPresent();
        });
    }

    @Test
    void should_validate_without_creating() throws Exception {
        String topic = unique("validated");
        String existing = admins.topic(1, 1);

        Results<String, CreatedTopic> results = admins.admin
                .topics()
                .validate(NewTopic.of(topic).partitions(5), NewTopic.of(existing))
                .join();

        assertThat(results.get(topic).numPartitions()).hasValue(5);
        assertThat(results.get(topic).topicId()).isEmpty();
        assertThat(results.failures().get(existing).code()).isEqualTo(ErrorCode.TOPIC_ALREADY_EXISTS);
        assertThat(admins.oracle.listTopics().names().get()).contains(existing).doesNotContain(topic);
    }

    @Test
    void should_delete_topics() throws Exception {
        String topic = admins.topic(2, 1);
        String unknown = unique("unknown");
        String topicId = described(topic).topicId().toString();

        Results<String, DeletedTopic> results =
                admins.admin.topics().delete(topic, unknown).join();

        assertThat(results.get(topic).topicId().orElseThrow()).hasToString(topicId);
        assertThat(results.failures().get(unknown).code()).isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        await().atMost(Duration.ofSeconds(10))
                .until(() -> !admins.oracle.listTopics().names().get().contains(topic));
    }

    @Test
    void should_list_what_the_official_client_lists() throws Exception {
        String group = unique("group");
        String topic = admins.topic(1, 1);
        admins.member(group, "classic", topic).close();

        List<TopicListing> listed = admins.admin.topics().list().join();

        assertThat(listed).anySatisfy(listing -> {
            assertThat(listing.name()).isEqualTo("__consumer_offsets");
            assertThat(listing.internal()).isTrue();
        });
        Map<String, org.apache.kafka.clients.admin.TopicListing> expected = admins.oracle
                .listTopics(new ListTopicsOptions().listInternal(true))
                .namesToListings()
                .get();
        assertThat(listed)
                .extracting(TopicListing::name)
                .containsExactlyElementsOf(expected.keySet().stream().sorted().toList());
        assertThat(listed).allSatisfy(listing -> {
            assertThat(listing.internal())
                    .isEqualTo(expected.get(listing.name()).isInternal());
            assertThat(listing.topicId().orElseThrow())
                    .hasToString(expected.get(listing.name()).topicId().toString());
        });
    }

    @Test
    void should_describe_what_the_official_client_describes() throws Exception {
        String topic = admins.topic(4, 1);

        TopicDescription description =
                admins.admin.topics().describe(topic).join().get(topic);

        org.apache.kafka.clients.admin.TopicDescription expected = described(topic);
        assertThat(description.name()).isEqualTo(expected.name());
        assertThat(description.topicId().orElseThrow())
                .hasToString(expected.topicId().toString());
        assertThat(description.internal()).isFalse();
        assertThat(description.partitions()).hasSameSizeAs(expected.partitions());
        for (TopicPartitionInfo partition : expected.partitions()) {
            PartitionDescription ours = description.partitions().get(partition.partition());
            assertThat(ours.partition()).isEqualTo(partition.partition());
            assertThat(ours.leaderId()).hasValue(partition.leader().id());
            assertThat(ours.leaderEpoch()).hasValue(0);
            assertThat(ours.replicaNodes()).isEqualTo(ids(partition.replicas()));
            assertThat(ours.isrNodes()).isEqualTo(ids(partition.isr()));
            assertThat(ours.offlineReplicas()).isEmpty();
        }
    }

    private static List<Integer> ids(List<Node> nodes) {
        return nodes.stream().map(Node::id).toList();
    }

    @Test
    void should_fail_quickly_for_an_unknown_topic_and_not_create_it() throws Exception {
        String topic = admins.topic(1, 1);
        String unknown = unique("unknown");

        Results<String, TopicDescription> results =
                admins.admin.topics().describe(topic, unknown).get(20, TimeUnit.SECONDS);

        assertThat(results.values()).containsOnlyKeys(topic);
        KafkaException failure = results.failures().get(unknown);
        assertThat(failure.code()).isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(failure).hasMessageContaining(unknown);
        assertThat(admins.oracle.listTopics().names().get()).doesNotContain(unknown);
    }
}
