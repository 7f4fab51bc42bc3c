package dev.ottla.it.conformance;

import dev.ottla.internal.protocol.Wire;
import dev.ottla.internal.protocol.message.ApiKey;
import dev.ottla.internal.protocol.message.ApiVersionsRequest;
import dev.ottla.internal.protocol.message.ApiVersionsResponse;
import dev.ottla.internal.protocol.message.CreatePartitionsRequest;
import dev.ottla.internal.protocol.message.CreatePartitionsRequest.CreatePartitionsTopic;
import dev.ottla.internal.protocol.message.CreateTopicsRequest.CreatableTopicConfig;
import dev.ottla.internal.protocol.message.DeleteTopicsRequest;
import dev.ottla.internal.protocol.message.DeleteTopicsRequest.DeleteTopicState;
import dev.ottla.internal.protocol.message.DescribeClusterRequest;
import dev.ottla.internal.protocol.message.DescribeConfigsRequest;
import dev.ottla.internal.protocol.message.DescribeConfigsRequest.DescribeConfigsResource;
import dev.ottla.internal.protocol.message.DescribeTopicPartitionsRequest;
import dev.ottla.internal.protocol.message.DescribeTopicPartitionsRequest.TopicRequest;
import dev.ottla.internal.protocol.message.FindCoordinatorRequest;
import dev.ottla.internal.protocol.message.IncrementalAlterConfigsRequest;
import dev.ottla.internal.protocol.message.IncrementalAlterConfigsRequest.AlterConfigsResource;
import dev.ottla.internal.protocol.message.IncrementalAlterConfigsRequest.AlterableConfig;
import dev.ottla.internal.protocol.message.ListGroupsRequest;
import dev.ottla.internal.protocol.message.MetadataRequest;
import dev.ottla.internal.protocol.message.MetadataRequest.MetadataRequestTopic;
import dev.ottla.internal.protocol.message.SaslAuthenticateRequest;
import dev.ottla.internal.protocol.message.SaslHandshakeRequest;
import dev.ottla.testkit.KafkaApi;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** ApiVersions, Metadata, topics and their settings. */
final class AdminScripts {
    private static final byte TOPIC = 2;
    private static final byte SET = 0;
    private static final byte DELETE = 1;
    private static final byte APPEND = 2;

    private AdminScripts() {}

    static void versions(Scene scene) {
        scene.begin("versions");
        List<Short> served = Arrays.stream(KafkaApi.values())
                .map(api -> ApiKey.valueOf(api.name()).id())
                .toList();
        ApiVersionsResponse answer = scene.quietly(new ApiVersionsRequest("conformance", "1"));
        scene.note(
                "APIs that the in-memory cluster serves (API_VERSIONS)",
                answer.apiKeys().stream()
                        .filter(each -> served.contains(each.apiKey()))
                        .map(each -> ApiKey.forId(each.apiKey()) + " " + each.minVersion() + "-" + each.maxVersion())
                        .sorted()
                        .collect(Collectors.joining(", ")));
        scene.note(
                "features (API_VERSIONS)",
                answer.finalizedFeatures().stream()
                        .filter(each ->
                                List.of("group.version", "transaction.version").contains(each.name()))
                        .map(each -> each.name() + " " + each.maxVersionLevel())
                        .sorted()
                        .collect(Collectors.joining(", ")));
        scene.note(
                "illegal software name (API_VERSIONS)",
                Short.toString(scene.quietly(new ApiVersionsRequest("-", "1")).errorCode()));
    }

    static void topics(Scene scene) {
        scene.begin("topics");
        String topic = "conformance-topics";
        scene.ask("create", Requests.createTopic(topic, 2, 1));
        scene.ask("create again", Requests.createTopic(topic, 2, 1));
        scene.ask("illegal name", Requests.createTopic("a b", 2, 1));
        scene.ask("colliding name", Requests.createTopic("conformance.topics", 2, 1));
        scene.ask("no partitions", Requests.createTopic("conformance-other", 0, 1));
        scene.ask("too many replicas", Requests.createTopic("conformance-other", 1, 2));
        scene.ask(
                "unknown setting",
                Requests.createTopic("conformance-other", 1, 1, new CreatableTopicConfig("odd", "1")));
        scene.ask(
                "illegal value",
                Requests.createTopic("conformance-other", 1, 1, new CreatableTopicConfig("retention.ms", "long")));
        UUID id = Requests.topic(scene, topic, 2);
        scene.ask("describe", Requests.metadata(topic));
        scene.ask("describe by id", byId(id));
        scene.ask("describe by an unknown id", byId(new UUID(7, 7)));
        scene.ask("describe an unknown one", Requests.metadata("nowhere"));
        scene.ask("describe an illegal name", Requests.metadata("a b"));
        scene.ask("describe in an old version", Requests.metadata(topic), 4);
        scene.ask(
                "describe partitions",
                new DescribeTopicPartitionsRequest(
                        List.of(new TopicRequest("nowhere"), new TopicRequest(topic)), 100, null));
        scene.ask(
                "describe a page of partitions",
                new DescribeTopicPartitionsRequest(List.of(new TopicRequest(topic)), 1, null));
        scene.ask("more partitions", partitions(topic, 3));
        scene.ask("as many partitions", partitions(topic, 3));
        scene.ask("fewer partitions", partitions(topic, 1));
        scene.ask("more partitions of an unknown one", partitions("nowhere", 3));
        scene.ask("delete an unknown one", delete("nowhere"));
        scene.ask("delete", delete(topic));
        scene.until(Requests.metadata(topic), answer -> answer.topics().get(0).errorCode() != 0);
        scene.ask("describe what was deleted", Requests.metadata(topic));
    }

    static void configs(Scene scene) {
        scene.begin("settings");
        String topic = "conformance-settings";
        Requests.topic(scene, topic, 1);
        scene.ask("describe some", describe(topic, List.of("retention.ms", "cleanup.policy", "min.insync.replicas")));
        scene.ask("describe all", describe(topic, null));
        scene.ask("describe those of an unknown topic", describe("nowhere", null));
        scene.ask("set", alter(topic, "retention.ms", SET, "1000"));
        scene.ask("set an illegal value", alter(topic, "retention.ms", SET, "long"));
        scene.ask("set an unknown one", alter(topic, "odd", SET, "1"));
        scene.ask("append", alter(topic, "cleanup.policy", APPEND, "compact"));
        scene.ask("append to what is no list", alter(topic, "retention.ms", APPEND, "1"));
        scene.ask("set one of an unknown topic", alter("nowhere", "retention.ms", SET, "1"));
        scene.until(
                describe(topic, List.of("cleanup.policy")),
                answer -> answer.results().get(0).configs().get(0).value().contains("compact"));
        scene.ask("describe what was set", describe(topic, List.of("retention.ms", "cleanup.policy")));
        scene.ask("reset", alter(topic, "retention.ms", DELETE, null));
    }

    static void cluster(Scene scene) {
        scene.begin("cluster");
        scene.ask("describe", new DescribeClusterRequest(true, (byte) 1, false));
        scene.ask("describe controllers", new DescribeClusterRequest(false, (byte) 2, false));
        scene.ask("agree on SASL where none is asked for", new SaslHandshakeRequest("PLAIN"));
        scene.ask(
                "authenticate where nobody asks for it", new SaslAuthenticateRequest(GroupScripts.bytes(0, 65, 0, 66)));
        scene.ask("find nobody", new FindCoordinatorRequest("", (byte) 0, List.of()));
        scene.ask("find what is neither", new FindCoordinatorRequest("", (byte) 7, List.of("x")));
        Requests.groupCoordinator(scene, "conformance-x");
        scene.ask("find a group, old version", new FindCoordinatorRequest("conformance-x", (byte) 0, List.of()), 2);
        scene.ask("list groups of no state", new ListGroupsRequest(List.of("Odd"), List.of()));
        scene.ask("list groups of no type", new ListGroupsRequest(List.of(), List.of("odd")));
    }

    private static MetadataRequest byId(UUID id) {
        return new MetadataRequest(List.of(new MetadataRequestTopic(id, null)), false, false, false);
    }

    private static CreatePartitionsRequest partitions(String topic, int count) {
        return new CreatePartitionsRequest(List.of(new CreatePartitionsTopic(topic, count, null)), 10_000, false);
    }

    private static DeleteTopicsRequest delete(String topic) {
        return new DeleteTopicsRequest(List.of(new DeleteTopicState(topic, Wire.ZERO_UUID)), List.of(), 10_000);
    }

    private static DescribeConfigsRequest describe(String topic, @Nullable List<String> keys) {
        return new DescribeConfigsRequest(List.of(new DescribeConfigsResource(TOPIC, topic, keys)), false, false);
    }

    private static IncrementalAlterConfigsRequest alter(
            String topic, String key, byte operation, @Nullable String value) {
        return new IncrementalAlterConfigsRequest(
                List.of(new AlterConfigsResource(TOPIC, topic, List.of(new AlterableConfig(key, operation, value)))),
                false);
    }
}
