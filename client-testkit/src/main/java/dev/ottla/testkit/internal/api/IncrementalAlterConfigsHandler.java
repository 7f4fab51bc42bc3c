package dev.ottla.testkit.internal.api;

import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.message.IncrementalAlterConfigsRequest;
import dev.ottla.internal.protocol.message.IncrementalAlterConfigsRequest.AlterConfigsResource;
import dev.ottla.internal.protocol.message.IncrementalAlterConfigsRequest.AlterableConfig;
import dev.ottla.internal.protocol.message.IncrementalAlterConfigsResponse;
import dev.ottla.internal.protocol.message.IncrementalAlterConfigsResponse.AlterConfigsResourceResponse;
import dev.ottla.testkit.internal.topic.Topic;
import dev.ottla.testkit.internal.topic.TopicConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** IncrementalAlterConfigs (KIP-339): changes settings of topics; those of brokers are fixed when the cluster is made. */
@EventLoopConfined
final class IncrementalAlterConfigsHandler
        implements ApiHandler<IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse> {
    private static final byte TOPIC = 2;
    private static final byte SET = 0;
    private static final byte DELETE = 1;
    private static final byte APPEND = 2;
    private static final byte SUBTRACT = 3;

    private final ClusterModel model;

    IncrementalAlterConfigsHandler(ClusterModel model) {
        this.model = model;
    }

    @Override
    public void handle(IncrementalAlterConfigsRequest request, Call<IncrementalAlterConfigsResponse> call) {
        call.reply(new IncrementalAlterConfigsResponse(
                0,
                request.resources().stream()
                        .map(resource -> alter(resource, request.validateOnly(), call))
                        .toList()));
    }

    private AlterConfigsResourceResponse alter(
            AlterConfigsResource resource, boolean validateOnly, Call<IncrementalAlterConfigsResponse> call) {
        if (call.wantedError() != ErrorCode.NONE) {
            return answer(resource, call.wantedError(), "");
        }
        if (resource.resourceType() != TOPIC) {
            return answer(resource, ErrorCode.INVALID_REQUEST, "Only the settings of topics can be altered here.");
        }
        Topic topic = model.topics().find(resource.resourceName());
        if (topic == null) {
            return answer(
                    resource,
                    ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
                    "The topic '" + resource.resourceName() + "' does not exist.");
        }
        Map<String, String> changed = topic.configs();
        for (AlterableConfig each : resource.configs()) {
            if (!apply(each, changed)) {
                return answer(resource, ErrorCode.INVALID_CONFIG, "Invalid value or operation for " + each.name());
            }
        }
        if (!validateOnly) {
            topic.configs(changed);
        }
        return answer(resource, ErrorCode.NONE, null);
    }

    /** Returns whether the change is sound. */
    private static boolean apply(AlterableConfig change, Map<String, String> configs) {
        TopicConfig config = TopicConfig.named(change.name()).orElse(null);
        String value = change.value();
        if (config == null) {
            return false;
        }
        if (change.configOperation() == DELETE) {
            configs.remove(config.name());
            return true;
        }
        if (value == null) {
            return false;
        }
        String wanted = value;
        if (change.configOperation() == APPEND || change.configOperation() == SUBTRACT) {
            if (!config.isList()) {
                return false;
            }
            String current = configs.getOrDefault(config.name(), config.defaultValue());
            wanted = change.configOperation() == APPEND ? append(current, value) : subtract(current, value);
        } else if (change.configOperation() != SET) {
            return false;
        }
        configs.put(config.name(), wanted);
        return config.accepts(wanted);
    }

    private static String append(String list, String value) {
        List<String> elements = elements(list);
        elements(value).stream().filter(each -> !elements.contains(each)).forEach(elements::add);
        return String.join(",", elements);
    }

    private static String subtract(String list, String value) {
        List<String> elements = elements(list);
        elements.removeAll(elements(value));
        return String.join(",", elements);
    }

    private static List<String> elements(String list) {
        return list.isEmpty() ? new ArrayList<>() : new ArrayList<>(List.of(list.split(",", -1)));
    }

    private static AlterConfigsResourceResponse answer(
            AlterConfigsResource resource, ErrorCode error, @Nullable String message) {
        return new AlterConfigsResourceResponse(
                error.code(), message, resource.resourceType(), resource.resourceName());
    }
}
