package dev.ottla.testkit.internal.api;

import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.message.DescribeConfigsRequest;
import dev.ottla.internal.protocol.message.DescribeConfigsRequest.DescribeConfigsResource;
import dev.ottla.internal.protocol.message.DescribeConfigsResponse;
import dev.ottla.internal.protocol.message.DescribeConfigsResponse.DescribeConfigsResourceResult;
import dev.ottla.internal.protocol.message.DescribeConfigsResponse.DescribeConfigsResult;
import dev.ottla.internal.protocol.message.DescribeConfigsResponse.DescribeConfigsSynonym;
import dev.ottla.testkit.internal.topic.Topic;
import dev.ottla.testkit.internal.topic.TopicConfig;
import java.util.List;
import java.util.Map;

/** DescribeConfigs: the settings of topics, and of brokers those that a model cluster is made with. */
@EventLoopConfined
final class DescribeConfigsHandler implements ApiHandler<DescribeConfigsRequest, DescribeConfigsResponse> {
    private static final byte TOPIC = 2;
    private static final byte BROKER = 4;
    private static final byte STRING_TYPE = 2;

    private final ClusterModel model;

    DescribeConfigsHandler(ClusterModel model) {
        this.model = model;
    }

    @Override
    public void handle(DescribeConfigsRequest request, Call<DescribeConfigsResponse> call) {
        call.reply(new DescribeConfigsResponse(
                0,
                request.resources().stream()
                        .map(resource -> describe(resource, request.includeSynonyms(), call))
                        .toList()));
    }

    private DescribeConfigsResult describe(
            DescribeConfigsResource asked, boolean includeSynonyms, Call<DescribeConfigsResponse> call) {
        if (call.wantedError() != ErrorCode.NONE) {
            return refusal(asked, call.wantedError(), "");
        }
        if (asked.resourceType() == TOPIC) {
            Topic topic = model.topics().find(asked.resourceName());
            return topic == null
                    ? refusal(asked, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "")
                    : result(asked, describe(topic, includeSynonyms));
        }
        if (asked.resourceType() == BROKER && asked.resourceName().equals(Integer.toString(call.nodeId()))) {
            return result(asked, describeBroker());
        }
        return refusal(asked, ErrorCode.INVALID_REQUEST, "Unexpected resource " + asked.resourceName());
    }

    private static List<DescribeConfigsResourceResult> describe(Topic topic, boolean includeSynonyms) {
        Map<String, String> own = topic.configs();
        return TopicConfig.ALL.stream()
                .map(config -> {
                    boolean isOwn = own.containsKey(config.name());
                    String value = topic.config(config);
                    byte source = ConfigSources.of(config, isOwn);
                    return DescribeConfigsResourceResult.builder()
                            .name(config.name())
                            .value(value)
                            .configSource(source)
                            .documentation(null)
                            .configType(config.type())
                            .synonyms(
                                    includeSynonyms && isOwn
                                            ? List.of(new DescribeConfigsSynonym(config.name(), value, source))
                                            : List.of())
                            .build();
                })
                .toList();
    }

    private List<DescribeConfigsResourceResult> describeBroker() {
        ClusterOptions options = model.options();
        return List.of(
                setting("auto.create.topics.enable", options.autoCreateTopics()),
                setting("default.replication.factor", options.defaultReplicationFactor()),
                setting(
                        "group.initial.rebalance.delay.ms",
                        options.groupInitialRebalanceDelay().toMillis()),
                setting("max.incremental.fetch.session.cache.slots", options.fetchSessionSlots()),
                setting("num.partitions", options.numPartitions()));
    }

    private static DescribeConfigsResourceResult setting(String name, Object value) {
        return DescribeConfigsResourceResult.builder()
                .name(name)
                .value(value.toString())
                .readOnly(true)
                .configSource(ConfigSources.STATIC_BROKER)
                .documentation(null)
                .configType(STRING_TYPE)
                .build();
    }

    private static DescribeConfigsResult result(
            DescribeConfigsResource asked, List<DescribeConfigsResourceResult> configs) {
        List<String> keys = asked.configurationKeys();
        return DescribeConfigsResult.builder()
                .errorMessage("")
                .resourceType(asked.resourceType())
                .resourceName(asked.resourceName())
                .configs(configs.stream()
                        .filter(each -> keys == null || keys.contains(each.name()))
                        .toList())
                .build();
    }

    private static DescribeConfigsResult refusal(DescribeConfigsResource asked, ErrorCode error, String message) {
        return DescribeConfigsResult.builder()
                .errorCode(error.code())
                .errorMessage(message)
                .resourceType(asked.resourceType())
                .resourceName(asked.resourceName())
                .build();
    }
}
